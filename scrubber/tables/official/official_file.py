"""Official files as downloaded: text in one of two encodings, or a worksheet; by itself or in a zip."""

from __future__ import annotations

import hashlib
import io
import shutil
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import IO

from scrubber.errors import TableError
from scrubber.tables.official import workbook

OnProgress = Callable[[int], None]
TEXT_SUFFIXES = (".txt", ".csv", ".tsv", ".dat")
MAX_EXPANSION = 200
"""The most times larger than packed that a zip member may be; code lists shrink to a tenth at best."""
MAX_LINE = 1 << 20
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
MAX_DEPTH = 2
"""CMS nests zips in zips, one level deep."""
MAX_MEMBERS, MAX_NESTED_MEMBERS, MAX_ZIPS = 1000, 100, 20
"""The most members of a zip, of a zip in it, and the most zips in it; official ones have dozens."""
MAX_DIRECTORY = 1 << 20
"""The most bytes of a zip's directory, which is read as a whole."""
MAX_NESTED = 256 << 20
"""The most bytes of a zip or workbook in a zip, which is unpacked to disk."""
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x06"
_END_SIZE, _END_64_SIZE, _LOCATOR_SIZE, _LONGEST_COMMENT = 22, 56, 20, 65_535
HEAD = 60
"""The number of first lines by which a file is recognized."""


