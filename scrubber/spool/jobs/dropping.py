"""Dropping a file into ``in/`` from within: whole, under a harmless name, and never in place of another."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from types import TracebackType
from typing import BinaryIO, Self

from scrubber.errors import SpoolError
from scrubber.spool.jobs.failing import put_into_inbox
from scrubber.spool.layout import Spool, parse_retry, retry_part, safe_stem

_SUFFIX = ".837"
_MOST_NAMES = 1000


class Drop:
    """A file on its way: written to ``work/``, where no sender could have left a link, then put into ``in/``.

    Left without `finish`, nothing remains of it. Raises OSError.
    """

    def __init__(self, spool: Spool, name: str) -> None:
        self._spool = spool
        # The name of a retry would make it the retry of another file.
        self._stem = safe_stem(parse_retry(safe_stem(name) + _SUFFIX)[1])
        self.size = 0
        self._digest = hashlib.sha256()
        self._part = spool.work / retry_part("drop")
        self._stream: BinaryIO | None = None

    def __enter__(self) -> Self:
        handle = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        self._stream = os.fdopen(handle, "wb")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream:
            self._stream.close()
        self._part.unlink(missing_ok=True)

    @property
    def sha256(self) -> str:
        """The hash of what was written so far."""
        return self._digest.hexdigest()

    def write(self, raw: bytes) -> None:
        """Append bytes."""
        assert self._stream is not None  # within the context
        self._stream.write(raw)
        self._digest.update(raw)
        self.size += len(raw)

    def finish(self) -> tuple[str, int]:
        """Put the file into ``in/``; return its name there and its time in nanoseconds.

        Raise SpoolError if no name is free.
        """
        assert self._stream is not None  # within the context
        self._stream.flush()
        os.fsync(self._stream.fileno())
        modified = os.fstat(self._stream.fileno()).st_mtime_ns
        self._stream.close()
        for number in range(1, _MOST_NAMES):
            name = f"{self._stem}{f'-{number}' if number > 1 else ''}{_SUFFIX}"
            with suppress(FileExistsError):
                put_into_inbox(self._spool, self._part, name)
                return name, modified
        raise SpoolError("in/ has too many files of this name")
