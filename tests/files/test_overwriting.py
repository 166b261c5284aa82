"""Nothing is overwritten: no output that exists, whatever it is, no folder, and never the input."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from scrubber.cli.main import main
from scrubber.report.formats import FORMATS

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "837"
EXAMPLE = (FIXTURES / "broken" / "example.837").read_bytes()
NAMES = [
    "in.clean.837", "in.held.837", "in.999", "in.ta1", "in.277", "in.diff",
    *(f"in.report.{entry.suffix}" for entry in FORMATS.values()),
]  # fmt: skip
"""All names that an output of `in.837` can have; without a fault of the interchange there is no TA1."""


def _scrub(path: Path, folder: Path, *more: str) -> int:
    formats = [part for name in FORMATS for part in ("--format", name)]
    arguments = ["scrub", str(path), "-o", str(folder), "--diff", *formats, "--as-of", "2026-06-30", *more]
    return CliRunner().invoke(main, arguments, catch_exceptions=False).exit_code


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "in" / "in.837"
    found.parent.mkdir()
    found.write_bytes(EXAMPLE)
    return found


def _put(kind: str, at: Path) -> None:
    """Something that stands where an output would."""
    at.parent.mkdir()
    if kind == "file":
        at.write_bytes(b"mine")
    elif kind == "folder":
        at.mkdir()
    elif kind == "pipe":
        os.mkfifo(at)
    else:
        at.symlink_to(at.parent.parent / "target")


def test_no_two_outputs_have_one_name(path: Path, tmp_path: Path) -> None:
    """Every format and acknowledgement has a name of its own, and there is no other output."""
    assert len(set(NAMES)) == len(NAMES)
    assert _scrub(path, tmp_path / "out") == 1
    assert {entry.name for entry in (tmp_path / "out").iterdir()} == {*NAMES} - {"in.ta1"}


@pytest.mark.parametrize("kind", ["file", "folder", "pipe", "dangling link"])
@pytest.mark.parametrize("name", NAMES)
def test_without_force_nothing_is_replaced(path: Path, tmp_path: Path, name: str, kind: str) -> None:
    """Whatever stands where an output would stays, and nothing is written beside it or behind a link."""
    at = tmp_path / "out" / name
    _put(kind, at)
    before = at.lstat()
    assert _scrub(path, at.parent) == 2
    assert [entry.name for entry in at.parent.iterdir()] == [name]
    assert (at.lstat().st_ino, at.lstat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize("name", NAMES)
def test_force_does_not_replace_a_folder(path: Path, tmp_path: Path, name: str) -> None:
    """A folder with the name of an output is refused before anything is written, even with --force."""
    _put("folder", tmp_path / "out" / name)
    assert _scrub(path, tmp_path / "out", "--force") == 2
    assert [entry.name for entry in (tmp_path / "out").iterdir()] == [name]


@pytest.mark.parametrize("kind", ["pipe", "dangling link"])
@pytest.mark.parametrize("name", ["in.clean.837", "in.277", "in.report.xlsx"])
def test_force_replaces_what_is_no_folder(path: Path, tmp_path: Path, name: str, kind: str) -> None:
    """With --force a pipe or a link gives way to the output; what the link leads to is not touched."""
    at = tmp_path / "out" / name
    _put(kind, at)
    assert _scrub(path, at.parent, "--force") == 1
    assert at.is_file()
    assert not at.is_symlink()
    assert not (tmp_path / "target").exists()


@pytest.mark.parametrize("suffix", ["999", "277", "ta1", "diff"])
@pytest.mark.parametrize("link", [False, True])
def test_force_does_not_replace_the_input(tmp_path: Path, suffix: str, *, link: bool) -> None:
    """An input with the name of an output stays as it is, and so does a link to it that was given."""
    path = tmp_path / f"in.{suffix}"
    real = tmp_path / "elsewhere" / "real.837" if link else path
    real.parent.mkdir(exist_ok=True)
    real.write_bytes(EXAMPLE)
    if link:
        path.symlink_to(real)
    before = sorted(tmp_path.iterdir())
    assert _scrub(path, tmp_path, "--force") == 2
    assert sorted(tmp_path.iterdir()) == before
    assert (path.read_bytes(), path.is_symlink()) == (EXAMPLE, link)