@dataclass(frozen=True, slots=True)
class OfficialFile:
    """One text file or worksheet: a path, or a member of a zip (``zip:member``).

    ``dated`` is its date in the zip; ``sheet`` is the worksheet's name, or empty for a text.
    """

    name: str
    path: Path
    members: tuple[str, ...] = ()
    dated: date | None = None
    sheet: str = ""
    _head: list[str] = field(default_factory=list, compare=False, repr=False)

    @property
    def stem(self) -> str:
        """The file's own name, without folders and suffix."""
        return Path(self.members[-1] if self.members else self.path).stem

    @property
    def names(self) -> str:
        """Its own name, then those of the zips around it. Folders are the user's choice and do not count."""
        return " ".join([*(Path(member).name for member in reversed(self.members)), self.path.name])

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Open the unpacked bytes. Raise TableError if they cannot be read."""
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
        """Yield the lines, including line ends. Each is UTF-8, or else Windows-1252 as CMS writes it.

        A worksheet's row is a line with tabs between its cells. Raise TableError with the line number for
        bytes that no text has.
        """
        if self.sheet:
            yield from self._rows()
            return
        with self.open() as stream:
            number = 0
            while line := stream.readline(MAX_LINE):
                number += 1
                on_progress(len(line))
                if len(line) == MAX_LINE or b"\0" in line:
                    column = line.find(b"\0") + 1 or MAX_LINE
                    raise TableError(f"{self.name}:{number}: column {column}: not a text file")
                yield _decode(line, number)

    def _rows(self) -> Iterator[str]:
        with self.open() as stream, _seekable(stream, self) as seekable:
            before = 0
            for number, cells in workbook.sheet_rows(seekable, self.sheet, self.name):
                yield from ["\r\n"] * (number - before - 1)
                before = number
                yield "\t".join(" ".join(cell.split()) for cell in cells) + "\r\n"

    def head(self, count: int = HEAD) -> list[str]:
        """Return the first lines, to identify the file. They are read once."""
        if not self._head:
            self._head.extend(islice(self.lines(), HEAD))
        return self._head[:count]

    def size(self) -> int:
        """Return the number of unpacked bytes."""
        with self.open() as stream:
            return stream.seek(0, io.SEEK_END)


def official_files(path: Path) -> list[OfficialFile]:
    """Return the text files at a path: the file itself, or those in the zip. Raise TableError.

    A path with workbooks only has none.
    """
    with path.open("rb") as stream:
        _require_small_directory(path, stream)
    if not zipfile.is_zipfile(path):
        if path.suffix.lower() in (".zip", workbook.SUFFIX):
            what = "zip file" if path.suffix.lower() == ".zip" else "workbook"
            raise TableError(f"{path}: not a {what}, or a damaged one")
        return [OfficialFile(str(path), path)]
    with path.open("rb") as stream:
        if workbook.is_workbook(stream):
            return []
        stream.seek(0)
        return list(_members(path, stream, (), TEXT_SUFFIXES))


def worksheets(path: Path) -> list[OfficialFile]:
    """Return the worksheets at a path: those of the workbook, or of the workbooks in the zip.

    Raise TableError. They are for what is not published as text: opening a workbook takes far longer.
    """
    if not zipfile.is_zipfile(path):
        return []
    with path.open("rb") as stream:
        if workbook.is_workbook(stream):
            books = [OfficialFile(str(path), path)]
        else:
            stream.seek(0)
            books = list(_members(path, stream, (), (workbook.SUFFIX,)))
    return [sheet for book in books for sheet in _sheets(book)]


def _sheets(book: OfficialFile) -> Iterator[OfficialFile]:
    with book.open() as stream, _seekable(stream, book) as seekable:
        names = workbook.sheet_names(seekable, book.name)
    for name in names:
        shown = book.name if len(names) == 1 else f"{book.name}:{name}"
        yield OfficialFile(shown, book.path, book.members, book.dated, name)


def sha256_of(paths: list[Path]) -> str:
    """Return one hash for the files as received, independent of their order.

    The same files in another order are the same data.
    """
    digests = []
    for path in paths:
        with path.open("rb") as stream:
            digests.append(hashlib.file_digest(stream, "sha256").hexdigest())
    return digests[0] if len(digests) == 1 else hashlib.sha256(" ".join(sorted(digests)).encode()).hexdigest()


def _members(
    path: Path, stream: IO[bytes], outer: tuple[str, ...], suffixes: tuple[str, ...]
) -> Iterator[OfficialFile]:
    zips = 0
    try:
        with _archive(stream) as archive:
            most = MAX_NESTED_MEMBERS if outer else MAX_MEMBERS
            if len(archive.infolist()) > most:
                raise TableError(f"{':'.join((str(path), *outer))}: a zip with more than {most} members")
            for info in sorted(archive.infolist(), key=lambda entry: entry.filename):
                inner = (*outer, info.filename)
                if info.flag_bits & 1:
                    raise TableError(f"{path}: {info.filename} is encrypted")
                suffix = Path(info.filename).suffix.lower()
                most = MAX_NESTED if suffix == workbook.SUFFIX else info.file_size
                if info.file_size > min(most, MAX_EXPANSION * max(info.compress_size, 1024)):
                    raise TableError(f"{path}: {info.filename} would unpack to {info.file_size} bytes")
                if info.filename.startswith("__MACOSX/"):
                    continue  # files that macOS adds, under the names of the real ones
                if suffix in suffixes:
                    yield OfficialFile(f"{path}:{':'.join(inner)}", path, inner, _day(info))
                elif suffix == ".zip" and len(inner) < MAX_DEPTH:
                    zips += 1
                    if zips > MAX_ZIPS or info.file_size > MAX_NESTED:
                        raise TableError(f"{path}: {info.filename} is one zip too many, or too large")
                    with archive.open(info) as nested, _unpacked(nested) as unpacked:
                        _require_small_directory(path, unpacked)
                        yield from _members(path, unpacked, inner, suffixes)
    except _DAMAGED as error:
        raise TableError(f"{path}: damaged: {error}") from error


@contextmanager
def _member(stream: IO[bytes], members: tuple[str, ...]) -> Iterator[IO[bytes]]:
    with _archive(stream) as archive, archive.open(members[0]) as member:
        if len(members) == 1:
            yield member
        else:
            with _unpacked(member) as unpacked, _member(unpacked, members[1:]) as nested:
                yield nested


@contextmanager
def _seekable(stream: IO[bytes], book: OfficialFile) -> Iterator[IO[bytes]]:
    """Yield a stream for a workbook, which is read here and there: a member of a zip is unpacked to disk."""
    if not book.members:
        yield stream
        return
    with _unpacked(stream) as unpacked:
        _require_small_directory(book.path, unpacked)
        yield unpacked


@contextmanager
def _unpacked(member: IO[bytes]) -> Iterator[IO[bytes]]:
    """Unpack a zip in a zip to disk, where it can be read at any position."""
    with tempfile.TemporaryFile() as unpacked:
        shutil.copyfileobj(member, unpacked)
        unpacked.seek(0)
        yield unpacked


def _require_small_directory(path: Path, stream: IO[bytes]) -> None:
    """Raise TableError for a zip whose directory is too large: opening it would read all of it into memory.

    Whichever record at the end of the file is taken for the real one, none may have a large directory.
    """
    size = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, size - _LONGEST_COMMENT - _END_SIZE - _LOCATOR_SIZE - _END_64_SIZE))
    tail = stream.read()
    stream.seek(0)
    at = tail.find(_END)
    while at >= 0:
        sizes = [struct.unpack_from("<L", tail, at + 12)[0]] if at + _END_SIZE <= len(tail) else []
        start = at - _LOCATOR_SIZE - _END_64_SIZE
        if start >= 0 and tail.startswith(_END_64, start):
            # What does not fit into the usual record is all ones there, and in this one.
            sizes = [struct.unpack_from("<Q", tail, start + 40)[0]]
        if any(found > MAX_DIRECTORY for found in sizes):
            raise TableError(f"{path}: a zip with too many members")
        at = tail.find(_END, at + 1)


def _archive(stream: IO[bytes]) -> zipfile.ZipFile:
    """Open a zip. Raise BadZipFile, also for what zipfile does not check: names, and where members begin."""
    try:
        archive = zipfile.ZipFile(stream)
    except ValueError as error:
        raise zipfile.BadZipFile(str(error)) from error
    if any(info.header_offset < 0 for info in archive.infolist()):
        archive.close()
        raise zipfile.BadZipFile("a member begins before the beginning of the file")
    return archive


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
