"""The origin of the segments of an output: their numbers in the input, in the order of the output."""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Iterator

_IN_MEMORY = 1 << 20  # bytes
_RUN = struct.Struct("<QQ")


class SegmentNumbers:
    """Segment numbers stored as runs of consecutive numbers, on disk if there are many.

    Segments without a body, which are blanks, are not included.
    """

    def __init__(self) -> None:
        self._runs = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by `close`
        self._first = self._last = 0

    def add(self, number: int) -> None:
        """Append the number in the input of the next segment of the output."""
        if not self._first or number != self._last + 1:
            self._end_run()
            self._first = number
        self._last = number

    def __iter__(self) -> Iterator[int]:
        self._end_run()
        self._first = self._last = 0
        self._runs.seek(0)
        while run := self._runs.read(_RUN.size):
            first, last = _RUN.unpack(run)
            yield from range(first, last + 1)

    def close(self) -> None:
        """Close and discard the temporary file."""
        self._runs.close()

    def _end_run(self) -> None:
        if self._first:
            self._runs.write(_RUN.pack(self._first, self._last))
