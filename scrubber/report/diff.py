"""The diff of the clean file against the input: every segment that differs, and why.

The input is read once more, along with the clean file as it was written: the diff shows what is in the file,
not what was intended. Whitespace between segments is not compared.

The form is a unified diff without context. A line is a segment without its terminator, numbers are segment
numbers from 1, and after the second ``@@`` come the edits or another reason.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import IO, Any, BinaryIO, NamedTuple

from scrubber.errors import InputChangedError
from scrubber.report.claim_view import ClaimView
from scrubber.report.file_view import FileView
from scrubber.report.masking import envelope_texts
from scrubber.report.model import FileReport, Report
from scrubber.report.wording import held_by
from scrubber.text import plain, temporary_text, text_layer
from scrubber.x12 import Segment, read_pieces
from scrubber.x12.reader import Readable
from scrubber.x12.segment import text
from scrubber.x12.segment_numbers import SegmentNumbers
from scrubber.x12.source import Source

_MOST_LINES = 1000
"""Longer hunks are divided, so that memory stays bounded."""
_RECOUNTED = {"HL": "renumbered", "SE": "recounted", "GE": "recounted", "IEA": "recounted"}
_WITHOUT_CLAIMS = "not sent: no accepted claim under it"
_REPEATED = "repeated: the next claim needs a fix in it that other claims do not"


class Difference(NamedTuple):
    """A segment of the input, and the matching one of the clean file; one of them may be missing.

    ``read`` and ``written`` are their numbers, or those of the segments before; ``origin`` is always the
    number in the input.
    """

    before: Segment | None
    after: Segment | None
    read: int
    written: int
    origin: int


class ChangeNote(NamedTuple):
    """Why a segment differs and, if a claim's fix changed it, the texts that may be shown."""

    why: str
    before: str | None = None
    after: str | None = None


class Diff:
    """A writer of the diff, which takes the same calls as a report's writer, for one input that is split.

    ``clean`` is the clean file, ``origins`` the input's number of each of its segments. If no claim is
    accepted there is no clean file, and nothing is written.
    """

    def __init__(
        self,
        out: BinaryIO,
        source: Source,
        clean: BinaryIO,
        origins: SegmentNumbers,
        *,
        masked: bool = False,
    ) -> None:
        self._out = text_layer(out)
        self._source = source
        self._clean = clean
        self._origins = origins
        self._masked = masked
        self._held = temporary_text()
        self._sent = temporary_text()

    def claim(self, claim: ClaimView) -> None:
        """Note the claim's position, and why it is missing from the clean file or changed in it."""
        report, segments = claim.report, claim.result.original
        name = f"claim {report.control_number or 'without a number'}"
        if report.verdict == "held":
            why = f"{name} is held: {', '.join(held_by(report))}"
            self._held.write(json.dumps([segments[0].number, segments[-1].number, why]) + "\n")
        else:
            fixes = {
                change.number: ChangeNote(f"{', '.join(change.edits)}: {name}", change.before, change.after)
                for change in claim.changes
            }
            self._sent.write(json.dumps([segments[-1].number, fixes]) + "\n")

    def file(self, view: FileView) -> None:
        """Compare the files and write the diff. Raise InputChangedError if the input has changed."""
        file = view.report
        if file.counts.accepted or file.counts.would_be_held:
            name = plain(file.name)
            self._out.write(f"--- {name}\n+++ {name}, clean\n")
            with self._source.open() as reader:
                self._compare(reader, _Notes(self._held, self._sent, file))
                if reader.sha256() != file.sha256:
                    raise InputChangedError("the input changed while it was being read")
        self._out.detach()
        for kept in (self._held, self._sent, self._origins):
            kept.close()

    def abandon(self) -> None:
        """Do nothing: an input that fails has no outputs."""

    def finish(self, report: Report) -> None:
        """Do nothing: the diff is already written."""

    def _compare(self, reader: Readable, notes: _Notes) -> None:
        noted = ((entry, notes.of(entry)) for entry in self._differences(reader, notes))
        for _, hunk in groupby(noted, key=_Numbering().of):
            self._write_hunk([*hunk])

    def _differences(self, reader: Readable, notes: _Notes) -> Iterator[Difference]:
        self._clean.seek(0)
        received, written = _with_body(reader), 0
        before, read = next(received, None), 0
        for origin, after in zip(self._origins, _with_body(self._clean), strict=True):
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
            notes.advance(origin)
        while before:
            yield Difference(before, None, before.number, written, before.number)
            before = next(received, None)

    def _write_hunk(self, hunk: Sequence[tuple[Difference, ChangeNote]]) -> None:
        first, first_note = hunk[0]
        old = [self._line(entry.before, note.before) for entry, note in hunk if entry.before]
        new = [self._line(entry.after, note.after) for entry, note in hunk if entry.after]
        ranges = f"-{_range(first.read, len(old))} +{_range(first.written, len(new))}"
        self._out.write(f"@@ {ranges} @@ {plain(first_note.why)}\n")
        self._out.writelines([*(f"-{line}\n" for line in old), *(f"+{line}\n" for line in new)])

    def _line(self, segment: Segment, masked_fix: str | None) -> str:
        """Return a segment as it may be shown. Only of fixed segments is it known whom they are about."""
        if not self._masked:
            return plain(text(segment.body))
        if masked_fix is not None:
            return plain(masked_fix)
        return plain(text(segment.delimiters.element).join(envelope_texts(segment)))


