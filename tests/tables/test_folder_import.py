"""Importing a whole folder: what each file was, which copy of a release is taken, what is left aside."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path

import pytest

from scrubber.tables.folder_import import Outcome, files_in, import_all
from scrubber.tables.store import stored
from tests.support import official
from tests.support.importing import looking
from tests.support.official import SAMPLES, as_workbook, written, zipped

MAY = date(2026, 5, 15)
MUE = "MCR_MUE_PractitionerServices_Eff_04-01-2026"


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    return tmp_path / "tables"


@pytest.fixture
def downloads(tmp_path: Path) -> Path:
    folder = tmp_path / "downloads"
    folder.mkdir()
    return folder


def outcomes(downloads: Path, tables: Path) -> dict[str, Outcome]:
    """What became of each file, by name."""
    return {path.name: outcome for outcome in import_all([downloads], tables) for path in outcome.paths}


def test_everything_is_recognized(downloads: Path, tables: Path) -> None:
    """Files of all kinds, loose, in folders and in zips, and what is none of them."""
    written(downloads, SAMPLES["mue"])
    written(downloads / "ncci", SAMPLES["ptp"])
    written(downloads / "fda", {"ndctext.zip": zipped(SAMPLES["ndc"], date(2026, 3, 2))})
    written(downloads / "mcd", {"current_article.zip": zipped(SAMPLES["mcd"])})
    for kind in ("asp", "hcpcs", "icd10cm"):
        written(downloads, SAMPLES[kind])
    written(downloads, {"readme.pdf": b"%PDF-1.7\n\0", "notes.txt": b"Buy milk.\n", ".hidden.txt": b"x"})
    found = outcomes(downloads, tables)
    assert {name for name, outcome in found.items() if not outcome.kind} == {"readme.pdf", "notes.txt"}
    assert not any(outcome.is_failed for outcome in found.values())
    assert sorted(entry.about.table for entry in stored(tables)) == [
        "asp", "hcpcs", "icd10cm", "mcd", "mue-medicare", "ndc", "ptp-medicare",
    ]  # fmt: skip
    # The four files of the pairs are one release.
    assert len({id(found[name]) for name in SAMPLES["ptp"]}) == 1
    assert looking(tables).ptp("J1885", "96374", MAY).value


def test_words_in_capitals_are_no_list_of_diagnoses(downloads: Path, tables: Path) -> None:
    """A list of codes may have descriptions; in each of its codes there is a digit."""
    written(
        downloads, {"notes.txt": b"CODES of the guide\nUSE of a segment\nTEXT that follows\nDATE of it\n" * 9}
    )
    written(
        downloads, {"icd10cm_codes_2026.txt": b"A000 Cholera\nM5450 Low back pain\nQA00101 Invented\nZ23\n"}
    )
    found = outcomes(downloads, tables)
    assert {name for name, outcome in found.items() if not outcome.kind} == {"notes.txt"}
    assert found["icd10cm_codes_2026.txt"].about


def test_releases_are_imported_one_by_one(downloads: Path, tables: Path) -> None:
    """Files of two quarters are two releases; of a release that is there twice, the larger copy is taken."""
    small = official.mue([("96372", 9, "3 Invented")])
    written(downloads, {"Eff_07-01-2026.csv": official.mue([("96372", 5, "3 Invented")])})
    written(downloads, {"a copy Eff_04-01-2026.csv": small} | dict(SAMPLES["mue"]))
    written(downloads, {f"{MUE}.xlsx": as_workbook(SAMPLES["mue"][f"{MUE}.csv"])})
    found = outcomes(downloads, tables)
    assert {entry.about.label: entry.about.rows for entry in stored(tables)} == {
        "2026-04-01": 3, "2026-07-01": 1,
    }  # fmt: skip
    for name in ("a copy Eff_04-01-2026.csv", f"{MUE}.xlsx"):
        assert found[name].problem == f"the same release as {MUE}.csv, which is imported"
        assert not found[name].is_failed


def test_a_damaged_file_does_not_stop_the_others(downloads: Path, tables: Path) -> None:
    name = f"{MUE}.csv"
    written(downloads, {name: SAMPLES["mue"][name].replace(b"J1885,8", b"J1885,eight")})
    written(downloads, {"broken.zip": zipped(SAMPLES["hcpcs"])[:100]})
    written(downloads, SAMPLES["asp"])
    found = outcomes(downloads, tables)
    assert found[name].is_failed
    assert "column 2: 'eight' is not a number of units" in found[name].problem
    assert "damaged" in found["broken.zip"].problem
    assert [entry.about.table for entry in stored(tables)] == ["asp"]


def test_a_directory_has_the_date_of_its_file(downloads: Path, tables: Path) -> None:
    """Two directories in two folders; what states no date has that of the file on disk."""
    paths = written(downloads, SAMPLES["ndc"])
    for path in paths:
        os.utime(path, (0, datetime(2026, 5, 4, 12).timestamp()))  # noqa: DTZ001 - the user's own calendar
    outcomes(downloads, tables)
    assert [entry.about.label for entry in stored(tables)] == ["2026-05-04"]
    # A quarter's file is not dated so: its day decides what it covers.
    written(downloads, {"limits.csv": SAMPLES["mue"][f"{MUE}.csv"]})
    assert "give --effective" in outcomes(downloads, tables)["limits.csv"].problem


def test_files_are_found_once_and_in_order(downloads: Path) -> None:
    written(downloads / "b", {"2.txt": b"", ".x": b""})
    written(downloads, {"1.txt": b""})
    written(downloads / ".git", {"3.txt": b""})
    assert [path.name for path in files_in([downloads, downloads / "1.txt"])] == ["1.txt", "2.txt", "1.txt"]
