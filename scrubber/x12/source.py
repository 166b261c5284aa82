"""An input that can be read twice: a file, or standard input copied to an unnamed temporary file."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

from msgspec import Struct

STANDARD_INPUT = "-"
STANDARD_INPUT_NAME = "stdin"
"""What standard input is called in reports, and in the names of outputs."""
_MAX_IN_MEMORY = 1 << 22


class Source(Struct, frozen=True):
    """One input. ``name`` is its name in reports, ``stem`` the base name of its outputs."""

    name: str
    stem: str
    path: Path | None = None
    buffered: BinaryIO | None = None

    @contextmanager
    def open(self) -> Iterator[HashingReader]:
        """Open the input at its beginning, for reading only."""
        if self.path is not None:
            with self.path.open("rb") as stream:
                yield HashingReader(stream)
        else:
            assert self.buffered is not None
            self.buffered.seek(0)
            yield HashingReader(self.buffered)

    def size(self) -> int:
        """Return the length of the input in bytes."""
        if self.path is not None:
            return self.path.stat().st_size
        assert self.buffered is not None
        return self.buffered.seek(0, io.SEEK_END)


class HashingReader:
    """Reads a stream, hashes what was read, and counts the bytes to report progress."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self.bytes_read = 0

    def read(self, size: int = -1) -> bytes:
        """Read at most ``size`` bytes, or all if it is negative."""
        chunk = self._stream.read(size)
        self._digest.update(chunk)
        self.bytes_read += len(chunk)
        return chunk

    def skip(self, offset: int) -> None:
        """Go to an offset; what is before it is neither read nor hashed."""
        self._stream.seek(offset)

    def sha256(self) -> str:
        """Return the hash of what was read so far, in hexadecimal."""
        return self._digest.hexdigest()

    def twin(self) -> HashingReader:
        """Return a reader of the same bytes from their beginning, for a process that will be forked.

        It reads the very file that is open here, not the path again, and neither reader moves the other.
        """
        try:
            descriptor = self._stream.fileno()
        except io.UnsupportedOperation:
            assert isinstance(self._stream, io.BytesIO)
            return HashingReader(io.BytesIO(self._stream.getvalue()))
        return HashingReader(io.BufferedReader(_Positioned(descriptor), 1 << 16))


class _Positioned(io.RawIOBase):
    """Reads an open file from a position of its own: processes that were forked share that of the file."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._at = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        raw = os.pread(self._descriptor, len(view), self._at)
        view[: len(raw)] = raw
        self._at += len(raw)
        return len(raw)


def source_of_path(path: Path) -> Source:
    """Return the file at this path as an input.

    What can be read only once, such as a named pipe or `<(command)` of a shell, is copied as standard input
    is. Raise OSError if it cannot be opened.
    """
    name, stem = name_of_path(path), stem_of_path(path)
    if path.is_fifo() or path.is_socket() or path.is_char_device():
        with path.open("rb") as stream:
            return source_of_stream(stream, name, stem)
    return Source(name, stem, path)


def name_of_path(path: Path) -> str:
    """Return the name of an input in reports."""
    if is_nameless(path):
        return STANDARD_INPUT_NAME
    return path.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def stem_of_path(path: Path) -> str:
    """Return the base name of the outputs of an input."""
    return STANDARD_INPUT_NAME if is_nameless(path) else path.stem or path.name


def is_nameless(path: Path) -> bool:
    """Return True for standard input, and for a path that only numbers what is open, as `/dev/fd/63` does."""
    text = path.as_posix()
    return text in (STANDARD_INPUT, "/dev/stdin") or text.startswith(("/dev/fd/", "/proc/self/fd/"))


def source_of_bytes(raw: bytes, name: str = "input") -> Source:
    """Return bytes in memory as an input."""
    return Source(name, name, buffered=io.BytesIO(raw))


def source_of_stream(stream: BinaryIO, name: str = STANDARD_INPUT_NAME, stem: str = "") -> Source:
    """Copy a stream that cannot be read twice, such as standard input; on disk if it is large."""
    buffered = tempfile.SpooledTemporaryFile(max_size=_MAX_IN_MEMORY)  # noqa: SIM115 - kept open
    shutil.copyfileobj(stream, buffered)
    return Source(name, stem or name, buffered=buffered)  # type: ignore[arg-type] # a spooled file is a binary stream
