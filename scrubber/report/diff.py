"""The cleaned file against the input: every segment that is not the same, and for whose sake.

The input is read once more, beside the cleaned file as it was written: what is told is what is in the file,
not what somebody meant to put there. Blanks between segments are not compared.

The form is that of a unified diff without context. A line is a segment without its terminator, the numbers
are those of segments from 1, and behind the second ``@@`` stand the edits, or what else was the reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import IO, Any, BinaryIO, NamedTuple

from scrubber.errors import InputChangedError
from scrubber.report.claim_view import ClaimView, FileView
from scrubber.report.masking import envelope_texts
from scrubber.report.model import FileReport, Report
from scrubber.text import plain, temporary_text, text_layer
from scrubber.x12 import Segment, read_pieces
from scrubber.x12.reader import Readable
from scrubber.x12.segment import text
from scrubber.x12.segment_numbers import SegmentNumbers
from scrubber.x12.source import Source

_MOST_LINES = 1000
"""Longer hunks are divided, so that memory stays bounded."""
_COUNTED = {"HL": "numbered anew", "SE": "counted anew", "GE": "counted anew", "IEA": "counted anew"}
_ALONE = "not sent: no claim below it goes out"
_AGAIN = "written again: the next claim needs a repair of it that others do not"


class Difference(NamedTuple):
    """A segment of the input, and the one that stands for it in the cleaned file; one of them may be missing.

    ``read`` and ``written`` are their numbers there, or those of the segments before; ``origin`` is in any
    case the number in the input.
    """

    before: Segment | None
    after: Segment | None
    read: int
    written: int
    origin: int


class ChangeNote(NamedTuple):
    """Why a segment differs; of one that a claim's repair changed, the texts that may be shown."""

    why: str
    before: str | None = None
    after: str | None = None


class Diff:
    """A writer beside those of the report, for one input that is split.

    ``cleaned`` is the cleaned file, ``origins`` tells whence its segments are. Where no claim goes out there
    is no cleaned file, and nothing is written.
    """

    def __init__(
        self,
        out: BinaryIO,
        source: Source,
        cleaned: BinaryIO,
        origins: SegmentNumbers,
        *,
        masked: bool = False,
    ) -> None:
        self._out = text_layer(out)
        self._source = source
        self._cleaned = cleaned
        self._origins = origins
        self._masked = masked
        self._held = temporary_text()
        self._sent = temporary_text()

    def claim(self, claim: ClaimView) -> None:
        """Take note of where the claim stands, and why it is not there, or not as it was."""
        report, own = claim.report, claim.judged.original
        name = f"claim {report.control_number or 'without a number'}"
        if report.verdict == "held":
            why = f"{name} is held: {', '.join(report.held_by) or 'its envelope'}"
            self._held.write(json.dumps([own[0].number, own[-1].number, why]) + "\n")
        else:
            repairs = {
                change.number: ChangeNote(f"{', '.join(change.edits)}: {name}", change.before, change.after)
                for change in claim.changes
            }
            self._sent.write(json.dumps([own[-1].number, repairs]) + "\n")

    def file(self, view: FileView) -> None:
        """Compare, and write. Raises InputChangedError where the input is not the one that was scrubbed."""
        file = view.report
        if file.counts.accepted:
            name = plain(file.name)
            self._out.write(f"--- {name}\n+++ {name}, cleaned\n")
            with self._source.open() as reader:
                self._compare(reader, _Notes(self._held, self._sent, file))
                if reader.sha256() != file.sha256:
                    raise InputChangedError("the input changed while it was being read")
        self._out.detach()
        for kept in (self._held, self._sent, self._origins):
            kept.close()

    def abandon(self) -> None:
        """There is nothing to forget: an input that fails has no outputs."""

    def finish(self, report: Report) -> None:
        """All is written."""

    def _compare(self, reader: Readable, notes: _Notes) -> None:
        noted = ((entry, notes.of(entry)) for entry in self._differences(reader, notes))
        for _, hunk in groupby(noted, key=_Numbering().of):
            self._write_hunk([*hunk])

    def _differences(self, reader: Readable, notes: _Notes) -> Iterator[Difference]:
        self._cleaned.seek(0)
        received, written = _with_body(reader), 0
        before, read = next(received, None), 0
        for origin, after in zip(self._origins, _with_body(self._cleaned), strict=True):
            while before and before.number < origin:
                read = before.number
                yield Difference(before, None, read, written, read)
                before = next(received, None)
            written = after.number
            if before and before.number == origin:
                read = origin
                if before.body != after.body:
                    yield Difference(before, after, read, written, origin)
                before = next(received, None)
            else:
                yield Difference(None, after, read, written, origin)
            notes.pass_by(origin)
        while before:
            yield Difference(before, None, before.number, written, before.number)
            before = next(received, None)

    def _write_hunk(self, hunk: Sequence[tuple[Difference, ChangeNote]]) -> None:
        first, note = hunk[0]
        old = [self._shown(entry.before, told.before) for entry, told in hunk if entry.before]
        new = [self._shown(entry.after, told.after) for entry, told in hunk if entry.after]
        ranges = f"-{_range(first.read, len(old))} +{_range(first.written, len(new))}"
        self._out.write(f"@@ {ranges} @@ {plain(note.why)}\n")
        self._out.writelines([*(f"-{line}\n" for line in old), *(f"+{line}\n" for line in new)])

    def _shown(self, segment: Segment, repaired: str | None) -> str:
        """A segment as it may be shown. Whose a segment is, is known of repaired ones only."""
        if not self._masked:
            return plain(text(segment.body))
        if repaired is not None:
            return plain(repaired)
        return plain(text(segment.delimiters.element).join(envelope_texts(segment)))


