"""A table tells a watched day for which other days its answer is the same."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.tables import Lookups, Tables
from scrubber.x12.watched_day import Span, WatchedDay
from tests.support.cases import bench, case_files, cases_of
from tests.support.running import shipped

LOOKUPS = (
    "icd10cm", "hcpcs", "drug", "place", "modifier", "mue", "asp", "ndc", "code_days", "drug_listing",
    "ended_reason", "zip_locality", "payment_policy", "deactivated_npi",
)  # fmt: skip
KEYS = (
    "E538", "G35", "O80", "Z23", "U071", "T502X5A", "nothing", "J3420", "J1885", "J3490", "J9999", "Q5101",
    "96372", "15", "35203",
    "99213", "25", "JZ", "JG", "93", "11", "02", "10", "27", "66", "00409379501",
)  # fmt: skip
BOUNDS = ((1, 1), (3, 31), (4, 1), (9, 30), (10, 1))
DAYS = st.dates(date(2014, 1, 1), date(2028, 12, 31)) | st.sampled_from(
    [date(year, month, day) for year in (2024, 2025, 2026) for month, day in BOUNDS]
)


@cache
def imported() -> Tables:
    """The shipped tables and small invented ones that cover other days."""
    case = next(case for path in case_files() for case in cases_of(path) if case.invented)
    return bench().tables(case.invented)


@pytest.mark.parametrize("name", LOOKUPS)
@given(key=st.sampled_from(KEYS), day=DAYS, elsewhen=DAYS, is_imported=st.booleans())
@settings(max_examples=120)
def test_the_span_has_only_days_of_the_same_answer(
    name: str, key: str, day: date, elsewhen: date, *, is_imported: bool
) -> None:
    """The answer is the plain day's on all days of the span, also what is uncovered and from which list."""
    tables = imported() if is_imported else shipped().tables
    span = Span()
    answer = _answer(tables, name, key, WatchedDay.of(day, span))
    assert answer == _freshly(tables, name, key, day)
    assert day in span
    ends = [bound for bound in (span.first, span.last) if date.min < bound < date.max]
    near = [end + timedelta(at) for end in ends for at in (-1, 0, 1)]
    for other in (elsewhen, *near):
        if other in span:
            assert _freshly(tables, name, key, other) == answer


def _freshly(tables: Tables, name: str, key: str, day: date) -> tuple[Any, ...]:
    """Return the answer of tables that remember nothing."""
    return _answer(Tables(tables.vintages), name, key, day)


def _answer(tables: Tables, name: str, key: str, day: date) -> tuple[Any, ...]:
    lookups = Lookups(tables)
    answer = getattr(lookups, name)(key, day)
    return answer, tuple(lookups.uncovered), frozenset(lookups.used)


def test_answers_differ_by_day() -> None:
    """Some answers do change from one day to another, so that there is something to show."""
    days = [date(2025, 9, 30), date(2025, 10, 1), date(2026, 3, 31), date(2026, 4, 1), date(2026, 5, 13)]
    for name in ("icd10cm", "hcpcs", "mue"):
        found = {str([_answer(tables, name, key, day) for key in KEYS]) for day in days
                 for tables in (shipped().tables, imported())}  # fmt: skip
        assert len(found) > 1
