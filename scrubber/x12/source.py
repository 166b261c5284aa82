"""An input that can be read twice: a file, or standard input kept in an unnamed temporary file."""

from __future__ import annotations

import hashlib
import io
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

STANDARD_INPUT = "-"
_MEMORY = 1 << 22


@dataclass(frozen=True, slots=True)
class Source:
    """One input. ``name`` is what reports call it, ``stem`` what its outputs are named after."""

    name: str
    stem: str
    path: Path | None = None
    kept: BinaryIO | None = None

    @contextmanager
    def open(self) -> Iterator[HashingReader]:
        """Open it from its beginning, for reading only."""
        if self.path is not None:
            with self.path.open("rb") as stream:
                yield HashingReader(stream)
        else:
            assert self.kept is not None
            self.kept.seek(0)
            yield HashingReader(self.kept)

    def size(self) -> int:
        """Its length in bytes."""
        if self.path is not None:
            return self.path.stat().st_size
        assert self.kept is not None
        return self.kept.seek(0, io.SEEK_END)


class HashingReader:
    """Reads a stream and hashes what passes; also counts it, for progress."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self.bytes_read = 0

    def read(self, size: int = -1) -> bytes:
        """Read like a binary stream."""
        chunk = self._stream.read(size)
        self._digest.update(chunk)
        self.bytes_read += len(chunk)
        return chunk

    def sha256(self) -> str:
        """The hash of what was read so far, in hexadecimal."""
        return self._digest.hexdigest()


def source_of_path(path: Path) -> Source:
    """The file at this path."""
    name = path.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return Source(name, path.stem or path.name, path)


def source_of_bytes(raw: bytes, name: str = "input") -> Source:
    """Bytes in memory as an input."""
    return Source(name, name, kept=io.BytesIO(raw))


def source_of_stream(stream: BinaryIO, name: str = "stdin") -> Source:
    """A stream that cannot be read twice, such as standard input; kept on disk where it is large."""
    kept = tempfile.SpooledTemporaryFile(max_size=_MEMORY)  # noqa: SIM115 - it lives as long as the source
    shutil.copyfileobj(stream, kept)
    return Source(name, name, kept=kept)  # type: ignore[arg-type] # a spooled file is a binary stream
