"""Files that come twice: the same bytes never go out twice, the same numbers are said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from scrubber.engine.history import History
from scrubber.envelopes.scan import Identity
from scrubber.spool.jobs.intake import Job
from scrubber.spool.jobs.job_files import JobVerdict, Taken
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.ledger.rebuild import rebuild
from scrubber.spool.work.worker import Scrubber, _Received
from tests.support.running import shipped
from tests.support.spool import (
    batch,
    decisions,
    drop,
    files_of,
    light,
    make_spool,
    messages,
    real,
    run_once,
)  # fmt: skip

RAW = batch(1)


def runs(spool: Spool, name: str, raw: bytes) -> str:
    """The job that a file becomes in a run of its own."""
    drop(spool, name, raw)
    run_once(spool, real())
    return str(list(decisions(spool))[-1]["taken"]["job"])


def told(spool: Spool, name: str, edit: str) -> list[tuple[str, str]]:
    """Severity and message of what this edit says."""
    return [(severity, text) for found, severity, text in messages(spool, name) if found == edit]


@pytest.mark.parametrize("between", ["nothing", "a lost ledger", "a rebuilt ledger"])
def test_the_same_bytes_are_held_and_the_first_job_is_named(tmp_path: Path, between: str) -> None:
    """Whatever they are called, in another run, and also when the ledger had to be made anew."""
    spool = make_spool(tmp_path)
    first = runs(spool, "first.837", RAW)
    if between == "a lost ledger":
        spool.ledger.unlink()
    elif between == "a rebuilt ledger":
        assert rebuild(spool) == 1
    runs(spool, "second.837", RAW)
    assert len(files_of(spool.out)) == 1
    assert [path.read_bytes() for path in files_of(spool.held)] == [RAW]
    ((severity, text),) = told(spool, "second", "DUP-03")
    assert severity == "reject"
    assert first in text


def test_the_same_bytes_go_their_way_where_nothing_had_gone_out(tmp_path: Path) -> None:
    """The first one was held wholly: what is sent now is sent for the first time."""
    spool = make_spool(tmp_path)
    drop(spool, "first.837", RAW)
    policy = replace(shipped(), as_of=date(2020, 1, 1))
    too_early = Scrubber(lambda: policy, ("json",), fixed_day=True)
    assert run_once(spool, too_early).held == 1
    runs(spool, "second.837", RAW)
    ((severity, text),) = told(spool, "second", "DUP-03")
    assert severity == "info"
    assert "nothing from it was sent" in text
    assert [path.read_bytes() for path in files_of(spool.out)] == [RAW]


def test_the_same_number_with_other_bytes_is_a_warning(tmp_path: Path) -> None:
    """A receiver may refuse it, but some programs always write the same number: the claims go out."""
    spool = make_spool(tmp_path)
    first = runs(spool, "first.837", RAW)
    runs(spool, "second.837", RAW + b"\n")
    ((severity, text),) = told(spool, "second", "DUP-04")
    assert severity == "warn"
    assert first in text
    assert len(files_of(spool.out)) == 2


def test_the_same_group_number_is_an_information(tmp_path: Path) -> None:
    """Under another interchange number."""
    spool = make_spool(tmp_path)
    first = runs(spool, "first.837", batch(1, group=7))
    runs(spool, "second.837", batch(2, group=7))
    ((severity, text),) = told(spool, "second", "DUP-05")
    assert severity == "info"
    assert first in text
    assert told(spool, "second", "DUP-04") == []
    assert len(files_of(spool.out)) == 2


def test_numbers_of_what_was_never_sent_may_be_used_again(tmp_path: Path) -> None:
    """A batch that was held wholly is corrected and comes again under its number."""
    spool = make_spool(tmp_path)
    runs(spool, "first.837", batch(1, held=True))
    runs(spool, "second.837", batch(1))
    assert [edit for edit, _, _ in messages(spool, "second") if edit.startswith("DUP")] == []


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_of_twins_that_come_together_one_goes_out(tmp_path: Path, jobs: int) -> None:
    """However many are worked on at a time: the one that arrived first."""
    spool = make_spool(tmp_path)
    for name in ("a.837", "b.837", "c.837"):
        drop(spool, name, RAW)
    totals = run_once(spool, jobs=jobs)
    assert (totals.clean, totals.held) == (1, 2)
    (out,) = files_of(spool.out)
    assert out.name.endswith("_a.clean.837")
    assert [path.read_bytes() for path in files_of(spool.held)] == [RAW, RAW]


def test_a_twin_waits_while_the_first_one_is_tried_again(tmp_path: Path) -> None:
    """A worker that fails once must not let the second copy pass it by."""
    spool = make_spool(tmp_path)
    drop(spool, "a.837", RAW)
    drop(spool, "b.837", RAW)

    def fails_once(job: Job, history: History) -> JobVerdict:
        if job.taken.name == "a.837" and not job.tries.failed:
            raise ValueError
        return light(job, history)

    totals = run_once(spool, fails_once, jobs=2, pauses=(0.2, 0.0))
    assert (totals.clean, totals.held) == (1, 1)
    (out,) = files_of(spool.out)
    assert out.name.endswith("_a.clean.837")


def test_a_number_that_is_decided_on_meanwhile_is_asked_for_again(tmp_path: Path) -> None:
    """Two files share a group number only: both are begun at once, and the later one is told of the other."""
    spool = make_spool(tmp_path)
    drop(spool, "a.837", batch(1, group=7))
    drop(spool, "b.837", batch(2, group=7))
    assert run_once(spool, real(), jobs=2).clean == 2
    spoken = [name for name in ("a", "b") if told(spool, name, "DUP-05")]
    last = list(decisions(spool))[-1]["stem"]
    assert spoken == [last]


def test_a_worker_hears_the_same_answer_to_the_end(tmp_path: Path) -> None:
    """Else its verdict would name a job that its findings know nothing of, and nobody would ask again."""
    spool = make_spool(tmp_path)
    run_once(spool)
    ledger = Ledger.reading(spool.ledger)
    later = _Received(Job(spool.work / "x", Taken("x", "x.837", 0, date(2026, 6, 30)), sha256="0"), ledger)
    number = Identity("interchange", "ZZ|MILLBROOK|ZZ|CLEARWAY|000000001")
    assert later.of(number) is None
    drop(spool, "a.837", RAW)
    run_once(spool)
    assert later.of(number) is None
    assert ledger.earlier(number, "x") is not None
    ledger.close()
