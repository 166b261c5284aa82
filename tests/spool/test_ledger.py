"""The ledger can be made again from the archive, and whatever is changed behind its back is found."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from scrubber.errors import SpoolError
from scrubber.spool.jobs.job_files import JobVerdict
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.ledger.rebuild import manifests, rebuild
from scrubber.spool.ledger.verify import verify
from scrubber.spool.pruning import prune
from tests.support.spool import (
    batch,
    drop,
    files_of,
    in_ledger,
    make_spool,
    originals,
    real,
    run_once,
    today,
    unflushed,
)

TABLES = {
    "jobs": "SELECT job, sequence, day, stem, arrived, decided, verdict, size, sha256, claims, accepted,"
    " lines, cents, held_cents, sent, retry_of, manifest, pruned <> '' FROM jobs ORDER BY sequence",
    "identities": "SELECT * FROM identities ORDER BY kind, value, job",
    "payers": "SELECT * FROM payers ORDER BY day, payer",
    "edits": "SELECT * FROM edits ORDER BY severity, day, edit",
    "failures": "SELECT job, at, why FROM failures ORDER BY job",
    "work": "SELECT * FROM work ORDER BY claim",
    "occurrences": "SELECT * FROM occurrences ORDER BY job, ordinal",
}


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three jobs: one that went out, one that is held, one that is unreadable; and a failed one."""
    spool = make_spool(tmp_path_factory.mktemp("worked"))
    drop(spool, "a.837", batch(1))
    drop(spool, "b.837", batch(2, held=True))
    drop(spool, "c.837", b"no X12 at all")
    run_once(spool, real())

    def fails(*_: object) -> JobVerdict:
        raise ValueError

    drop(spool, "d.837", batch(4))
    run_once(spool, fails)
    return spool.root


@pytest.fixture
def spool(worked: Path, tmp_path: Path) -> Spool:
    """A copy of it for each test."""
    return Spool(Path(shutil.copytree(worked, tmp_path / "spool")))


def faults(spool: Spool) -> list[str]:
    ledger = Ledger.reading(spool.ledger)
    try:
        return list(verify(spool, ledger))
    finally:
        ledger.close()


def change(spool: Spool, query: str) -> None:
    connection = sqlite3.connect(spool.ledger)
    connection.execute(query)
    connection.commit()
    connection.close()


def tables(spool: Spool) -> dict[str, list[tuple[object, ...]]]:
    return {name: in_ledger(spool, query) for name, query in TABLES.items()}


def prune_all(spool: Spool) -> int:
    with unflushed():
        ledger = Ledger.writing(spool.ledger)
        try:
            return prune(spool, ledger, today() + timedelta(days=1))
        finally:
            ledger.close()


def test_a_rebuilt_ledger_says_what_the_old_one_said(spool: Spool) -> None:
    """All tables but the audit log, which says that it was rebuilt; the old file is kept aside."""
    before = tables(spool)
    assert [len(rows) for rows in before.values()] == [3, 7, 1, len(before["edits"]), 1, 1, 1]
    assert rebuild(spool) == 3
    assert tables(spool) == before
    assert in_ledger(spool, "SELECT event FROM audit ORDER BY number DESC LIMIT 1") == [("rebuilt",)]
    assert spool.ledger.with_name("ledger.db.damaged").exists()
    assert faults(spool) == []


def test_a_decision_counts_once(spool: Spool) -> None:
    """A recovery records again what was recorded just before a crash: nothing is added twice."""
    before = tables(spool)
    ledger = Ledger.writing(spool.ledger)
    for decision, digest in manifests(spool):
        ledger.record(decision, digest)
    ledger.close()
    assert tables(spool) == before


def test_a_rebuilt_ledger_knows_what_was_pruned(spool: Spool) -> None:
    """What was removed on purpose is missed neither before nor after."""
    assert prune_all(spool) == 3
    assert faults(spool) == []
    before = tables(spool)
    rebuild(spool)
    assert tables(spool) == before
    assert faults(spool) == []


