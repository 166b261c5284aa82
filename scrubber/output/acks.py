"""What is acknowledged, and the envelope that an acknowledgement travels in.

The values here are filled by whoever judged an input; :mod:`scrubber.output.ack999` and
:mod:`scrubber.output.ta1` write them. Nothing here reads a clock or a file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import BinaryIO

from scrubber.guide.fault import Fault
from scrubber.guide.pattern import CHARACTERS
from scrubber.x12 import Delimiters, Segment
from scrubber.x12.segment import text

MAX_CONTROL_NUMBER = 999_999_999
"""ISA13 and GS06 have at most nine digits (X12.5)."""

USUAL = Delimiters(b"*", b":", b"^", b"~")
"""The delimiters that everyone can read."""

QUALIFIERS = frozenset({"01", "14", "20", "27", "28", "29", "30", "33", "ZZ"})
"""ISA05 and ISA07 that the 005010 guides allow (pyx12's control map)."""

_UNKNOWN = "UNKNOWN"
_PRINTABLE = frozenset(bytes([byte]) for byte in CHARACTERS if byte != 32 and not chr(byte).isalnum())
_CONTROL = frozenset(bytes([byte]) for byte in range(1, 32) if byte not in b"\t\r\n")


class SetFault(StrEnum):
    """What is wrong with a transaction as a whole: IK502 to IK506 of the 999 (X12 data element 618)."""

    UNSUPPORTED = "1"
    TRAILER_MISSING = "2"
    CONTROL_NUMBERS_DIFFER = "3"
    COUNT_DIFFERS = "4"
    SEGMENTS = "5"
    IDENTIFIER = "6"
    CONTROL_NUMBER = "7"
    FOREIGN_TO_GROUP = "18"
    REPEATED_CONTROL_NUMBER = "23"
    GUIDE_SEGMENTS = "I5"
    GUIDE_UNSUPPORTED = "I6"


class GroupFault(StrEnum):
    """What is wrong with a functional group: AK905 to AK909 of the 999 (X12 data element 716)."""

    UNSUPPORTED = "1"
    VERSION_UNSUPPORTED = "2"
    TRAILER_MISSING = "3"
    CONTROL_NUMBERS_DIFFER = "4"
    COUNT_DIFFERS = "5"
    CONTROL_NUMBER = "6"


@dataclass(frozen=True, slots=True)
class SegmentFaults:
    """The faults of one segment, or of the gap behind it (``Kind.MISSING_SEGMENT``).

    ``position`` counts the segments of the transaction, ST is 1; the caller says it, because a changed copy
    of a segment no longer knows. ``loop`` is the guide's name of the loop it stands in, for faults that name
    none. ``claim`` is CLM01 of the claim it lies in, empty outside of claims. The 999 copies ``claim`` and
    the faulty values: patient data.
    """

    position: int
    segment: Segment
    loop: str
    faults: tuple[Fault, ...]
    claim: str = ""


@dataclass(frozen=True, slots=True)
class TransactionAck:
    """One received ST–SE. ``segments`` is read once, in order, while it is being written.

    ``held`` says that nothing of it goes on because of faults of SNIP level 1 or 2. A transaction whose
    claims are held for business reasons is not ``held`` here: the 999 does not speak of those.
    """

    st: Segment
    segments: Iterable[SegmentFaults] = ()
    faults: tuple[SetFault, ...] = ()
    held: bool = False


@dataclass(frozen=True, slots=True)
class GroupAck:
    """One received GS–GE. ``transactions`` is read once, in order, while it is being written.

    ``declared`` is GE01, ``None`` where it is absent or no number; ``received`` counts the transactions that
    came, those without an ST (which cannot be acknowledged one by one) included.
    """

    gs: Segment
    declared: int | None
    received: int
    transactions: Iterable[TransactionAck]
    faults: tuple[GroupFault, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """How an acknowledgement is addressed: back to where ``isa``, the ISA of the input, came from.

    ``delimiters`` are those wished for; see `sound_delimiters`. ``control_number`` becomes ISA13, and GS06 of
    the first group (the next group has the next number): 1 to 999 999 999, else :exc:`ValueError`. ``when``
    is the local time that the envelope tells.
    """

    isa: Segment
    delimiters: Delimiters
    control_number: int
    when: datetime

    def __post_init__(self) -> None:
        if not 1 <= self.control_number <= MAX_CONTROL_NUMBER:
            raise ValueError(f"control number {self.control_number} is not within 1 and {MAX_CONTROL_NUMBER}")


class Paper:
    """An interchange being written to ``out``: frames what it is given, and counts. One pass, no seeking.

    The interchange begins with the first group or segment, so that nothing at all is written for nothing.
    """

    def __init__(self, out: BinaryIO, reply: Reply) -> None:
        self._out = out
        self._reply = reply
        self.marks = sound_delimiters(reply.delimiters)
        self._parties: tuple[str, str] | None = None  # GS02 and GS03 of the group that is open
        self._begun = False
        self._groups = self._sets = self._sets_in_group = self._segments = 0

    def write(self, *elements: str) -> None:
        """Write a segment. Elements must be `usable`, or empty; empty ones at the end are left out."""
        if not self._begun:
            self._begun = True
            self._write_isa()
        parts = list(elements)
        while not parts[-1]:
            parts.pop()
        body = self.marks.element.join(part.encode("ascii") for part in parts)
        self._out.write(body + self.marks.terminator)
        self._segments += 1

    def composite(self, *components: str) -> str:
        """An element of components, without empty ones at its end."""
        mark = self.marks.component.decode("ascii")
        return mark.join(components).rstrip(mark)

    def usable(self, value: str, longest: int, shortest: int = 1) -> bool:
        """Whether a value can stand in an element of text: X12's characters, none of them a delimiter."""
        marks = self.marks
        taken = marks.element + marks.component + marks.repetition + marks.terminator
        if not shortest <= len(value) <= longest or not value.isascii() or value[-1] == " ":
            return False
        return all(byte in CHARACTERS and byte not in taken for byte in value.encode("ascii"))

    def begin_set(self, gs: Segment) -> None:
        """Begin an ST*999 in a group that goes from the receiver of ``gs`` to its sender."""
        isa = self._reply.isa
        parties = self._party(gs.get(3), isa.get(8)), self._party(gs.get(2), isa.get(6))
        if parties != self._parties:
            self._end_group()
            self._begin_group(parties)
        self._sets += 1
        self._sets_in_group += 1
        self._segments = 0
        self.write("ST", "999", f"{self._sets:04d}", "005010X231A1")

    def end_set(self) -> None:
        """End it, with the count of its segments."""
        self.write("SE", str(self._segments + 1), f"{self._sets:04d}")

    def close(self) -> None:
        """End the group and the interchange, if anything was written."""
        self._end_group()
        if self._begun:
            self.write("IEA", str(self._groups), f"{self._reply.control_number:09d}")

    def _begin_group(self, parties: tuple[str, str]) -> None:
        when = self._reply.when
        day = f"{when.year:04d}{when.month:02d}{when.day:02d}"
        self._parties = parties
        self._groups += 1
        self._sets_in_group = 0
        self.write("GS", "FA", *parties, day, f"{when:%H%M}", self._group_number(), "X", "005010X231A1")

    def _end_group(self) -> None:
        if self._parties:
            self.write("GE", str(self._sets_in_group), self._group_number())
        self._parties = None

    def _group_number(self) -> str:
        return str((self._reply.control_number + self._groups - 2) % MAX_CONTROL_NUMBER + 1)

    def _write_isa(self) -> None:
        isa, when, marks = self._reply.isa, self._reply.when, self.marks
        sender, receiver = (
            (
                isa.get(at) if isa.get(at) in QUALIFIERS else "ZZ",
                self._party(isa.get(at + 1), "", 1).ljust(15),
            )
            for at in (7, 5)
        )
        day = f"{when.year % 100:02d}{when.month:02d}{when.day:02d}"
        usage = isa.get(15) if isa.get(15) in ("I", "P", "T") else "P"
        fields = ["ISA", "00", " " * 10, "00", " " * 10, *sender, *receiver, day, f"{when:%H%M}"]
        fields += [marks.repetition.decode("ascii"), "00501", f"{self._reply.control_number:09d}", "0", usage]
        head = marks.element.join(field.encode("ascii") for field in fields)
        self._out.write(head + marks.element + marks.component + marks.terminator)

    def _party(self, value: str, otherwise: str, shortest: int = 2) -> str:
        """The name of a sender or receiver: GS02 and GS03 have 2 to 15 characters, ISA06 and ISA08 may do
        with one. What cannot be written gives way to the other name, else to ``UNKNOWN``.
        """
        for name in (value.strip(), otherwise.strip()):
            if self.usable(name, 15, shortest):
                return name
        return _UNKNOWN


def sound_delimiters(wished: Delimiters) -> Delimiters:
    """The wished delimiters if every reader can take them, else the usual ``* : ^ ~``.

    Each must be one byte of ASCII, no letter, digit or blank, and all must differ. Component and repetition
    separators stand inside ISA as values, so they must be printable; the terminator may be a line feed. A
    wish without a repetition separator (input before 00402) is given one, for the ISA that is written is
    always 00501.
    """
    repetition = wished.repetition
    if not repetition:
        taken = (wished.element, wished.component, wished.terminator)
        repetition = next(mark for mark in (b"^", b"|", b"!", b"\\") if mark not in taken)
    found = Delimiters(wished.element, wished.component, repetition, wished.terminator)
    is_sound = (
        len({found.element, found.component, found.repetition, found.terminator}) == 4
        and found.component in _PRINTABLE
        and found.repetition in _PRINTABLE
        and found.element in _PRINTABLE | _CONTROL
        and found.terminator in _PRINTABLE | _CONTROL | {b"\n"}
    )
    return found if is_sound else USUAL


def copy_of(raw: bytes, source: Delimiters) -> str:
    """The text of a faulty value if it is one simple value by the delimiters it came with, else nothing."""
    if any(mark in raw for mark in (source.component, source.repetition) if mark):
        return ""
    return text(raw)
