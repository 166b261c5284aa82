"""The state of the tables on a day, and what the program says to get."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec
import pytest

from scrubber.cli.reference.tables import IMPORTED
from scrubber.tables import CoveredDays
from scrubber.tables.catalogue import SOURCES
from scrubber.tables.official import KINDS
from scrubber.tables.status import TableStatus, has_expired, status_of
from scrubber.tables.table import TITLES
from scrubber.tables.vintage import TableRow, Vintage, VintageInfo

END = date(2026, 6, 30)


def vintage(kind: str, first: date, last: date, *, program: str = "", imported: bool = True) -> Vintage:
    """A vintage without rows."""

    def no_rows(_key: str) -> Iterable[TableRow]:
        return ()

    about = VintageInfo(
        kind, program, first.isoformat(), first, CoveredDays(first, last), first, complete=True, rows=1,
        sha256="0" * 64,
    )  # fmt: skip
    return Vintage(about, no_rows, imported=imported)


SPRING = vintage("mue", date(2026, 4, 1), END, program="medicare")
SUMMER = vintage("mue", date(2026, 7, 1), date(2026, 9, 30), program="medicare")


def status(day: date, *vintages: Vintage, table: str = "mue-medicare") -> TableStatus:
    """The state of one table."""
    (found,) = [status for status in status_of(vintages, day) if status.table == table]
    return found


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2026, 3, 31), "missing"),
        (date(2026, 4, 1), "in force"),
        (date(2026, 5, 30), "in force"),
        (date(2026, 5, 31), "ends soon"),
        (END, "ends soon"),
        (date(2026, 7, 1), "expired"),
        (date(2027, 7, 1), "expired"),
    ],
)
def test_states_of_one_release(day: date, state: str) -> None:
    found = status(day, SPRING)
    assert found.state == state
    assert bool(found.command) == (state != "in force")
    assert has_expired(status_of([SPRING], day)) == (state == "expired")


def test_what_follows_is_there() -> None:
    """A release does not end soon if the next one is imported."""
    found = status(END, SPRING, SUMMER)
    assert (found.state, found.release, found.last) == ("in force", "2026-04-01", END)
    assert status(date(2026, 7, 1), SPRING, SUMMER).release == "2026-07-01"
    # The latest that has expired is named.
    assert status(date(2026, 11, 1), SUMMER, SPRING).release == "2026-07-01"


def test_what_to_get_is_of_the_day_that_is_not_covered() -> None:
    assert status(END, SPRING).file == "MCR_MUE_PractitionerServices_Eff_07-01-2026, .zip or .csv"
    assert status(date(2026, 11, 29), SPRING).file == (
        "MCR_MUE_PractitionerServices_Eff_10-01-2026, .zip or .csv"
    )
    assert status(END, SPRING).command == "scrubber tables import mue FILE"


@pytest.mark.parametrize(
    ("table", "day", "name"),
    [
        ("icd10cm", date(2026, 9, 30), "icd10cm_order_2026.txt"),
        ("icd10cm", date(2026, 10, 1), "icd10cm_order_2027.txt"),
        ("hcpcs", date(2026, 9, 30), "HCPC2026_JUL_ANWEB"),
        ("asp", date(2027, 1, 1), "January 2027 ASP NDC-HCPCS Crosswalk"),
        ("ptp-medicare", date(2026, 8, 1), "ccipra-v322r0-f1.zip"),
    ],
)
def test_names_of_files(table: str, day: date, name: str) -> None:
    """Names as CMS gives them: fiscal years begin in October, NCCI counts quarters from 0."""
    assert name in SOURCES[table].file_for(day)


@pytest.mark.parametrize(
    ("table", "day", "first", "last"),
    [
        ("mue-medicare", date(2026, 11, 29), date(2026, 10, 1), date(2026, 12, 31)),
        ("asp", date(2028, 2, 29), date(2028, 1, 1), date(2028, 3, 31)),
        ("icd10cm", date(2026, 9, 30), date(2025, 10, 1), END.replace(month=9)),
        ("icd10cm", date(2026, 10, 1), date(2026, 10, 1), date(2027, 9, 30)),
        ("taxonomy", date(2026, 6, 30), date(2026, 1, 1), END),
        ("leie", END, date.min, date.max),
        # A date of a claim can be anything.
        ("icd10cm", date.min, date.min, date(1, 9, 30)),
        ("icd10cm", date.max, date(9999, 10, 1), date.max),
        ("mue-medicare", date.max, date(9999, 10, 1), date.max),
    ],
)
def test_days_that_need_the_same_file(table: str, day: date, first: date, last: date) -> None:
    source = SOURCES[table]
    assert source.period_of(day) == CoveredDays(first, last)
    assert source.file_for(day) == source.file_for(first) == source.file_for(last)


def test_medicaid_is_reported_once_it_is_used() -> None:
    assert status(END, table="mue-medicaid").state == "not imported"
    old = vintage("mue", date(2026, 1, 1), date(2026, 3, 31), program="medicaid")
    assert status(END, old, table="mue-medicaid").state == "expired"


def test_a_part_that_is_shipped_is_not_in_use() -> None:
    """An excerpt that has ended is missing where claims need it; Medicaid's tables not all of them do."""
    part = msgspec.structs.replace(SPRING.about, complete=False)
    shipped = Vintage(part, SPRING.rows, imported=False)
    assert status(date(2026, 7, 1), shipped).state == "missing"
    medicaid = Vintage(msgspec.structs.replace(part, program="medicaid"), SPRING.rows, imported=False)
    assert status(date(2026, 7, 1), medicaid, table="mue-medicaid").state == "not imported"
    # Nor does it take the place of what the user had imported.
    following = Vintage(msgspec.structs.replace(SUMMER.about, complete=False), SUMMER.rows, imported=False)
    assert status(date(2026, 7, 1), following).state == "in force"
    found = status(date(2026, 7, 1), following, SPRING)
    assert (found.state, found.release) == ("expired", "2026-04-01")
    imported = Vintage(part, SPRING.rows, imported=True)
    assert status(date(2026, 7, 1), imported).state == "expired"


def test_of_two_copies_the_imported_one_is_named() -> None:
    """Whether it is in force or not; but a part that was imported does not hide the shipped whole."""
    shipped = Vintage(SPRING.about, SPRING.rows, imported=False)
    for day in (END, date(2026, 11, 1)):
        assert status(day, shipped, SPRING).imported
        assert status(day, SPRING, shipped).imported
        part = Vintage(msgspec.structs.replace(SPRING.about, complete=False), SPRING.rows, imported=True)
        assert not status(day, shipped, part).imported


def test_what_only_comes_with_the_program_does_not_expire() -> None:
    """Nothing can be imported in its place, and its edits say what they carry over."""
    found = status(END, vintage("places", date.min, date(2025, 12, 31), imported=False), table="places")
    assert (found.state, found.command) == ("carried over", "")
    assert not has_expired([found])


def test_the_most_urgent_comes_first() -> None:
    states = [found.state for found in status_of([SPRING, vintage("asp", date(2026, 4, 1), END)], END)]
    assert states[:2] == ["ends soon", "ends soon"]
    assert "missing" in states[2:]


def test_every_kind_has_a_source_and_a_title() -> None:
    assert {source.kind for source in SOURCES.values()} == set(KINDS) == set(IMPORTED)
    assert set(SOURCES) <= set(TITLES)