def test_a_lost_ledger_is_rebuilt_by_the_next_run(spool: Spool) -> None:
    """And the run goes on with the next number."""
    before = tables(spool)["jobs"]
    spool.ledger.unlink()
    drop(spool, "e.837", batch(5))
    run_once(spool)
    after = tables(spool)["jobs"]
    assert after[:3] == before
    assert [row[1] for row in after] == [1, 2, 3, 4]


@pytest.mark.parametrize("raw", [b"", b"no database at all" * 100, b"SQLite format 3\0" + bytes(4080)])
def test_a_damaged_ledger_stops_the_watch_with_a_sentence(spool: Spool, raw: bytes) -> None:
    """It says what to do; nothing is taken meanwhile, and after the rebuilding all goes on."""
    spool.ledger.write_bytes(raw)
    drop(spool, "e.837", batch(5))
    with pytest.raises(SpoolError, match="scrubber spool rebuild"):
        run_once(spool)
    assert [path.name for path in spool.inbox.iterdir()] == ["e.837"]
    assert rebuild(spool) == 3
    assert run_once(spool).clean == 1


@pytest.mark.parametrize("opened", [Ledger.reading, Ledger.writing])
def test_a_ledger_of_another_version_is_rebuilt(spool: Spool, opened: Callable[[Path], Ledger]) -> None:
    """Neither read nor written to; what the archive says is kept."""
    before = tables(spool)
    change(spool, "PRAGMA user_version = 1")
    with pytest.raises(SpoolError, match="not a ledger of this version; `scrubber spool rebuild`"):
        opened(spool.ledger)
    assert rebuild(spool) == 3
    assert tables(spool) == before


def test_a_ledger_that_is_only_looked_at_cannot_be_changed(spool: Spool) -> None:
    """Workers have it open, and edits run in them."""
    ledger = Ledger.reading(spool.ledger)
    with pytest.raises(OSError, match="Permission denied"):
        ledger.note("changed")
    ledger.close()


def test_no_command_makes_an_empty_ledger_in_place_of_a_lost_one(spool: Spool) -> None:
    """Else the next run would know of no duplicate."""
    spool.ledger.unlink()
    with pytest.raises(SpoolError, match="the ledger is missing"):
        prune_all(spool)
    assert not spool.ledger.exists()


def test_a_damaged_manifest_stops_a_rebuilding(spool: Spool) -> None:
    """The old ledger stays as it is, and the job is named, not the file's name."""
    before = spool.ledger.read_bytes()
    manifest = next(spool.archive.rglob("manifest.json"))
    manifest.write_bytes(manifest.read_bytes()[:100])
    with pytest.raises(SpoolError, match=r"this manifest is damaged") as caught:
        rebuild(spool)
    assert manifest.parent.name.partition("_")[0] in str(caught.value)
    assert spool.ledger.read_bytes() == before


CHANGES = [
    "UPDATE audit SET detail = '{}' WHERE number = 2",
    "UPDATE audit SET event = 'failed' WHERE number = 1",
    "UPDATE audit SET at = '2020-01-01T00:00:00Z' WHERE number = 3",
    "UPDATE audit SET job = 'x' WHERE number = 3",
    "DELETE FROM audit WHERE number = 1",
    "DELETE FROM audit WHERE number = 2",
    "DELETE FROM audit WHERE number >= 3",
    "UPDATE jobs SET manifest = 'x' WHERE sequence = 1",
    "UPDATE jobs SET day = '2020-01-01' WHERE sequence = 1",
    "UPDATE jobs SET stem = 'x' WHERE sequence = 1",
    "UPDATE jobs SET sent = 0 WHERE sequence = 1",
    "UPDATE jobs SET verdict = 'clean' WHERE sequence = 2",
    "DELETE FROM jobs WHERE sequence = 1",
    "DELETE FROM jobs WHERE sequence = 2",
]


