"""The history of a spool as a data set: each job once, what was decided then, nothing half."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from scrubber.errors import SpoolError
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.ledger import Ledger
from tests.support.spool import batch, drop, files_of, make_spool, real, run_once, scrubber

pq = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed (the extra arrow)")
from scrubber.spool import export as exporting  # noqa: E402 - needs pyarrow

EXAMPLE = (Path(__file__).parents[2] / "fixtures/837/broken/example.837").read_bytes()


def export(spool: Spool, target: Path) -> dict[str, int]:
    """Export, and return the counts."""
    ledger = Ledger.reading(spool.ledger)
    try:
        return dict(exporting.export(spool, ledger, target))
    finally:
        ledger.close()


def rows(target: Path, table: str) -> list[dict[str, Any]]:
    """The rows of a table of all jobs, in the order of the jobs' numbers."""
    found = sorted((target / table).glob("day=*/job=*/part.parquet"), key=lambda path: path.parts[-2])
    return [row for path in found for row in pq.ParquetFile(path).read().to_pylist()]


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    spool = make_spool(tmp_path)
    drop(spool, "example.837", EXAMPLE)
    drop(spool, "b.837", batch(2))
    run_once(spool, real())
    return spool


def test_the_history_is_that_of_the_reports(spool: Spool, tmp_path: Path) -> None:
    target = tmp_path / "history"
    assert export(spool, target) == {"new": 2}
    claims = rows(target, "claims")
    assert sorted(row["control_number"] for row in claims if row["file"] == "example.837") == [
        "EX-1001", "EX-1002", "EX-1003", "EX-1004",
    ]  # fmt: skip
    files = rows(target, "files")
    assert sum(row["verdict"] == "held" for row in claims) == sum(row["held"] for row in files)
    assert sum(row["charge"] for row in claims) == sum(row["charges"] for row in files)
    assert {row["edit"] for row in rows(target, "findings")} >= {"PAIR-01", "NDC-03", "DX-02"}
    assert rows(target, "unchecked")
    assert not (target / "lines").exists()  # a JSON report has not all of them


def test_tables_of_the_watch_are_taken_as_they_are(tmp_path: Path) -> None:
    spool, target = make_spool(tmp_path), tmp_path / "history"
    drop(spool, "example.837", EXAMPLE)
    run_once(spool, replace(real(), formats=("json", "parquet")))
    export(spool, target)
    assert len(rows(target, "lines")) == 9
    (path,) = spool.reports.glob("*/*/example.claims.parquet")
    (made,) = target.glob("claims/day=*/job=*/part.parquet")
    assert made.read_bytes() == path.read_bytes()


def test_what_is_there_is_left_and_what_was_interrupted_is_completed(spool: Spool, tmp_path: Path) -> None:
    target = tmp_path / "history"
    full = patch("scrubber.spool.export._move", side_effect=[None, OSError(28, "No space left on device")])
    with full, pytest.raises(OSError, match="No space"):
        export(spool, target)
    assert export(spool, target) == {"new": 2}
    before = {path: (path.read_bytes(), path.stat().st_ino) for path in files_of(target)}
    drop(spool, "c.837", batch(3))
    run_once(spool, real())
    assert export(spool, target) == {"there": 2, "new": 1}
    after = {path: (path.read_bytes(), path.stat().st_ino) for path in files_of(target)}
    assert before.items() <= after.items()
    shutil.rmtree(target)
    export(spool, target)
    assert {path: raw for path, (raw, _) in after.items()} == {
        path: path.read_bytes() for path in files_of(target)
    }
    assert {path.name for path in files_of(target)} == {"part.parquet"}


def test_a_changed_report_is_not_taken(spool: Spool, tmp_path: Path) -> None:
    (report,) = spool.reports.glob("*/*/example.report.json")
    report.write_bytes(report.read_bytes().replace(b'"held"', b'"accepted"', 1))
    with pytest.raises(SpoolError, match="was changed"):
        export(spool, tmp_path / "history")


def test_the_command_says_how_many(spool: Spool, tmp_path: Path) -> None:
    target = tmp_path / "history"
    first = scrubber("spool", "export", spool.root, target)
    assert first.stdout.decode() == "2 jobs exported, 0 were there\n", first.stderr
    assert scrubber("spool", "export", spool.root, target).stdout == b"0 jobs exported, 2 were there\n"
    assert target.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in files_of(target))
