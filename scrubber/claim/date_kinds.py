"""The dates of a claim (loop 2300) and of its lines (loop 2400) by DTP01: what must be true of each.

One table for all edits on dates. A qualifier that is not in it may be any day: a return to work lies ahead,
and what a provider took over or handed on has no order with the service.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from scrubber.x12.dates import days_of


class DateKind(NamedTuple):
    """What a date is in our words, and whether it is of something before the service.

    Every date in the table is of something that has happened: not later than today, not before birth.
    ``after_service`` if it cannot be before the first service.
    """

    name: str
    before_service: bool = True
    after_service: bool = False


DATE_KINDS: Mapping[str, DateKind] = {
    "431": DateKind("onset date"),
    "454": DateKind("initial treatment date"),
    "304": DateKind("date last seen"),
    "453": DateKind("date of acute manifestation"),
    "439": DateKind("accident date"),
    "484": DateKind("date of the last menstrual period"),
    "455": DateKind("date of the last X-ray"),
    "471": DateKind("prescription date"),
    "435": DateKind("admission date"),
    "463": DateKind("date when therapy began"),
    "096": DateKind("discharge date", before_service=False, after_service=True),
    "444": DateKind("date of first contact", before_service=False),
    "050": DateKind("date received by the repricer", before_service=False, after_service=True),
    "461": DateKind("date of the last certification", before_service=False),
    "738": DateKind("date of the hemoglobin or hematocrit test", before_service=False),
    "739": DateKind("date of the serum creatinine test", before_service=False),
    "011": DateKind("shipping date", before_service=False),
}
"""What has happened when a claim is sent, by DTP01."""
ONSET, MENSTRUAL_PERIOD = "431", "484"
PAIRS: Sequence[tuple[str, str, str]] = (
    ("435", "096", "discharge date is before the admission date"),
    ("297", "296", "return to work is before the last day worked"),
    ("090", "091", "care is relinquished before it is assumed"),
)
"""Dates of which the first may not be later than the second, and what is wrong where it is."""


class Life(NamedTuple):
    """The days that dates of a claim are held against: birth, and the first and last day of service."""

    born: date | None
    first: date | None
    last: date | None


def agree(dates: Iterable[tuple[str, str, str]], life: Life) -> bool:
    """Return True if dates (qualifier, format, text) agree with the patient's birth and the services.

    They do where what has happened was after birth and before the end of the services, where pairs are in
    order, where onset is not the day of service and where there is no menstrual period, which takes a look at
    the patient's sex. False where it takes today's date to tell. What is not a date is passed.
    """
    read = [(qualifier, days_of(form, text)[0]) for qualifier, form, text in dates]
    days = [(qualifier, day) for qualifier, day in read if day is not None]
    by_kind = dict(days)
    if any(one in by_kind and other in by_kind and by_kind[one] > by_kind[other] for one, other, _ in PAIRS):
        return False
    past = [day for qualifier, day in days if qualifier in DATE_KINDS]
    if not past or life.last is None:
        return True
    if MENSTRUAL_PERIOD in by_kind:
        return False
    ends = [day for qualifier, day in days if qualifier in DATE_KINDS and DATE_KINDS[qualifier].after_service]
    if life.first is not None and min(ends, default=life.first) < life.first:
        return False
    is_born = life.born is None or min(past) >= life.born
    return is_born and max(past) <= life.last and by_kind.get(ONSET) != life.first
