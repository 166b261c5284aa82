"""A new edit begins as one that works: it loads, its types hold, and its cases pass."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from scrubber.casetest.folder_test import check_folder
from scrubber.casetest.new import _PLACEHOLDERS, free_id, module_name, new_edit
from scrubber.casetest.workbench import Workbench
from scrubber.engine.loading.discovery import load_rulebook
from scrubber.errors import ConfigurationError


def test_new_edits_pass_beside_each_other(tmp_path: Path) -> None:
    """One for each placeholder: none fires in the cases of another, and no shipped edit does."""
    folder = tmp_path / "own"
    for number in range(len(_PLACEHOLDERS)):
        known = load_rulebook([folder] if folder.exists() else []).edits
        code, cases = new_edit(folder, "billing", "LHP", f"Fault number {number}", known)
        assert code == folder / "billing" / f"fault_number_{number}.py"
        assert cases == folder / "cases" / f"LHP-{number + 1:02}.toml"
    with Workbench.of([folder]) as bench:
        result = check_folder(folder, bench)
    assert (result.problems, result.edits) == ([], len(_PLACEHOLDERS))


def test_types_of_a_new_edit(tmp_path: Path) -> None:
    code, _ = new_edit(tmp_path / "own", "billing", "LHP-01", "Fault", {})
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", code],
        check=False,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
def test_others_cannot_write_to_what_is_made(tmp_path: Path) -> None:
    """Else it would not be loaded, whatever the umask is."""
    before = os.umask(0)
    try:
        new_edit(tmp_path / "own", "billing", "LHP-01", "Fault", {})
    finally:
        os.umask(before)
    made = [tmp_path / "own", *(tmp_path / "own").rglob("*")]
    assert len(made) == 5
    assert [path for path in made if path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH)] == []


def test_ids() -> None:
    """The one that is wanted, or the next free one."""
    taken = {"LHP-01", "LHP-02", "LHP-04"}
    assert free_id("LHP-03", taken) == "LHP-03"
    assert free_id("LHP", taken) == "LHP-03"
    assert free_id("LHP", {f"LHP-{number:02}" for number in range(1, 100)}) == "LHP-100"
    for wrong in ("LHP-01", "lhp-05", "L-01", "LHP-1", "LHP-", "LHP-0001"):
        with pytest.raises(ConfigurationError, match=wrong):
            free_id(wrong, taken)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Visit without 25 & more", "visit_without_25_more"),
        ("25 on an injection", "edit_25_on_an_injection"),
        ("Import", "edit_import"),
        ("Über-dose", "ber_dose"),
    ],
)
def test_module_names(title: str, name: str) -> None:
    assert module_name(title) == name


@pytest.mark.parametrize(
    "title", ["", "-", "a" * 71, "Ends.", 'With "quotes"', "With \\", "With $id", "Two\nlines"]
)
def test_titles_that_cannot_be(title: str) -> None:
    with pytest.raises(ConfigurationError, match="title"):
        module_name(title)


@pytest.mark.parametrize(
    "family", ["packs", "shared", "cases", "tables", "Big", "../up", "_own", "class", ""]
)
def test_families_that_cannot_be(tmp_path: Path, family: str) -> None:
    with pytest.raises(ConfigurationError, match="family"):
        new_edit(tmp_path / "own", family, "LHP-01", "Fault", {})
    assert not (tmp_path / "own").exists()


@pytest.mark.parametrize("there", ["billing/fault.py", "cases/LHP-01.toml"])
def test_nothing_is_overwritten(tmp_path: Path, there: str) -> None:
    """Where one of the two files is there, neither is written."""
    path = tmp_path / there
    path.parent.mkdir()
    path.write_text("mine")
    with pytest.raises(ConfigurationError, match="exists"):
        new_edit(tmp_path, "billing", "LHP-01", "Fault", {})
    assert [file.read_text() for file in tmp_path.rglob("*.*")] == ["mine"]