class _Notes:
    """The reasons of the differences, looked up in their order."""

    def __init__(self, held: IO[str], sent: IO[str], file: FileReport) -> None:
        self._held = _records(held)
        self._sent = _records(sent)
        self._missing: tuple[int, int, str] = next(self._held, _NO_CLAIM)
        self._next: tuple[int, dict[str, list[str]]] = next(self._sent, _NO_FIXES)
        self._envelopes: dict[int, list[str]] = {}
        for finding in file.findings:
            if finding.is_fixed and finding.where.segment_number:
                self._envelopes.setdefault(finding.where.segment_number, []).append(finding.edit)

    def of(self, entry: Difference) -> ChangeNote:
        """Return the reason of a difference."""
        if entry.after is None:
            return ChangeNote(self._of_missing(entry.origin))
        number, (_, fixes) = entry.origin, self._next
        if str(number) in fixes:
            return ChangeNote(*fixes[str(number)])
        if entry.before is None:
            return ChangeNote(_REPEATED)
        if number in self._envelopes:
            return ChangeNote(", ".join(self._envelopes[number]))
        return ChangeNote(_RECOUNTED.get(entry.before.id, ""))

    def advance(self, origin: int) -> None:
        """Pass a segment that the clean file has; after a claim's last segment the next claim begins."""
        if origin == self._next[0]:
            self._next = next(self._sent, _NO_FIXES)

    def _of_missing(self, number: int) -> str:
        while self._missing is not _NO_CLAIM and self._missing[1] < number:
            self._missing = next(self._held, _NO_CLAIM)
        first, last, why = self._missing
        return why if first <= number <= last else _WITHOUT_CLAIMS


class _Numbering:
    """The numbering of hunks: the differences of a hunk are adjacent and have the same reason."""

    def __init__(self) -> None:
        self._hunk = self._lines = 0
        self._last: tuple[Difference, ChangeNote] | None = None

    def of(self, noted: tuple[Difference, ChangeNote]) -> int:
        """Return the number of the hunk to which this difference belongs."""
        (entry, note), last = noted, self._last
        self._last, self._lines = noted, self._lines + 1
        if last is None or self._lines > _MOST_LINES or not _continues(last, entry, note):
            self._hunk, self._lines = self._hunk + 1, 1
        return self._hunk


def _continues(last: tuple[Difference, ChangeNote], entry: Difference, note: ChangeNote) -> bool:
    previous, previous_note = last
    if previous_note.why != note.why:
        return False
    if entry.before and not entry.after and not previous.after:
        return previous.written == entry.written
    return bool(entry.after and not entry.before and not previous.before and previous.read == entry.read)


_NO_CLAIM = (0, 0, "")
_NO_FIXES: tuple[int, dict[str, list[str]]] = (0, {})


def _records(kept: IO[str]) -> Iterator[Any]:
    kept.seek(0)
    return map(json.loads, kept)


def _with_body(stream: Readable) -> Iterator[Segment]:
    return (piece for piece in read_pieces(stream) if isinstance(piece, Segment) and piece.body)


def _range(number: int, lines: int) -> str:
    return str(number) if lines == 1 else f"{number},{lines}"