@pytest.mark.parametrize("query", CHANGES)
def test_a_changed_ledger_is_found(spool: Spool, query: str) -> None:
    """Each entry of the audit log holds the hash of the one before; each job that of its manifest."""
    assert faults(spool) == []
    change(spool, query)
    assert faults(spool)


def test_one_flipped_bit_of_any_file_is_found(spool: Spool) -> None:
    """Of the archive, the reports, what is to be sent and what is held."""
    folders = (spool.archive, spool.reports, spool.out, spool.held)
    paths = [
        path
        for folder in folders
        for path in files_of(folder)
        if path.name not in ("summary.csv", "index.html")
    ]
    assert {path.relative_to(spool.root).parts[0] for path in paths} == {"archive", "reports", "out", "held"}
    for path in paths:
        raw = path.read_bytes()
        path.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))
        assert len(faults(spool)) == 1, path
        path.write_bytes(raw)
    assert faults(spool) == []


def test_what_is_missing_is_found_unless_somebody_was_to_take_it(spool: Spool) -> None:
    """An uploader empties ``out/``, a person ``held/``; the archive and the reports stay."""
    for path in (*files_of(spool.out), *files_of(spool.held)):
        path.unlink()
    assert faults(spool) == []
    for path in [*spool.archive.rglob("original.837"), *spool.reports.rglob("*.report.json")]:
        raw = path.read_bytes()
        path.unlink()
        assert len(faults(spool)) == 1, path
        path.write_bytes(raw)
    assert faults(spool) == []


def test_pruning_removes_patient_data_and_keeps_the_numbers(spool: Spool) -> None:
    """Originals and reports go, once; manifests, the ledger, ``out/``, ``held/`` and ``failed/`` stay."""
    before = tables(spool)
    kept = {path: path.read_bytes() for path in files_of(spool.root) if path.name == "manifest.json"}
    left = files_of(spool.out) + files_of(spool.held) + files_of(spool.failed)
    assert prune_all(spool) == 3
    assert prune_all(spool) == 0
    assert originals(spool) == []
    assert list(spool.reports.rglob("*.report.json")) == []
    assert {path: path.read_bytes() for path in kept} == kept
    assert files_of(spool.out) + files_of(spool.held) + files_of(spool.failed) == left
    assert [row[:-1] for row in tables(spool)["jobs"]] == [row[:-1] for row in before["jobs"]]
    assert {name: tables(spool)[name] for name in ("identities", "payers")} == {
        name: before[name] for name in ("identities", "payers")
    }


def test_pruning_leaves_what_is_young(spool: Spool) -> None:
    """Jobs of the first day that is kept, and later ones."""
    ledger = Ledger.writing(spool.ledger)
    assert prune(spool, ledger, today()) == 0
    ledger.close()
    assert len(originals(spool)) == 3


def test_a_pruned_file_is_known_again(spool: Spool) -> None:
    """Its bytes are gone and its hash is not."""
    prune_all(spool)
    for path in files_of(spool.out):
        path.unlink()
    drop(spool, "again.837", batch(1))
    assert run_once(spool, real()).held == 1
    assert files_of(spool.out) == []


def test_a_manifest_says_what_was_decided(spool: Spool) -> None:
    """Schema, sequence, the hash of the decision before, and each file with its hash."""
    records = sorted(
        (json.loads(path.read_bytes()) for path in spool.archive.rglob("manifest.json")),
        key=lambda record: record["sequence"],
    )
    assert {record["schema"] for record in records} == {"scrubber.decision/1"}
    assert [record["sequence"] for record in records] == [1, 2, 3]
    assert records[0]["previous"] == ""
    assert [record["verdict"]["verdict"] for record in records] == ["clean", "held", "unreadable"]
    assert date.fromisoformat(records[0]["taken"]["day"]) == today()
