"""Official files as they are downloaded: text in one of two encodings, alone or in a zip."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import IO

from scrubber.errors import TableError

OnProgress = Callable[[int], None]
TEXT_SUFFIXES = (".txt", ".csv", ".tsv", ".dat")
MAX_EXPANSION = 200
"""A zip member may be so many times larger than packed; text of codes shrinks to a tenth at best."""
MAX_LINE = 1 << 20
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
MAX_DEPTH = 2
"""CMS packs zips into zips, once."""


@dataclass(frozen=True, slots=True)
class OfficialFile:
    """One text file: a path, or a member of a zip (``zip:member``). ``dated`` is its day in the zip."""

    name: str
    path: Path
    members: tuple[str, ...] = ()
    dated: date | None = None

    @property
    def stem(self) -> str:
        """The file's own name, without folders and suffix."""
        return Path(self.members[-1] if self.members else self.path).stem

    @property
    def names(self) -> str:
        """Its own name, then those of the zips around it. Folders are the user's and say nothing of it."""
        return " ".join([*(Path(member).name for member in reversed(self.members)), self.path.name])

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """The bytes, unpacked. Raises TableError where they cannot be had."""
        try:
            with self.path.open("rb") as stream:
                if not self.members:
                    yield stream
                    return
                with _member(stream, self.members) as member:
                    yield member
        except _DAMAGED as error:
            raise TableError(f"{self.name}: damaged: {error}") from error
        except OSError as error:
            raise TableError(f"{self.name}: {error.strerror or error}") from error

    def lines(self, on_progress: OnProgress = lambda _: None) -> Iterator[str]:
        """Line by line, ends included. Each is UTF-8, or else Windows-1252 as CMS writes it.

        Raises TableError with the line for bytes that no text has.
        """
        with self.open() as stream:
            number = 0
            while line := stream.readline(MAX_LINE):
                number += 1
                on_progress(len(line))
                if len(line) == MAX_LINE or b"\0" in line:
                    column = line.find(b"\0") + 1 or MAX_LINE
                    raise TableError(f"{self.name}:{number}: column {column}: not a text file")
                yield _decode(line, number)

    def head(self, count: int = 60) -> list[str]:
        """The first lines, to tell what it is."""
        return list(islice(self.lines(), count))

    def size(self) -> int:
        """The number of bytes, unpacked."""
        with self.open() as stream:
            return stream.seek(0, io.SEEK_END)


def official_files(path: Path) -> list[OfficialFile]:
    """The text files at a path: itself, or those in the zip. Raises TableError."""
    if not zipfile.is_zipfile(path):
        if path.suffix.lower() == ".zip":
            raise TableError(f"{path}: not a zip file, or a damaged one")
        return [OfficialFile(str(path), path)]
    with path.open("rb") as stream:
        files = list(_members(path, stream, ()))
    if not files:
        raise TableError(f"{path}: no text or CSV file is in this zip; spreadsheets are not read")
    return files


def sha256_of(paths: list[Path]) -> str:
    """One hash over the files as they were given, in the order of their own hashes.

    So the same files in another order are the same data.
    """
    digests = []
    for path in paths:
        with path.open("rb") as stream:
            digests.append(hashlib.file_digest(stream, "sha256").hexdigest())
    return digests[0] if len(digests) == 1 else hashlib.sha256(" ".join(sorted(digests)).encode()).hexdigest()


def _members(path: Path, stream: IO[bytes], outer: tuple[str, ...]) -> Iterator[OfficialFile]:
    try:
        with zipfile.ZipFile(stream) as archive:
            for info in sorted(archive.infolist(), key=lambda entry: entry.filename):
                inner = (*outer, info.filename)
                if info.flag_bits & 1:
                    raise TableError(f"{path}: {info.filename} is encrypted")
                if info.file_size > MAX_EXPANSION * max(info.compress_size, 1024):
                    raise TableError(f"{path}: {info.filename} would unpack to {info.file_size} bytes")
                if info.filename.startswith("__MACOSX/"):
                    continue  # what one system puts beside the files, under their names
                suffix = Path(info.filename).suffix.lower()
                if suffix in TEXT_SUFFIXES:
                    yield OfficialFile(f"{path}:{':'.join(inner)}", path, inner, _day(info))
                elif suffix == ".zip" and len(inner) < MAX_DEPTH:
                    with archive.open(info) as nested:
                        yield from _members(path, io.BytesIO(nested.read()), inner)
    except _DAMAGED as error:
        raise TableError(f"{path}: damaged: {error}") from error


@contextmanager
def _member(stream: IO[bytes], members: tuple[str, ...]) -> Iterator[IO[bytes]]:
    with zipfile.ZipFile(stream) as archive, archive.open(members[0]) as member:
        if len(members) == 1:
            yield member
        else:
            with _member(io.BytesIO(member.read()), members[1:]) as nested:
                yield nested


def _day(info: zipfile.ZipInfo) -> date | None:
    try:
        return date(*info.date_time[:3])
    except ValueError:
        return None


def _decode(line: bytes, number: int) -> str:
    if number == 1:
        line = line.removeprefix(b"\xef\xbb\xbf")
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")
