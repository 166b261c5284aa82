"""Tables that are dropped into a watch folder: imported, moved aside, and used without a restart."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scrubber.spool.tables_in import TablesIn
from scrubber.tables.store import remove, stored
from tests.support.official import SAMPLES, written, zipped

MUE = "MCR_MUE_PractitionerServices_Eff_04-01-2026.csv"


class Reloads:
    """Counts how often the tables were opened again."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "tables-in"
    folder.mkdir()
    return folder


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    return tmp_path / "tables"


def drop(folder: Path, name: str, raw: bytes, age: float = 60) -> Path:
    """Put a file into the folder, last written some seconds ago."""
    (path,) = written(folder, {name: raw})
    then = path.stat().st_mtime - age
    os.utime(path, (then, then))
    return path


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_dropped_tables_are_imported(inbox: Path, tables: Path) -> None:
    """What was recognized and what was not is moved aside; the tables are reloaded once."""
    reloads = Reloads()
    watch = TablesIn(inbox, tables, reloads, quiet=2)
    watch.look()
    assert reloads.count == 0
    drop(inbox, MUE, SAMPLES["mue"][MUE])
    drop(inbox, "ndctext.zip", zipped(SAMPLES["ndc"]))
    drop(inbox, "notes.txt", b"Buy milk.\n")
    drop(inbox, "MUE_Eff_07-01-2026.csv", SAMPLES["mue"][MUE].replace(b"J1885,8", b"J1885,x"))
    watch.look()
    assert sorted(entry.about.table for entry in stored(tables)) == ["mue-medicare", "ndc"]
    assert names(inbox) == [
        f"imported/{MUE}",
        "imported/ndctext.zip",
        "refused/MUE_Eff_07-01-2026.csv",
        "refused/MUE_Eff_07-01-2026.csv.why.txt",
        "refused/notes.txt",
        "refused/notes.txt.why.txt",
    ]
    assert "is not a number of units" in (inbox / "refused/MUE_Eff_07-01-2026.csv.why.txt").read_text()
    assert reloads.count == 1
    assert not watch.look()
    assert reloads.count == 1


def test_files_that_are_being_written_wait(inbox: Path, tables: Path) -> None:
    """Several files may be one release: none is taken while another one is written."""
    watch = TablesIn(inbox, tables, Reloads(), quiet=30)
    drop(inbox, MUE, SAMPLES["mue"][MUE])
    late = drop(inbox, "more.txt", b"x", age=0)
    watch.look()
    assert names(inbox) == [MUE, "more.txt"]
    late.unlink()
    watch.look()
    assert names(inbox) == [f"imported/{MUE}"]


def test_files_of_the_future_are_not_waited_for(inbox: Path, tables: Path) -> None:
    """The clock of their sender is wrong, or ours was put back."""
    drop(inbox, MUE, SAMPLES["mue"][MUE], age=-70 * 365 * 86400)
    TablesIn(inbox, tables, Reloads(), quiet=30).look()
    assert names(inbox) == [f"imported/{MUE}"]


def test_what_others_import_is_taken_up(inbox: Path, tables: Path) -> None:
    """`tables import` and `tables remove` beside the watch count, too."""
    reloads = Reloads()
    watch = TablesIn(inbox, tables, reloads, quiet=0)
    other = TablesIn(inbox, tables, Reloads(), quiet=0)
    drop(inbox, MUE, SAMPLES["mue"][MUE])
    assert other.look()
    assert watch.look()
    assert reloads.count == 1
    remove(stored(tables)[0])
    watch.look()
    assert reloads.count == 2


def test_links_and_hidden_files_are_left_alone(inbox: Path, tables: Path, tmp_path: Path) -> None:
    outside = drop(tmp_path, MUE, SAMPLES["mue"][MUE])
    (inbox / "link.csv").symlink_to(outside)
    drop(inbox, ".partial.csv", SAMPLES["mue"][MUE])
    TablesIn(inbox, tables, Reloads(), quiet=0).look()
    assert not tables.exists()
    assert outside.exists()
