"""The envelope of an acknowledgement: an interchange back to the sender of the input.

Nothing here reads a clock.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from typing import IO, BinaryIO, NamedTuple

from scrubber.envelopes.values import QUALIFIERS
from scrubber.guide.pattern import CHARACTERS
from scrubber.x12 import Delimiters, Segment

_IN_MEMORY = 1 << 20  # bytes

MAX_CONTROL_NUMBER = 999_999_999
"""ISA13 and GS06 have at most nine digits (X12.5)."""

DEFAULT_DELIMITERS = Delimiters(b"*", b":", b"^", b"~")
"""Delimiters that every receiver can read."""

UNKNOWN = "UNKNOWN"
"""Replaces a required name or ID that cannot be written. No delimiter is a letter."""

_PRINTABLE = frozenset(bytes([byte]) for byte in CHARACTERS if byte != 32 and not chr(byte).isalnum())
_CONTROL = frozenset(bytes([byte]) for byte in range(1, 32) if byte not in b"\t\r\n")


class AckType(NamedTuple):
    """The acknowledgement type of an interchange: GS01, ST01, and the version (GS08 and ST03)."""

    group: str
    set: str
    version: str


ACK_999 = AckType("FA", "999", "005010X231A1")
ACK_277 = AckType("HN", "277", "005010X214")


@dataclass(frozen=True, slots=True)
class Addressee:
    """The addressee of an acknowledgement: the sender in ``isa``, the ISA of the input.

    ``delimiters`` are the preferred ones; see `sound_delimiters`. ``control_number`` becomes ISA13, and GS06
    of the first group (the next group has the next number): 1 to 999,999,999, else :exc:`ValueError`.
    ``when`` is the local time written to the envelope.
    """

    isa: Segment
    delimiters: Delimiters
    control_number: int
    when: datetime

    def __post_init__(self) -> None:
        if not 1 <= self.control_number <= MAX_CONTROL_NUMBER:
            raise ValueError(f"control number {self.control_number} is not within 1 and {MAX_CONTROL_NUMBER}")


class SegmentBuffer:
    """Segments waiting for those before them, on disk if there are many; ``segments`` counts them.

    A file takes many small pieces slowly, so they are gathered first.
    """

    _GATHERED = 1 << 16

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by `close`
        self._pieces: list[bytes] = []
        self._size = 0
        self.segments = 0

    def add(self, raw: bytes, segments: int = 1) -> None:
        """Append so many segments."""
        self._pieces.append(raw)
        self._size += len(raw)
        self.segments += segments
        if self._size >= self._GATHERED:
            self._flush()

    def take(self, other: SegmentBuffer) -> None:
        """Move everything from another buffer to this one."""
        self._flush()
        self.segments += other.segments
        other.pour(self._file)

    def pour(self, out: IO[bytes]) -> None:
        """Write everything to ``out`` and clear the buffer."""
        self._flush()
        self._file.seek(0)
        shutil.copyfileobj(self._file, out)
        self.clear()

    def clear(self) -> None:
        """Discard everything."""
        self._file.seek(0)
        self._file.truncate()
        self._pieces.clear()
        self._size = self.segments = 0

    def close(self) -> None:
        """Close the underlying temporary file."""
        self._file.close()

    def _flush(self) -> None:
        self._file.write(b"".join(self._pieces))
        self._pieces.clear()
        self._size = 0


class AckInterchange:
    """An interchange being written to ``out``, with its envelopes and counts. One pass, no seeking.

    It begins with the first group or segment, so that no interchange is written without content.
    """

    def __init__(self, out: BinaryIO, addressee: Addressee, ack_type: AckType = ACK_999) -> None:
        self._out = out
        self._addressee = addressee
        self._ack_type = ack_type
        self.marks = sound_delimiters(addressee.delimiters)
        taken = {*self.marks.element, *self.marks.component, *self.marks.repetition, *self.marks.terminator}
        usable = bytes(CHARACTERS - taken).decode("ascii")
        self._is_usable = re.compile(f"[{re.escape(usable)}]*").fullmatch
        self.element, self._component, self.terminator = (
            mark.decode("ascii") for mark in (self.marks.element, self.marks.component, self.marks.terminator)
        )
        self._parties: tuple[str, str] | None = None  # GS02 and GS03 of the open group
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
        """Return a segment as it is written: see `text`."""
        return self.text(*elements).encode("ascii")

    def text(self, *elements: str) -> str:
        """Return the text of a segment, with its terminator.

        Elements must be `usable`, or empty; trailing empty ones are dropped.
        """
        parts = list(elements)
        while not parts[-1]:
            parts.pop()
        return self.element.join(parts) + self.terminator

    def pour(self, buffer: SegmentBuffer) -> None:
        """Write the buffered segments and clear the buffer. A set must have begun."""
        self._segments += buffer.segments
        buffer.pour(self._out)

    def composite(self, *components: str) -> str:
        """Return an element of components, without trailing empty ones."""
        return self._component.join(components).rstrip(self._component)

    def usable(self, value: str, longest: int, shortest: int = 1) -> bool:
        """Return True if a value can be a text element: X12's characters, none of them a delimiter."""
        if not shortest <= len(value) <= longest or value[-1] == " ":
            return False
        return self._is_usable(value) is not None

    def begin_set(self, gs: Segment) -> None:
        """Begin a transaction set in a group from the receiver of ``gs`` to its sender."""
        isa = self._addressee.isa
        parties = self._party(gs.get(3), isa.get(8)), self._party(gs.get(2), isa.get(6))
        if parties != self._parties:
            self._end_group()
            self._begin_group(parties)
        self._sets += 1
        self._sets_in_group += 1
        self._segments = 0
        self.write("ST", self._ack_type.set, f"{self._sets:04d}", self._ack_type.version)

    def end_set(self) -> None:
        """End the set, with its segment count."""
        self.write("SE", str(self._segments + 1), f"{self._sets:04d}")

    def close(self) -> None:
        """End the group and the interchange, if anything was written."""
        self._end_group()
        if self._begun:
            self.write("IEA", str(self._groups), f"{self._addressee.control_number:09d}")

    def _begin_group(self, parties: tuple[str, str]) -> None:
        when = self._addressee.when
        day = f"{when.year:04d}{when.month:02d}{when.day:02d}"
        ack_type, time = self._ack_type, f"{when:%H%M}"
        self._parties = parties
        self._groups += 1
        self._sets_in_group = 0
        self.write("GS", ack_type.group, *parties, day, time, self._group_number(), "X", ack_type.version)

    def _end_group(self) -> None:
        if self._parties:
            self.write("GE", str(self._sets_in_group), self._group_number())
        self._parties = None

    def _group_number(self) -> str:
        return str((self._addressee.control_number + self._groups - 2) % MAX_CONTROL_NUMBER + 1)

    def _write_isa(self) -> None:
        isa, when, marks = self._addressee.isa, self._addressee.when, self.marks
        sender, receiver = (
            (
                isa.get(at) if isa.get(at) in QUALIFIERS else "ZZ",
                self._party(isa.get(at + 1), "", 1).ljust(15),
            )
            for at in (7, 5)
        )
        day = f"{when.year % 100:02d}{when.month:02d}{when.day:02d}"
        usage = isa.get(15) if isa.get(15) in ("P", "T") else "P"
        fields = ["ISA", "00", " " * 10, "00", " " * 10, *sender, *receiver, day, f"{when:%H%M}"]
        fields += [
            marks.repetition.decode("ascii"),
            "00501",
            f"{self._addressee.control_number:09d}",
            "0",
            usage,
        ]
        head = marks.element.join(field.encode("ascii") for field in fields)
        self._out.write(head + marks.element + marks.component + marks.terminator)

    def _party(self, value: str, fallback: str, shortest: int = 2) -> str:
        """Return the name of a sender or receiver: 2 to 15 characters, at least 1 for ISA06 and ISA08.

        A name that cannot be written is replaced by the fallback, else by ``UNKNOWN``.
        """
        for name in (value.strip(), fallback.strip()):
            if self.usable(name, 15, shortest):
                return name
        return UNKNOWN


def sound_delimiters(preferred: Delimiters) -> Delimiters:
    """Return the preferred delimiters if every receiver can read them, else the default ``* : ^ ~``.

    Each must be one ASCII byte, not a letter, digit or space, and all must differ. Component and repetition
    separators are values inside the ISA, so they must be printable; the terminator may be a line feed.
    Delimiters without a repetition separator (input before 00402) get one, since the written ISA is always
    00501.
    """
    repetition = preferred.repetition
    if not repetition:
        taken = (preferred.element, preferred.component, preferred.terminator)
        repetition = next(mark for mark in (b"^", b"|", b"!", b"\\") if mark not in taken)
    found = Delimiters(preferred.element, preferred.component, repetition, preferred.terminator)
    is_sound = (
        len({found.element, found.component, found.repetition, found.terminator}) == 4
        and found.component in _PRINTABLE
        and found.repetition in _PRINTABLE
        and found.element in _PRINTABLE | _CONTROL
        and found.terminator in _PRINTABLE | _CONTROL | {b"\n"}
    )
    return found if is_sound else DEFAULT_DELIMITERS
