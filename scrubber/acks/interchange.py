"""The envelope that an acknowledgement travels in: an interchange back to where the input came from.

Nothing here reads a clock.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from typing import IO, BinaryIO, NamedTuple

from scrubber.guide.pattern import CHARACTERS
from scrubber.x12 import Delimiters, Segment

_IN_MEMORY = 1 << 20  # bytes

MAX_CONTROL_NUMBER = 999_999_999
"""ISA13 and GS06 have at most nine digits (X12.5)."""

DEFAULT_DELIMITERS = Delimiters(b"*", b":", b"^", b"~")
"""The delimiters that everyone can read."""

QUALIFIERS = frozenset({"01", "14", "20", "27", "28", "29", "30", "33", "ZZ"})
"""ISA05 and ISA07 that the 005010 guides allow (pyx12's control map)."""

UNKNOWN = "UNKNOWN"
"""Stands for a name or id that must be there and cannot be written. No delimiter is a letter."""

_PRINTABLE = frozenset(bytes([byte]) for byte in CHARACTERS if byte != 32 and not chr(byte).isalnum())
_CONTROL = frozenset(bytes([byte]) for byte in range(1, 32) if byte not in b"\t\r\n")


class AckType(NamedTuple):
    """Which acknowledgement an interchange holds: GS01, ST01, and the version (GS08 and ST03)."""

    group: str
    set: str
    version: str


FORM_999 = AckType("FA", "999", "005010X231A1")
FORM_277 = AckType("HN", "277", "005010X214")


@dataclass(frozen=True, slots=True)
class Addressee:
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


class KeptText:
    """Segments that wait for those before them, on disk where there are many; ``segments`` counts them."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by `close`
        self.segments = 0

    def add(self, raw: bytes) -> None:
        """Keep one more segment."""
        self._file.write(raw)
        self.segments += 1

    def take(self, other: KeptText) -> None:
        """Keep all that another one has kept, which then has nothing."""
        self.segments += other.segments
        other.pour(self._file)

    def pour(self, out: IO[bytes]) -> None:
        """Write everything out, and forget it."""
        self._file.seek(0)
        shutil.copyfileobj(self._file, out)
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._file.seek(0)
        self._file.truncate()
        self.segments = 0

    def close(self) -> None:
        """Give back what holds the segments."""
        self._file.close()


class AckInterchange:
    """An interchange being written to ``out``: frames what it is given, and counts. One pass, no seeking.

    The interchange begins with the first group or segment, so that nothing at all is written for nothing.
    """

    def __init__(self, out: BinaryIO, reply: Addressee, form: AckType = FORM_999) -> None:
        self._out = out
        self._reply = reply
        self._form = form
        self.marks = sound_delimiters(reply.delimiters)
        taken = {*self.marks.element, *self.marks.component, *self.marks.repetition, *self.marks.terminator}
        self._usable = bytes(CHARACTERS - taken)
        self._element, self._component, self._terminator = (
            mark.decode("ascii") for mark in (self.marks.element, self.marks.component, self.marks.terminator)
        )
        self._parties: tuple[str, str] | None = None  # GS02 and GS03 of the group that is open
        self._begun = False
        self._groups = self._sets = self._sets_in_group = self._segments = 0

    def write(self, *elements: str) -> None:
        """Write a `segment`."""
        if not self._begun:
            self._begun = True
            self._write_isa()
        self._out.write(self.segment(*elements))
        self._segments += 1

    def segment(self, *elements: str) -> bytes:
        """A segment as it is written. Elements must be `usable`, or empty; empty ones at the end are left
        out.
        """
        parts = list(elements)
        while not parts[-1]:
            parts.pop()
        return (self._element.join(parts) + self._terminator).encode("ascii")

    def pour(self, kept: KeptText) -> None:
        """Write the segments that were kept, and forget them. A set must have begun."""
        self._segments += kept.segments
        kept.pour(self._out)

    def composite(self, *components: str) -> str:
        """An element of components, without empty ones at its end."""
        return self._component.join(components).rstrip(self._component)

    def usable(self, value: str, longest: int, shortest: int = 1) -> bool:
        """Whether a value can stand in an element of text: X12's characters, none of them a delimiter."""
        if not shortest <= len(value) <= longest or not value.isascii() or value[-1] == " ":
            return False
        return not value.encode("ascii").translate(None, self._usable)

    def begin_set(self, gs: Segment) -> None:
        """Begin a transaction set in a group that goes from the receiver of ``gs`` to its sender."""
        isa = self._reply.isa
        parties = self._party(gs.get(3), isa.get(8)), self._party(gs.get(2), isa.get(6))
        if parties != self._parties:
            self._end_group()
            self._begin_group(parties)
        self._sets += 1
        self._sets_in_group += 1
        self._segments = 0
        self.write("ST", self._form.set, f"{self._sets:04d}", self._form.version)

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
        form, time = self._form, f"{when:%H%M}"
        self._parties = parties
        self._groups += 1
        self._sets_in_group = 0
        self.write("GS", form.group, *parties, day, time, self._group_number(), "X", form.version)

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
        return UNKNOWN


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
    return found if is_sound else DEFAULT_DELIMITERS
