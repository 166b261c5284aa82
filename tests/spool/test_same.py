"""The same files give the same outputs, whatever the machine's settings, clock and number of workers."""

from __future__ import annotations

import json
import os
import re
import time
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scrubber.engine.history import History
from scrubber.spool.jobs.intake import Job
from scrubber.spool.jobs.job_files import JobVerdict
from scrubber.spool.layout import Spool
from scrubber.spool.work.worker import Scrubber
from tests.support.running import shipped
from tests.support.spool import (
    BAD_NPI,
    PROJECT,
    batch,
    decisions,
    drop,
    files_of,
    in_ledger,
    make_spool,
    originals,
    run_once,
    scrubber,
)

JOB = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{8}")
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def outputs(spool: Spool) -> dict[str, bytes]:
    """What is handed on, without job ids and days; manifests and summaries speak of times."""
    found = {}
    for folder in (spool.out, spool.held, spool.reports, spool.archive):
        for path in files_of(folder):
            if path.name not in ("manifest.json", "summary.csv", "index.html"):
                name = DAY.sub("DAY", JOB.sub("JOB", path.relative_to(spool.root).as_posix()))
                text = JOB.sub("JOB", path.read_text("latin-1"))
                found[name] = re.sub(rf"job JOB on {DAY.pattern}", "job JOB", text).encode("latin-1")
    return found


def filled(folder: Path) -> Spool:
    spool = make_spool(folder)
    several = (PROJECT / "fixtures/837/clean/several-transactions.837").read_bytes()
    # No two share a number but the twins: who is told of the other is who is decided on later.
    texts = {"a": batch(11), "b": batch(12, held=True), "c": batch(13), "d": several, "e": b"no X12"}
    texts["f"] = texts["a"]
    for arrival, (name, raw) in enumerate(texts.items(), start=1000):
        os.utime(drop(spool, f"{name}.837", raw), (arrival, arrival))
    return spool


def test_outputs_are_the_same_bytes_whatever_the_surroundings(tmp_path: Path) -> None:
    """Workers, time zone, language, hash seed, and who else is there: none of them shows."""
    found = []
    surroundings: list[tuple[str, dict[str, str]]] = [
        ("1", {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "1"}),
        ("3", {"TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "2", "COLUMNS": "20"}),
    ]
    for jobs, env in surroundings:
        spool = filled(tmp_path / jobs)
        options = ("--once", "--settle", "0", "--jobs", jobs, "--as-of", "2026-06-30", "--format", "jsonl")
        done = scrubber("watch", spool.root, *options, env=env)
        assert done.returncode == 1, done.stderr
        found.append(outputs(spool))
    assert found[0] == found[1]
    assert len(found[0]) > 15
    assert sorted(name for name in found[0] if name.startswith(("out/", "held/"))) == [
        "held/JOB_b.held.837",
        "held/JOB_e.held.837",
        "held/JOB_f.held.837",
        "out/JOB_a.clean.837",
        "out/JOB_c.clean.837",
        "out/JOB_d.clean.837",
    ]


def day_of(spool: Spool) -> list[str]:
    return [decision["taken"]["day"] for decision in decisions(spool)]


def test_a_job_keeps_its_day_over_midnight(tmp_path: Path) -> None:
    """Begun before midnight and again after it, its edits know one today, and its folders one day."""
    spool = make_spool(tmp_path)
    drop(spool, "a.837", batch(1))

    def die(_job: Job, _history: History) -> JobVerdict:
        raise OSError(5, "")

    with pytest.raises(Exception, match="disk"):
        run_once(spool, die)
    (folder,) = spool.work.iterdir()
    claim = json.loads((folder / "claim.json").read_bytes())
    yesterday = date.fromisoformat(claim["day"]) - timedelta(days=1)
    (folder / "claim.json").write_text(json.dumps({**claim, "day": yesterday.isoformat()}))
    run_once(spool)
    assert day_of(spool) == [yesterday.isoformat()]
    assert [path.name for path in spool.archive.iterdir()] == [yesterday.isoformat()]
    assert [path.name for path in spool.reports.iterdir() if path.is_dir()] == [yesterday.isoformat()]
    assert in_ledger(spool, "SELECT day FROM jobs") == [(yesterday.isoformat(),)]


@pytest.mark.parametrize(("fixed", "accepted"), [(False, 0), (True, 1)])
def test_the_day_of_the_job_is_today_for_its_edits(tmp_path: Path, *, fixed: bool, accepted: int) -> None:
    """A claim of the job's future is held, unless the user set the day for all."""
    spool = make_spool(tmp_path)
    drop(spool, "a.837", batch(1))
    decide = Scrubber(shipped, ("json",), fixed_day=fixed)

    def in_2020(job: Job, history: History) -> JobVerdict:
        return decide(replace(job, taken=replace(job.taken, day=date(2020, 1, 1))), history)

    assert run_once(spool, in_2020).accepted == accepted


class Jumping(datetime):
    """A clock that somebody sets, a year to and fro, at each look."""

    turn = 0

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override] # one clock for all
        Jumping.turn += 1
        return datetime.now(tz) + timedelta(days=365 * (1, -1)[Jumping.turn % 2])


def test_a_clock_that_jumps_harms_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A year on, a year back, while files are taken: each is done once, in its order."""
    spool = make_spool(tmp_path)
    for module in ("watch", "layout"):
        monkeypatch.setattr(f"scrubber.spool.{module}.datetime", Jumping)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 365 * 86400 * (-1) ** Jumping.turn)
    for number in range(1, 5):
        drop(spool, f"{number}.837", batch(number))
        run_once(spool)
    assert sorted(path.read_bytes() for path in files_of(spool.out)) == originals(spool)
    assert originals(spool) == sorted(batch(number) for number in range(1, 5))
    assert [decision["sequence"] for decision in decisions(spool)] == [1, 2, 3, 4]
    assert len(set(day_of(spool))) == 2


@pytest.mark.parametrize("year", [1970, 2099])
def test_files_of_any_year_are_done(tmp_path: Path, year: int) -> None:
    """A sender's clock is wrong: the file is as whole as any, and nobody waits for its time to come."""
    spool = make_spool(tmp_path)
    when = (year - 1970) * 365.25 * 86400
    os.utime(drop(spool, "a.837", batch(1)), (when, when))
    assert run_once(spool).clean == 1
    assert originals(spool) == [batch(1)]


def test_files_are_decided_on_in_the_order_of_arrival(tmp_path: Path) -> None:
    """By time of modification, not by name."""
    spool = make_spool(tmp_path)
    for name, arrival in (("a", 30), ("b", 10), ("c", 20)):
        os.utime(drop(spool, f"{name}.837", batch(arrival)), (arrival, arrival))
    run_once(spool)
    assert [decision["stem"] for decision in decisions(spool)] == ["b", "c", "a"]


def test_what_goes_out_is_what_scrub_writes(tmp_path: Path) -> None:
    """The watch changes nothing in how a file is scrubbed."""
    raw = batch(1).replace(BAD_NPI, BAD_NPI)
    spool = make_spool(tmp_path)
    drop(spool, "a.837", raw)
    run_once(spool, Scrubber(lambda: shipped("safe"), ("json",), fixed_day=True))
    (tmp_path / "a.837").write_bytes(raw)
    options = ("-o", tmp_path / "plain", "--as-of", "2026-06-30")
    assert scrubber("scrub", tmp_path / "a.837", *options).returncode == 0
    (out,) = files_of(spool.out)
    assert out.read_bytes() == (tmp_path / "plain" / "a.clean.837").read_bytes()