class _Notes:
    """The reasons, asked for in the order of the differences."""

    def __init__(self, held: IO[str], sent: IO[str], file: FileReport) -> None:
        self._held = _records(held)
        self._sent = _records(sent)
        self._missing: tuple[int, int, str] = next(self._held, _NO_CLAIM)
        self._next: tuple[int, dict[str, list[str]]] = next(self._sent, _NO_REPAIRS)
        self._envelopes: dict[int, list[str]] = {}
        for finding in file.findings:
            if finding.is_fixed and finding.where.segment_number:
                self._envelopes.setdefault(finding.where.segment_number, []).append(finding.edit)

    def of(self, entry: Difference) -> ChangeNote:
        """Why there is this difference."""
        if entry.after is None:
            return ChangeNote(self._of_missing(entry.origin))
        number, (_, repairs) = entry.origin, self._next
        if str(number) in repairs:
            return ChangeNote(*repairs[str(number)])
        if entry.before is None:
            return ChangeNote(_AGAIN)
        if number in self._envelopes:
            return ChangeNote(", ".join(self._envelopes[number]))
        return ChangeNote(_COUNTED.get(entry.before.id, ""))

    def pass_by(self, origin: int) -> None:
        """The cleaned file has this segment of the input: behind a claim's last one the next claim begins."""
        if origin == self._next[0]:
            self._next = next(self._sent, _NO_REPAIRS)

    def _of_missing(self, number: int) -> str:
        while self._missing is not _NO_CLAIM and self._missing[1] < number:
            self._missing = next(self._held, _NO_CLAIM)
        first, last, why = self._missing
        return why if first <= number <= last else _ALONE


class _Numbering:
    """Numbers hunks: differences of one go on where the last one ended, for the same reason."""

    def __init__(self) -> None:
        self._hunk = self._lines = 0
        self._last: tuple[Difference, ChangeNote] | None = None

    def of(self, noted: tuple[Difference, ChangeNote]) -> int:
        """The number of the hunk to which this difference belongs."""
        (entry, note), last = noted, self._last
        self._last, self._lines = noted, self._lines + 1
        if last is None or self._lines > _MOST_LINES or not _goes_on(last, entry, note):
            self._hunk, self._lines = self._hunk + 1, 1
        return self._hunk


def _goes_on(last: tuple[Difference, ChangeNote], entry: Difference, note: ChangeNote) -> bool:
    former, why = last
    if why.why != note.why:
        return False
    if entry.before and not entry.after and not former.after:
        return former.written == entry.written
    return bool(entry.after and not entry.before and not former.before and former.read == entry.read)


_NO_CLAIM = (0, 0, "")
_NO_REPAIRS: tuple[int, dict[str, list[str]]] = (0, {})


def _records(kept: IO[str]) -> Iterator[Any]:
    kept.seek(0)
    return map(json.loads, kept)


def _with_body(stream: Readable) -> Iterator[Segment]:
    return (piece for piece in read_pieces(stream) if isinstance(piece, Segment) and piece.body)


def _range(number: int, lines: int) -> str:
    return str(number) if lines == 1 else f"{number},{lines}"
