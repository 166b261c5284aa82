"""Where reports go: `check -o`, and what is never poured onto a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scrubber.cli.main import main
from scrubber.report.formats import FORMATS

ROOT = Path(__file__).resolve().parents[2]
CLEAN = ROOT / "fixtures" / "837" / "clean" / "several-transactions.837"


def scrubber(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments), "--as-of", "2026-06-30"])


@pytest.mark.parametrize("name", list(FORMATS))
def test_the_suffix_says_the_format(tmp_path: Path, name: str) -> None:
    """The file has what would be printed; it is its owner's alone."""
    path = tmp_path / f"report.{FORMATS[name].suffix}"
    done = scrubber("check", CLEAN, "-o", path)
    assert (done.exit_code, done.output) == (0, "")
    assert path.read_bytes() == scrubber("check", CLEAN, "--format", name).stdout_bytes
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_format_that_is_named_counts(tmp_path: Path) -> None:
    """More than the suffix does."""
    path = tmp_path / "report.txt"
    assert scrubber("check", CLEAN, "-o", path, "--format", "json").exit_code == 0
    assert json.loads(path.read_bytes())["files"]


def test_nothing_is_replaced_without_force(tmp_path: Path) -> None:
    """A file that exists is kept without --force, an input always; a link is followed."""
    path = tmp_path / "report.txt"
    path.write_text("mine")
    refused = scrubber("check", CLEAN, "-o", path)
    assert (refused.exit_code, path.read_text()) == (2, "mine")
    batch = tmp_path / "batch.837"
    batch.write_bytes(CLEAN.read_bytes())
    assert scrubber("check", batch, "-o", batch, "--force").exit_code == 2
    assert batch.read_bytes() == CLEAN.read_bytes()
    link = tmp_path / "link"
    link.symlink_to(path)
    assert scrubber("check", batch, "-o", link, "--force").exit_code == 0
    assert link.is_symlink()
    assert "CLEAN" in path.read_text()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_device_is_not_replaced(tmp_path: Path) -> None:
    """What is not a regular file is refused, also with --force."""
    device = tmp_path / "device"
    device.symlink_to("/dev/full")
    done = scrubber("check", CLEAN, "-o", device, "--force")
    assert (done.exit_code, "not a regular file" in done.stderr) == (2, True)
    assert Path("/dev/full").is_char_device()


@pytest.mark.parametrize("name", ["html", "xlsx"])
def test_a_page_is_not_poured_onto_a_terminal(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`check` refuses it and names the option that helps."""
    monkeypatch.setattr("scrubber.cli.claims.is_terminal", lambda: True)
    done = scrubber("check", CLEAN, "--format", name)
    assert (done.exit_code, done.stdout, "-o FILE" in done.stderr) == (2, "", True)


def test_scrub_says_where_the_page_is(tmp_path: Path) -> None:
    """On standard error where standard output has a report for programs."""
    done = scrubber(
        "scrub", CLEAN, "-o", tmp_path, "--format", "html", "--format", "xlsx", "--format", "json"
    )
    assert json.loads(done.stdout)["files"]
    stem = tmp_path / CLEAN.stem
    assert done.stderr == f"html: {stem}.report.html\nxlsx: {stem}.report.xlsx\n"


def test_what_fails_is_not_named_as_written(tmp_path: Path) -> None:
    """The page of an input whose outputs exist already was not written by this run."""
    scrubber("scrub", CLEAN, "-o", tmp_path)
    done = scrubber("scrub", CLEAN, "-o", tmp_path, "--format", "html")
    assert (done.exit_code, "html:" in done.output) == (2, False)
