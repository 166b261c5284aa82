"""One table: all vintages of one kind of data, queried by key and date of service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Generic, TypeVar

from scrubber.tables.answer import Answer, CoveredDays
from scrubber.tables.catalogue import SOURCES
from scrubber.tables.vintage import TableRow, Vintage
from scrubber.x12.watched_day import WatchedDay, plain

T = TypeVar("T")
TITLES = {
    "icd10cm": "ICD-10-CM code list",
    "diagnosis-rules": "rules of diagnoses",
    "diagnosis-notes": "notes of the ICD-10-CM tabular list",
    "hcpcs": "HCPCS code list",
    "asp": "ASP crosswalk",
    "ndc": "NDC directory",
    "mue-medicare": "Medicare MUE table",
    "mue-medicaid": "Medicaid MUE table",
    "ptp-medicare": "Medicare NCCI PTP edits",
    "ptp-medicaid": "Medicaid NCCI PTP edits",
    "mcd": "Medicare coverage articles",
    "pfs": "physician fee schedule",
    "aoc": "NCCI add-on codes",
    "asp-limits": "ASP payment limits",
    "noc": "ASP crosswalk of unclassified drugs",
    "zip5": "ZIP code localities",
    "taxonomy": "provider taxonomy",
    "sad": "self-administered drug lists",
    "order-refer": "list of ordering and referring providers",
    "deactivated-npi": "list of deactivated NPIs",
    "leie": "OIG exclusion list",
    "opt-out": "list of opted-out providers",
    "drugs": "drug facts",
    "drug-listings": "official lists of drugs",
    "drug-names": "list of drug names",
    "places": "place of service list",
    "modifiers": "modifier list",
    "packages": "list of vial and syringe sizes",
    "single-dose": "list of single-dose drugs",
    "indications": "diagnoses of drugs and services",
    "states": "state list",
    "ages": "ages of procedures",
    "included": "services that others include",
    "ended": "deleted CPT codes",
    "ended-reasons": "ended adjustment reason codes",
}
"""What billers call each table, by its id."""
_REMEMBERED = 65_536
NEVER, A_YEAR, ALWAYS = timedelta(0), timedelta(365), timedelta.max
"""How long the rows of a list hold beyond its last day, for want of a newer list."""


class Table(Generic[T]):
    """A set of vintages; the one that was in force on the day answers.

    ``read`` converts a row to a record. ``belongs`` tells whether the table lists keys of this format at all
    (a CPT code is not in the HCPCS level II file, which does not make it unknown). For the time that a table
    ``carries_over``, what a list had is applied after its end, and the answer reports that; a key that a
    newer complete list dropped is no longer known, unless the table ``keeps_dropped`` ones.
    """

    def __init__(
        self,
        name: str,
        vintages: Sequence[Vintage],
        read: Callable[[TableRow], T],
        *,
        belongs: Callable[[str], bool] = lambda _: True,
        carries_over: timedelta = NEVER,
        keeps_dropped: bool = False,
    ) -> None:
        self.name = name
        self.vintages = tuple(vintages)
        self._read = read
        self._belongs = belongs
        self._carries_over = carries_over
        self._keeps_dropped = keeps_dropped
        self._answers: dict[tuple[str, date], Answer[T]] = {}
        self._alike: dict[str, tuple[CoveredDays, ...]] = {}
        self._absent: str | None = None
        self._foreign: str | None = None

    def on(self, key: str, day: date) -> Answer[T]:
        """Return what is known about the key on this date of service."""
        span = None
        if isinstance(day, WatchedDay):
            span, day = day.span, day.plain
        if key not in self._alike:
            key = self._representative(str(key))  # plain text: a claim's field would keep the claim alive
        alike = self._days_alike(key, day)
        if span is not None:
            span.narrow(alike.first, alike.last)
        answer = self._answers.get((key, alike.first))
        if answer is None:
            key = str(key)
            answer = self._look_up(key, day)
            if len(self._answers) >= _REMEMBERED:
                self._answers.clear()
            self._answers[key, alike.first] = answer
        return answer

    def _representative(self, key: str) -> str:
        """Return a key that is answered as this one, the same for all that no vintage has."""
        if not self._belongs(key):
            if self._foreign is None:
                self._foreign = key
            return self._foreign
        if any(vintage.rows(key) for vintage in self.vintages):
            return key
        if self._absent is None:
            self._absent = key
        return self._absent

    def _days_alike(self, key: str, day: date) -> CoveredDays:
        """Return days around a day on which the answer is certainly the same."""
        known = self._alike.get(key, ())
        for days in known:
            if days.first <= day <= days.last:
                return days
        if len(self._alike) >= _REMEMBERED:
            self._alike.clear()
        key = str(key)
        days = self._days_between_changes(key, day)
        self._alike[key] = (*known, days)
        return days

    def _days_between_changes(self, key: str, day: date) -> CoveredDays:
        # An answer changes only where a vintage or one of the key's rows begins or ends.
        first, last = date.min, date.max
        for vintage in self.vintages:
            about = vintage.about
            begins = [about.history, about.published, about.covers.first]
            ends = [about.covers.last]
            for row in vintage.rows(key) if self._belongs(key) else ():
                begins.append(row.first)
                ends.append(row.last)
            ends.append(self._carried_until(vintage))
            begins += [end + timedelta(1) for end in ends if end < date.max]
            first = max([first, *(begin for begin in begins if begin <= day)])
            last = min([last, *(begin - timedelta(1) for begin in begins if begin > day)])
        # What is not covered names the file of a period.
        period = self._period(day)
        return CoveredDays(max(first, period.first), min(last, period.last))

    def _period(self, day: date) -> CoveredDays:
        """Return the days around a day for which the same official file is needed, if one is."""
        if any(vintage.about.complete and day in vintage.about.covers for vintage in self.vintages):
            return CoveredDays()
        source = SOURCES.get(self.name)
        return source.period_of(day) if source else CoveredDays()

    @property
    def title(self) -> str:
        """What billers call the table."""
        return TITLES.get(self.name, f"table {self.name}")

    def _look_up(self, key: str, day: date) -> Answer[T]:
        if not self._belongs(key):
            return Answer(uncovered=f"{self.title} does not list codes in this format")
        elsewhen: list[T] = []
        answered = None
        for vintage in self._in_order(day):
            rows = vintage.rows(key)
            holding = tuple(self._read(row) for row in rows if row.first <= day <= row.last)
            if holding:
                return Answer(holding, vintage=vintage.name)
            elsewhen += (self._read(row) for row in rows)
            # Rows with dates that exclude the day are an answer, too.
            if rows or (vintage.about.complete and day in vintage.about.covers):
                answered = vintage.name
                break
        others = tuple(elsewhen)
        if answered:
            return Answer(elsewhen=others, vintage=answered)
        return self._uncovered(key, day, others)

    def _in_order(self, day: date) -> list[Vintage]:
        """Return the vintages that may answer for the day: in force, latest, complete, imported first."""

        def rank(vintage: Vintage) -> tuple[bool, int, bool, bool]:
            about = vintage.about
            ahead = about.published > day
            distance = abs((about.published - day).days)
            return ahead, distance, not about.complete, not vintage.imported

        candidates = (v for v in self.vintages if v.about.history <= day <= v.about.covers.last)
        return sorted(candidates, key=rank)

    def _uncovered(self, key: str, day: date, elsewhen: tuple[T, ...]) -> Answer[T]:
        why = self.gap(day)
        last, is_dropped = self._last_with(key, day)
        if last is None:
            return Answer(elsewhen=elsewhen, uncovered=why)
        rows = last.rows(key)
        holding = tuple(self._read(row) for row in rows if row.first <= day <= row.last)
        others = tuple(self._read(row) for row in rows if not row.first <= day <= row.last)
        if not holding:
            return Answer(elsewhen=others, vintage=last.name)
        if day <= self._carried_until(last) and not (is_dropped or self._has_newer(day)):
            return Answer(holding, carried_over=why, vintage=last.name)
        return Answer(elsewhen=(*elsewhen, *holding, *others), uncovered=why)

    def _last_with(self, key: str, day: date) -> tuple[Vintage | None, bool]:
        """Return the last vintage before a day that has the key, and whether a later one has dropped it."""
        past = [vintage for vintage in self.vintages if vintage.about.covers.last < day]
        is_dropped = False
        for vintage in sorted(past, key=_lateness, reverse=True):
            if vintage.rows(key):
                return vintage, is_dropped
            is_dropped |= vintage.about.complete and not self._keeps_dropped
        return None, is_dropped

    def _has_newer(self, day: date) -> bool:
        """Return True if a list that may know better has begun, though it does not tell about the day."""
        if self._keeps_dropped:
            return False
        newer = (vintage.about for vintage in self.vintages if vintage.about.covers.last >= day)
        return any(about.complete and about.history <= day for about in newer)

    def _carried_until(self, vintage: Vintage) -> date:
        """Return the last day on which a vintage still holds, for want of a newer one."""
        last = vintage.about.covers.last
        return last + self._carries_over if self._carries_over < date.max - last else date.max

    def gap(self, day: date) -> str:
        """Return why the day cannot be answered, for which days it is the same, and what to get.

        The day itself is not named: so the same gap is the same reason for all claims that it concerns.
        """
        day = plain(day)
        source = SOURCES.get(self.name)
        get = f": {source.get_for(day)}" if source else ""
        if not self.vintages:
            return f"{self.title} not imported{get}"
        if any(day in vintage.about.covers for vintage in self.vintages):
            if not source:
                return f"{self.title}: the code is not listed, and the list is not complete"
            days = _of(self._days_like(day))
            return f"only a part of the {self.title} is loaded for services {days}{get}"
        return f"no {self.title} for services {_of(self._days_like(day))}{get}"

    def _days_like(self, day: date) -> CoveredDays:
        """Return the days around a day that the same vintages cover, and that need the same file."""
        covered = [vintage.about.covers for vintage in self.vintages]
        begins = [days.first for days in covered]
        begins += [days.last + timedelta(1) for days in covered if days.last < date.max]
        period = self._period(day)
        return CoveredDays(
            max([period.first, *(begin for begin in begins if begin <= day)]),
            min([period.last, *(begin - timedelta(1) for begin in begins if begin > day)]),
        )


def _of(days: CoveredDays) -> str:
    """Return days as they follow a noun: ``of 2026-04-01 to 2026-06-30``."""
    if days.first == date.min:
        return f"until {days.last}" if days.last < date.max else "of any day"
    return str(days) if days.last == date.max else f"of {days}"


def _lateness(vintage: Vintage) -> tuple[date, bool, date, bool]:
    """Return a sort key for past vintages: by end, then complete, publication date, imported."""
    about = vintage.about
    return about.covers.last, about.complete, about.published, vintage.imported
