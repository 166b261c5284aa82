"""A watched day is the plain one; its span has only days that answer all that was asked in the same way."""

from __future__ import annotations

import copy
import operator
import pickle
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.tables.answer import CoveredDays
from scrubber.x12.watched_day import Span, WatchedDay, plain

DAYS = st.one_of(
    st.dates(date(2026, 5, 1), date(2026, 5, 20)),
    st.dates(date(2024, 12, 25), date(2027, 1, 5)),
    st.sampled_from([date.min, date.max, date(2026, 5, 10)]),
)
NAMES = ("lt", "le", "gt", "ge", "eq", "ne")


def _reflected(compare: Callable[[Any, Any], object]) -> Callable[[Any, date], object]:
    return lambda day, limit: compare(limit, day)


COMPARISONS: dict[str, Callable[[Any, date], object]] = {
    **{name: getattr(operator, name) for name in NAMES},
    **{f"{name} reflected": _reflected(getattr(operator, name)) for name in NAMES},
    "min": lambda day, limit: min(day, limit) == limit,
    "max": lambda day, limit: max(limit, day) == limit,
    "in days": lambda day, limit: day in CoveredDays(limit, max(limit, date(2026, 5, 15))),
    "between": lambda day, limit: limit <= day < date(2026, 5, 15),
}  # fmt: skip
ORDER = {name: ask for name, ask in COMPARISONS.items() if name[:2] in ("lt", "le", "gt", "ge")}
READINGS: dict[str, Callable[[Any, date], object]] = {
    "year": lambda day, _: day.year,
    "month": lambda day, _: day.month,
    "day": lambda day, _: day.day,
    "str": lambda day, _: str(day),
    "repr": lambda day, _: repr(day),
    "format": lambda day, _: f"{day:%m/%d/%Y} {day}",
    "percent": lambda day, _: "%s" % day,  # noqa: UP031 - it is another way to a text
    "isoformat": lambda day, _: day.isoformat(),
    "strftime": lambda day, _: day.strftime("%Y%m%d"),
    "weekday": lambda day, _: day.weekday(),
    "isocalendar": lambda day, _: day.isocalendar(),
    "ordinal": lambda day, _: day.toordinal(),
    "replace": lambda day, _: day.replace(year=2000, day=1),
    "minus": lambda day, other: day - other,
    "minus reflected": lambda day, other: other - day,
    "minus days": lambda day, _: day - timedelta(0),
    "plus days": lambda day, _: day + timedelta(0),
    "days plus": lambda day, _: timedelta(0) + day,
    "hash": lambda day, _: hash(day),
    "in a set": lambda day, other: day in {other, date(2026, 5, 10)},
    "a key": lambda day, other: {day: 1}.get(other),
    "in a list": lambda day, other: day in [other],  # noqa: FURB171 - the list compares
    "sorted": lambda day, other: [str(each) for each in sorted([day, other])],
    "copy": lambda day, _: copy.copy(day),
    "pickle": lambda day, _: pickle.loads(pickle.dumps(day)),
    "truth": lambda day, _: bool(day),
}


@pytest.mark.parametrize("ask", [*COMPARISONS.values(), *READINGS.values()], ids=[*COMPARISONS, *READINGS])
@given(day=DAYS, other=DAYS, elsewhen=DAYS)
def test_the_span_has_only_days_that_answer_alike(
    ask: Callable[[Any, date], object], day: date, other: date, elsewhen: date
) -> None:
    """The answer is the plain day's, the day is in its span, and every day of the span answers so."""
    span = Span()
    answer = ask(WatchedDay.of(day, span), other)
    assert answer == ask(day, other)
    assert type(answer) is not WatchedDay
    assert day in span
    near = [bound + timedelta(at) for bound in (span.first, span.last) for at in (-1, 0, 1)
            if (at <= 0 or bound < date.max) and (at >= 0 or bound > date.min)]  # fmt: skip
    for one in (elsewhen, *near):
        if one in span:
            assert ask(one, other) == answer


@pytest.mark.parametrize("ask", ORDER.values(), ids=ORDER)
@given(day=DAYS, other=DAYS)
def test_a_comparison_leaves_all_days_that_compare_alike(
    ask: Callable[[Any, date], object], day: date, other: date
) -> None:
    """The span is not narrower than a comparison needs: the days beside it compare otherwise, or are none."""
    span = Span()
    answer = ask(WatchedDay.of(day, span), other)
    beside = [span.first - timedelta(1)] if span.first > date.min else []
    beside += [span.last + timedelta(1)] if span.last < date.max else []
    assert all(ask(one, other) != answer for one in beside)


@given(
    day=DAYS,
    others=st.lists(st.tuples(st.sampled_from(sorted(COMPARISONS)), DAYS), max_size=5),
    elsewhen=DAYS,
)
def test_the_span_after_several_questions(day: date, others: list[tuple[str, date]], elsewhen: date) -> None:
    """Of a day in the span after several questions, each is answered as it was."""
    span = Span()
    watched = WatchedDay.of(day, span)
    answers = [COMPARISONS[name](watched, other) for name, other in others]
    if elsewhen in span:
        assert answers == [COMPARISONS[name](elsewhen, other) for name, other in others]


@given(DAYS, DAYS)
def test_two_watched_days_leave_themselves_alone(one: date, other: date) -> None:
    """Which other pairs compare alike is not kept, so both are exact; compared with itself a day is not."""
    first, second = Span(), Span()
    a, b = WatchedDay.of(one, first), WatchedDay.of(other, second)
    assert (a < b, a <= b, a == b, a != b, a > b, a >= b) == (
        one < other, one <= other, one == other, one != other, one > other, one >= other,
    )  # fmt: skip
    assert (first.first, first.last, second.first, second.last) == (one, one, other, other)
    span = Span()
    day = WatchedDay.of(one, span)
    same = day
    assert (day < same, day > same, day <= same, day >= same, day == same, day != same) == (
        False, False, True, True, True, False,
    )  # fmt: skip
    assert (span.first, span.last) == (date.min, date.max)


def test_the_year_leaves_its_days() -> None:
    """After a look at the year the other days of the year are still alike."""
    span = Span()
    assert WatchedDay.of(date(2026, 5, 13), span).year == 2026
    assert (span.first, span.last) == (date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize("other", ["20260513", None, 5, datetime(2026, 5, 13)])  # noqa: DTZ001 - no time is meant
def test_what_is_no_date_is_no_day(other: Any) -> None:
    """Compared with something else it behaves as a date does: unequal, and without an order."""
    day = WatchedDay.of(date(2026, 5, 13), Span())
    assert (day == other, day != other) == (date(2026, 5, 13) == other, date(2026, 5, 13) != other)
    for compare in (operator.lt, operator.le, operator.gt, operator.ge):
        with pytest.raises(TypeError):
            compare(day, other)


def test_plain() -> None:
    """The plain date tells nothing of itself."""
    span = Span()
    day = date(2026, 5, 13)
    assert plain(WatchedDay.of(day, span)) is day
    assert plain(day) is day
    assert (span.first, span.last) == (date.min, date.max)
