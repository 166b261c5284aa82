"""Nothing from a claim or a file's name reaches a log, a terminal, a temporary folder, or other users."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from scrubber.engine.history import History
from scrubber.spool.jobs.intake import Job
from scrubber.spool.jobs.job_files import JobVerdict
from scrubber.spool.layout import Spool
from tests.support.running import AS_OF
from tests.support.spool import CLEAN, batch, drop, files_of, make_spool, run_once, scrubber

CANARY = b"CANARY7"
NAME = "CANARY7.837"

CRASHING_EDIT = '''\
"""An edit that breaks on every claim, with the claim's own words."""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(id="TEST-01", title="Breaks", snip=7, severity="warn")


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    print(claim.control_number)
    raise ValueError(f"CANARY7 {claim.control_number}")
    yield Hit(at=claim.control_number, message="CANARY7")
'''


TURNS = 7


def with_canary(turn: int) -> bytes:
    """The clean file with the canary in every element, ids apart, of every seventh segment."""
    isa, *segments = CLEAN.split(b"~\n")
    for at in range(turn, len(segments) - 1, TURNS):
        elements = segments[at].split(b"*")
        segments[at] = b"*".join([elements[0], *[CANARY] * (len(elements) - 1)])
    return b"~\n".join([isa, *segments])


def assert_nothing_told(spool: Spool, *texts: bytes) -> None:
    """Outputs and reports hold patient data, as the claims do; the rest holds none."""
    for text in texts:
        assert CANARY not in text
    held = {spool.archive, spool.reports, spool.out, spool.held, spool.failed, spool.inbox}
    for path in files_of(spool.root):
        if not held & set(path.parents) and path not in (spool.ledger, spool.waiting):
            assert CANARY not in path.read_bytes(), path
            assert CANARY.decode() not in path.name


def test_no_element_of_a_claim_is_told(tmp_path: Path) -> None:
    """The canary in every element and in the file's name; logs, terminal and temporary files have none."""
    spool = make_spool(tmp_path)
    temp = tmp_path / "temp"
    temp.mkdir()
    for turn in range(TURNS):
        drop(spool, f"{turn}-{NAME}", with_canary(turn))
    (spool.inbox / f"{NAME}.part").write_bytes(CANARY)
    options = ("--once", "--settle", "0", "-v", "--format", "text", "--as-of", AS_OF.isoformat())
    done = scrubber("watch", spool.root, *options, env={"TMPDIR": str(temp)})
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) >= TURNS
    assert_nothing_told(spool, done.stdout, done.stderr)
    assert files_of(temp) == []
    for command in ("status", "verify"):
        told = scrubber("spool", command, spool.root)
        assert told.returncode == 0
        assert_nothing_told(spool, told.stdout, told.stderr)
    ledger = spool.ledger.read_bytes()
    assert all(word not in ledger for word in (b"FENWICK", b"SORREL", b"QUARRY", b"LHP00"))


def test_no_crash_tells_a_word(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """An edit, a decision or the disk fails with a value of the claim in the error."""
    spool = make_spool(tmp_path)
    edits = tmp_path / "edits"
    edits.mkdir(mode=0o700)
    (edits / "breaks.py").write_text(CRASHING_EDIT)
    drop(spool, f"1-{NAME}", with_canary(3))
    options = ("--once", "--settle", "0", "-v", "--edits", edits, "--as-of", AS_OF.isoformat())
    done = scrubber("watch", spool.root, *options)
    assert_nothing_told(spool, done.stdout, done.stderr)
    assert b"Traceback" not in done.stderr

    def fails(job: Job, _history: History) -> JobVerdict:
        os.write(2, CANARY)
        raise ValueError(job.original.read_bytes())

    drop(spool, f"2-{NAME}", with_canary(4))
    assert run_once(spool, fails).failed == 1
    told = capfd.readouterr()
    (why,) = spool.failed.glob("*/why.json")
    assert_nothing_told(spool, told.out.encode(), told.err.encode(), why.read_bytes())


def test_errors_of_the_system_are_told_without_a_name(tmp_path: Path) -> None:
    """The file's name stands in the system's error; only what is wrong is said."""
    spool = make_spool(tmp_path)
    path = drop(spool, NAME, batch(1))
    run_once(spool)
    path.mkdir()
    (spool.work / "20260630-120000-0123abcd").mkdir()
    (spool.work / "20260630-120000-0123abcd" / "claim.json").mkdir()
    done = scrubber("watch", spool.root, "--once", "--settle", "0")
    assert done.returncode == 75
    assert_nothing_told(spool, done.stdout, done.stderr)
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("mask", [0o000, 0o777])
def test_only_the_owner_can_look_in(tmp_path: Path, mask: int) -> None:
    """Folders 0700, ``in/`` 3770 for the senders' group, files 0600, whatever the mask of the caller."""
    before = os.umask(mask)
    try:
        spool = Spool(tmp_path / "spool")
        spool.create()
        os.umask(0o000)
        for number in (1, 2):
            drop(spool, f"{number}.837", batch(number, held=number == 2))
        os.umask(mask)
        done = scrubber("watch", spool.root, "--once", "--settle", "0", "--as-of", AS_OF.isoformat())
    finally:
        os.umask(before)
    assert done.returncode == 1, done.stderr
    modes = {path.relative_to(spool.root): path.stat().st_mode & 0o7777 for path in spool.root.rglob("*")}
    assert modes.pop(Path("in")) == 0o3770
    for path, mode in modes.items():
        assert mode == (0o700 if (spool.root / path).is_dir() else 0o600), path
    assert len(modes) > 15


def test_a_log_line_says_only_what_is_allowed(tmp_path: Path) -> None:
    """Job, outcome, time and level; each line is a JSON object."""
    spool = make_spool(tmp_path)
    drop(spool, NAME, batch(1))
    done = scrubber("watch", spool.root, "--once", "--settle", "0", "-v", "--as-of", AS_OF.isoformat())
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["file done"]
    assert set(lines[0]) == {"event", "job", "verdict", "level", "timestamp"}
    assert re.fullmatch(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{8}", lines[0]["job"])


def test_masked_reports_name_no_patient(tmp_path: Path) -> None:
    """With --mask the reports hold neither the patient nor the claim's number; the 837 files hold both."""
    spool = make_spool(tmp_path)
    drop(spool, "batch.837", CLEAN)
    done = scrubber(
        "watch", str(spool.root), "--once", "--settle", "0", "--mask", "--as-of", AS_OF.isoformat()
    )
    assert done.returncode == 0
    reports = b"".join(path.read_bytes() for path in spool.reports.glob("*/*/*.report.*"))
    for secret in (b"LARKSPUR", b"1EG4TE5MK73", b"INJ-0001"):
        assert secret in CLEAN
        assert secret not in reports
    assert b"#1" in reports
