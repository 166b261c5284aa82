"""Zips that are no official files: refused at once, in little memory."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from scrubber.errors import TableError
from scrubber.tables.official import official_file
from scrubber.tables.official.official_file import MAX_DIRECTORY, MAX_MEMBERS, MAX_ZIPS, official_files

FEW = 8 << 20
"""Bytes of memory that suffice for any input."""


def _zip(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def _refused(path: Path) -> str:
    """Return why a file is refused; it may not take much memory to find out."""
    tracemalloc.start()
    try:
        with pytest.raises(TableError) as error:
            official_files(path)
        assert tracemalloc.get_traced_memory()[1] < FEW
    finally:
        tracemalloc.stop()
    return str(error.value)


def test_seventy_thousand_members(tmp_path: Path) -> None:
    """The directory alone would take more memory than any official file; it is not read."""
    path = _zip(tmp_path / "a.zip", {f"{number:05d}.txt": b"" for number in range(70_000)})
    assert _refused(path) == f"{path}: a zip with too many members"
    # The same if the file pretends to have few: its directory's size is what counts.
    raw = bytearray(path.read_bytes())
    at = raw.rindex(b"PK\x05\x06")
    raw[at + 8 : at + 12] = b"\x01\x00\x01\x00"
    path.write_bytes(raw)
    assert _refused(path) == f"{path}: a zip with too many members"


def test_more_members_than_official_files_have(tmp_path: Path) -> None:
    """Where the directory is small enough to be read, their number counts."""
    path = _zip(tmp_path / "a.zip", {f"{number}": b"" for number in range(MAX_MEMBERS + 1)})
    assert path.stat().st_size < MAX_DIRECTORY
    assert _refused(path) == f"{path}: a zip with more than {MAX_MEMBERS} members"


def test_zips_in_a_zip(tmp_path: Path) -> None:
    """More than official files have, or with too many members themselves, are refused."""
    small = _zip(tmp_path / "small.zip", {"a.txt": b"a\n"}).read_bytes()
    many = _zip(tmp_path / "many.zip", {f"{number}.zip": small for number in range(MAX_ZIPS + 1)})
    assert "one zip too many" in _refused(many)
    crowded = _zip(tmp_path / "crowded.zip", {f"{number}.txt": b"" for number in range(101)}).read_bytes()
    assert "a zip with more than 100 members" in _refused(_zip(tmp_path / "b.zip", {"inner.zip": crowded}))
    vast = _zip(tmp_path / "vast.zip", {f"{number:05d}.txt": b"" for number in range(20_000)}).read_bytes()
    assert "too many members" in _refused(_zip(tmp_path / "c.zip", {"inner.zip": vast}))


def test_what_unpacks_to_very_much(tmp_path: Path) -> None:
    """A member that shrinks as no code list does is refused before it is unpacked."""
    path = _zip(tmp_path / "a.zip", {"a.txt": bytes(50 << 20)}, zipfile.ZIP_DEFLATED)
    assert "would unpack to" in _refused(path)


def test_a_large_zip_in_a_zip_takes_little_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is unpacked to disk; the text in it is read line by line."""
    line = b"96372,Some code of a list|" * 40 + b"\n"
    inner = _zip(tmp_path / "inner.zip", {"codes.txt": line * 30_000}).read_bytes()
    path = _zip(tmp_path / "a.zip", {"inner.zip": inner})
    size = len(inner)
    del inner
    tracemalloc.start()
    try:
        (file,) = official_files(path)
        assert sum(map(len, file.lines())) == len(line) * 30_000
        assert tracemalloc.get_traced_memory()[1] < FEW < size
    finally:
        tracemalloc.stop()
    monkeypatch.setattr(official_file, "MAX_NESTED", size - 1)
    assert "too large" in _refused(path)


def test_a_zip_with_the_longer_form_of_the_end(tmp_path: Path) -> None:
    """A small directory is read whichever form its end has; a large one is refused in both."""
    raw = _zip(tmp_path / "plain.zip", {"a.txt": b"a\n"}).read_bytes()
    at = raw.rindex(b"PK\x05\x06")
    size, offset = (int.from_bytes(raw[at + start : at + start + 4], "little") for start in (12, 16))
    for told in (size, MAX_DIRECTORY + 1):
        out = io.BytesIO()
        out.write(raw[:at])
        numbers = (1, 1, told, offset)
        out.write(b"PK\x06\x06" + (44).to_bytes(8, "little") + b"\x2d\x00\x2d\x00" + bytes(8))
        out.write(b"".join(number.to_bytes(8, "little") for number in numbers))
        out.write(b"PK\x06\x07" + bytes(4) + at.to_bytes(8, "little") + b"\x01\x00\x00\x00")
        out.write(b"PK\x05\x06" + bytes(4) + b"\xff" * 12 + bytes(2))
        path = tmp_path / f"{told}.zip"
        path.write_bytes(out.getvalue())
        if told == size:
            assert [file.name for file in official_files(path)] == [f"{path}:a.txt"]
        else:
            assert "too many members" in _refused(path)
