"""The parts of a claim that are one segment each, and how they are read from a loop."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from scrubber.claim.field import Field
from scrubber.claim.lazy import lazy
from scrubber.claim.signs import CLIA_QUALIFIERS, is_clia_number
from scrubber.guide.loops import Loop
from scrubber.x12 import Segment
from scrubber.x12.dates import days_of

# HI segments that hold no diagnoses: anesthesia procedures (BP, BO) and condition codes (BG).
_OTHER_HI = frozenset({"BP", "BO", "BG"})


class Reference(NamedTuple):
    """A REF segment: its qualifier (REF01) and identifier (REF02)."""

    qualifier: Field
    value: Field


class NteSegment(NamedTuple):
    """An NTE segment: note code (NTE01) and text (NTE02)."""

    code: Field
    text: Field


class Amount(NamedTuple):
    """An AMT segment: qualifier (AMT01) and amount (AMT02), in dollars."""

    qualifier: Field
    amount: Field


class Period:
    """A DTP segment: what the date is (DTP01), its format (D8, RD8) and its text.

    ``start`` and ``end`` are the same day for a single date, ``None`` where the text is malformed.
    """

    __slots__ = ("_dtp", "_loop", "end", "format", "qualifier", "start")

    def __init__(self, dtp: Segment, loop: str) -> None:
        self.qualifier = Field.of(dtp, 1, 0, loop)
        self.format = Field.of(dtp, 2, 0, loop)
        self._dtp = dtp
        self._loop = loop
        self.start: date | None
        self.end: date | None
        day = dtp.watched_day
        self.start, self.end = (day, day) if day is not None else days_of(self.format, self.value)

    @property
    def value(self) -> Field:
        """The text of the date or the range of dates."""
        return Field.of(self._dtp, 3, 0, self._loop)

    def overlaps(self, other: Period) -> bool | None:
        """Return True if the two share a day, ``None`` if either is unknown."""
        if not (self.start and self.end and other.start and other.end):
            return None
        return self.start <= other.end and other.start <= self.end


class Attachment(NamedTuple):
    """A PWK segment: report type (PWK01), how it is sent (PWK02), control number (PWK06)."""

    report: Field
    transmission: Field
    number: Field


class Condition(NamedTuple):
    """A CRC segment: category (CRC01), whether the conditions apply (CRC02), their codes (from CRC03)."""

    category: Field
    answer: Field
    codes: tuple[Field, ...]


class ContactNumber(NamedTuple):
    """A number or address of a PER segment: its qualifier (PER03, PER05, PER07) and text."""

    qualifier: Field
    number: Field


class Measurement(NamedTuple):
    """An MEA segment: what it refers to (MEA01), what was measured (MEA02) and the value (MEA03)."""

    reference: Field
    qualifier: Field
    value: Field


class Adjustment(NamedTuple):
    """One adjustment of a CAS segment: group (CAS01), reason, amount in dollars, quantity."""

    group: Field
    reason: Field
    amount: Field
    quantity: Field


class Diagnosis(NamedTuple):
    """One diagnosis of HI: its position (the pointer value, from 1), qualifier and code."""

    position: int
    qualifier: Field
    code: Field

    @property
    def is_first(self) -> bool:
        """True if it is the first-listed diagnosis."""
        return self.position == 1


def diagnoses_in(loop: Loop) -> tuple[Diagnosis, ...]:
    """Return the diagnoses of all HI segments. An empty composite keeps its position, since pointers count
    it.
    """
    found: list[Diagnosis] = []
    position = 0
    for hi in loop.every("HI"):
        if hi.component(1, 1) in _OTHER_HI:
            continue
        for element in range(1, len(hi.elements)):
            position += 1
            code = Field.of(hi, element, 2, loop.id)
            if code:
                found.append(Diagnosis(position, Field.of(hi, element, 1, loop.id), code))
    return tuple(found)


def periods_in(loop: Loop) -> tuple[Period, ...]:
    """Return the DTP segments."""
    return tuple(Period(dtp, loop.id) for dtp in loop.every("DTP"))


def references_in(loop: Loop) -> tuple[Reference, ...]:
    """Return the REF segments."""
    return tuple(
        Reference(Field.of(ref, 1, 0, loop.id), Field.of(ref, 2, 0, loop.id)) for ref in loop.every("REF")
    )


def notes_in(loop: Loop) -> tuple[NteSegment, ...]:
    """Return the NTE segments."""
    return tuple(
        NteSegment(Field.of(nte, 1, 0, loop.id), Field.of(nte, 2, 0, loop.id)) for nte in loop.every("NTE")
    )


def contact_numbers_in(loop: Loop) -> tuple[ContactNumber, ...]:
    """Return what is in the PER segments: up to three numbers each."""
    return tuple(
        ContactNumber(Field.of(per, at, 0, loop.id), Field.of(per, at + 1, 0, loop.id))
        for per in loop.every("PER")
        for at in (3, 5, 7)
        if at < len(per.elements)
    )


def amounts_in(loop: Loop) -> tuple[Amount, ...]:
    """Return the AMT segments."""
    return tuple(
        Amount(Field.of(amt, 1, 0, loop.id), Field.of(amt, 2, 0, loop.id)) for amt in loop.every("AMT")
    )


def attachments_in(loop: Loop) -> tuple[Attachment, ...]:
    """Return the PWK segments."""
    return tuple(
        Attachment(*(Field.of(pwk, element, 0, loop.id) for element in (1, 2, 6)))
        for pwk in loop.every("PWK")
    )


def conditions_in(loop: Loop) -> tuple[Condition, ...]:
    """Return the CRC segments."""
    return tuple(
        Condition(
            Field.of(crc, 1, 0, loop.id),
            Field.of(crc, 2, 0, loop.id),
            tuple(code for element in range(3, 8) if (code := Field.of(crc, element, 0, loop.id))),
        )
        for crc in loop.every("CRC")
    )


def measurements_in(loop: Loop) -> tuple[Measurement, ...]:
    """Return the MEA segments."""
    return tuple(
        Measurement(*(Field.of(mea, element, 0, loop.id) for element in (1, 2, 3)))
        for mea in loop.every("MEA")
    )


def adjustments_in(loop: Loop) -> tuple[Adjustment, ...]:
    """Return the CAS adjustments: CAS02 to CAS19 hold up to six triples of reason, amount and quantity."""
    return tuple(
        Adjustment(
            Field.of(cas, 1, 0, loop.id),
            Field.of(cas, at, 0, loop.id),
            Field.of(cas, at + 1, 0, loop.id),
            Field.of(cas, at + 2, 0, loop.id),
        )
        for cas in loop.every("CAS")
        for at in range(2, len(cas.elements), 3)
    )


def has_clia_form(references: Iterable[tuple[str, str]]) -> bool:
    """Return True if the CLIA numbers among references (qualifier, value) have their form."""
    return all(is_clia_number(value) for qualifier, value in references if qualifier in CLIA_QUALIFIERS)


class CommonSegments:
    """What a claim (loop 2300) and a service line (loop 2400) have in common."""

    _loop: Loop

    @lazy
    def dates(self) -> tuple[Period, ...]:
        """The DTP segments."""
        return periods_in(self._loop)

    @lazy
    def amounts(self) -> tuple[Amount, ...]:
        """The AMT segments."""
        return amounts_in(self._loop)

    @lazy
    def quantities(self) -> tuple[Field, ...]:
        """Weight and distance of a transport (CR102, CR106), charge of a purchased service (PS102)."""
        found = [(segment, at) for segment in self._loop.every("CR1") for at in (2, 6)]
        found += [(segment, 2) for segment in self._loop.every("PS1")]
        return tuple(Field.of(segment, at, 0, self._loop.id) for segment, at in found)

    @lazy
    def references(self) -> tuple[Reference, ...]:
        """The REF segments."""
        return references_in(self._loop)

    @lazy
    def attachments(self) -> tuple[Attachment, ...]:
        """The PWK segments."""
        return attachments_in(self._loop)

    @lazy
    def notes(self) -> tuple[NteSegment, ...]:
        """The NTE segments."""
        return notes_in(self._loop)
