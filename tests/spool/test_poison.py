"""A file that breaks its worker is tried three times, then set aside; the others go their way."""

from __future__ import annotations

import errno
import faulthandler
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from scrubber.engine.history import History
from scrubber.errors import SpoolError, TableError
from scrubber.spool.jobs.failing import retry
from scrubber.spool.jobs.intake import Job
from scrubber.spool.jobs.job_files import Failure, JobVerdict
from scrubber.spool.jobs.recover import MOST_INTERRUPTIONS
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.work.foreman import TroubleError
from scrubber.spool.work.limits import Limits
from scrubber.spool.work.worker import Decide
from tests.support.spool import (
    after,
    batch,
    decisions,
    drop,
    files_of,
    in_ledger,
    light,
    make_spool,
    originals,
    real,
    run_once,
)


@dataclass(frozen=True)
class OfClock(Limits):
    """Limits by the clock as the test wants them: a busy machine must not decide what ends a worker."""

    seconds: float = 3600.0

    def wall(self, size: int) -> float:  # noqa: ARG002 - the same for every file
        return self.seconds


SMALL = OfClock(cpu_base=1, cpu_per_megabyte=0, memory=1 << 29, output_base=1 << 20, output_factor=0)
POISON = batch(66)


def poisoned(act: Callable[[Job], object]) -> Decide:
    """Decide as usual, but do this for the poison file."""

    def decide(job: Job, history: History) -> JobVerdict:
        if job.original.read_bytes() == POISON:
            act(job)
        return light(job, history)

    return decide


def _raise(_job: Job) -> None:
    raise ValueError("SECRET")


def _abort(_job: Job) -> None:
    faulthandler.disable()
    os.abort()


def _exit(_job: Job) -> None:
    os._exit(0)


def _loop(_job: Job) -> None:
    while True:
        pass


def _eat(_job: Job) -> list[bytes]:
    return [bytes(1 << 24) for _ in range(1 << 12)]


def _fill(job: Job) -> None:
    (job.folder / "much").write_bytes(bytes(1 << 21))


def _vanish(job: Job) -> None:
    (job.folder / "nothing").read_bytes()


WAYS: dict[str, tuple[Callable[[Job], object], str]] = {
    "raises": (_raise, "it failed with an error of its own"),
    "aborts": (_abort, "it died by signal 6"),
    "ends without a word": (_exit, "it left no verdict"),
    "eats memory": (_eat, "it needed more memory than allowed"),
    "writes without end": (_fill, "it failed with an error of its own"),
    "misses a file": (_vanish, "it failed with an error of its own"),
}


def failures(spool: Spool) -> list[Failure]:
    return [Failure.from_json(path.read_bytes()) for path in spool.failed.glob("*/why.json")]


@pytest.mark.parametrize(("act", "why"), WAYS.values(), ids=WAYS)
def test_a_poison_file_is_tried_three_times_and_set_aside(
    tmp_path: Path, act: Callable[[Job], object], why: str
) -> None:
    """Why is said without a word from the file; the files before and behind it go out."""
    spool = make_spool(tmp_path)
    for name, raw in (("a.837", batch(1)), ("b.837", POISON), ("c.837", batch(2))):
        drop(spool, name, raw)
    totals = run_once(spool, poisoned(act), limits=SMALL)
    assert (totals.clean, totals.failed) == (2, 1)
    (failure,) = failures(spool)
    assert failure.why == f"tried 3 times: {why}"
    assert (spool.failed / failure.job / "input").read_bytes() == POISON
    assert sorted(path.read_bytes() for path in files_of(spool.out)) == [batch(1), batch(2)]
    assert in_ledger(spool, "SELECT job, why FROM failures") == [(failure.job, failure.why)]
    assert list(spool.work.iterdir()) == []


def test_an_endless_loop_ends_with_its_processor_time(tmp_path: Path) -> None:
    """The reason says so."""
    spool = make_spool(tmp_path)
    drop(spool, "b.837", POISON)
    assert run_once(spool, poisoned(_loop), limits=SMALL, pauses=()).failed == 1
    assert failures(spool)[0].why == "tried 1 times: it took more processor time than allowed"


def test_a_worker_that_sleeps_is_killed_by_the_clock(tmp_path: Path) -> None:
    """It uses no processor time, and still nobody waits for it for ever."""
    spool = make_spool(tmp_path)
    drop(spool, "b.837", POISON)
    reading, writing = os.pipe()
    limits = OfClock(seconds=0)
    assert run_once(spool, poisoned(lambda _job: os.read(reading, 1)), limits=limits, pauses=()).failed == 1
    assert "it took too long" in failures(spool)[0].why
    os.close(reading)
    os.close(writing)


def test_a_worker_that_fails_once_is_only_tried_again(tmp_path: Path) -> None:
    """Nothing of the first try is left."""
    spool = make_spool(tmp_path)
    drop(spool, "b.837", POISON)

    def once(job: Job) -> None:
        if not job.tries.failed:
            (job.folder / "half").write_bytes(b"x")
            raise ValueError

    assert run_once(spool, poisoned(once)).clean == 1
    assert failures(spool) == []
    assert [path.name for path in spool.root.rglob("half")] == []


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS])
def test_trouble_with_the_disk_is_not_blamed_on_the_file(tmp_path: Path, number: int) -> None:
    """Everything waits; the file is not counted as tried."""
    spool = make_spool(tmp_path)
    drop(spool, "a.837", batch(1))

    def trouble(_job: Job) -> None:
        raise OSError(number, os.strerror(number))

    for _ in range(4):
        with pytest.raises(TroubleError):
            run_once(spool, after(trouble))
    assert failures(spool) == []
    assert run_once(spool).clean == 1


def test_tables_that_cannot_be_read_end_the_run(tmp_path: Path) -> None:
    """It is no file's fault and waiting does not help."""
    spool = make_spool(tmp_path)
    drop(spool, "a.837", batch(1))

    def tables(_job: Job) -> None:
        raise TableError("SECRET")

    with pytest.raises(TableError, match="scrubber tables list"):
        run_once(spool, after(tables))
    assert failures(spool) == []


def test_a_file_under_which_we_die_again_and_again_is_set_aside(tmp_path: Path) -> None:
    """The watch itself died each time: the file is taken to be the reason."""
    spool = make_spool(tmp_path)
    drop(spool, "a.837", batch(1))

    def trouble(_job: Job) -> None:
        raise OSError(errno.EIO, "")

    for _ in range(MOST_INTERRUPTIONS):
        with pytest.raises(TroubleError):
            run_once(spool, after(trouble))
    assert run_once(spool).failed == 1
    assert "interrupted 10 times" in failures(spool)[0].why


def test_what_a_worker_prints_goes_nowhere(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Not to standard output, not to standard error, whoever prints it."""
    spool = make_spool(tmp_path)
    drop(spool, "a.837", batch(1))

    def talk(_job: Job) -> None:
        os.write(1, b"SECRET")
        os.write(2, b"SECRET")
        os.system("echo SECRET; echo SECRET >&2")

    run_once(spool, after(talk))
    assert "SECRET" not in "".join(capfd.readouterr())


@pytest.mark.parametrize(
    ("charge", "mtime"),
    [(b"9" * 40, 0), (b"-" + b"9" * 40, 0), (b"167.25", 13 * 10**18), (b"167.25", -(10**18))],
)
def test_absurd_numbers_stop_nobody(tmp_path: Path, charge: bytes, mtime: int) -> None:
    """An amount of forty digits, a file of the year 2381 or 1938: it is decided on and counted."""
    spool = make_spool(tmp_path)
    raw = batch(1).replace(b"*167.25*", b"*%b*" % charge)
    assert charge in raw
    os.utime(drop(spool, "a.837", raw), ns=(mtime, mtime))
    assert run_once(spool, real()).files == 1
    assert len(in_ledger(spool, "SELECT sum(cents), sum(arrived) FROM jobs")) == 1
    assert list(spool.work.iterdir()) == []


def again(spool: Spool, job: str) -> None:
    ledger = Ledger.writing(spool.ledger)
    try:
        retry(spool, job, ledger)
    finally:
        ledger.close()


def test_a_failed_file_can_be_dropped_again(tmp_path: Path) -> None:
    """Under its own name; the new job says whose retry it is, the old one is no failure any more."""
    spool = make_spool(tmp_path)
    drop(spool, "b.837", POISON)
    run_once(spool, poisoned(_raise))
    (failure,) = failures(spool)
    again(spool, failure.job)
    assert list(spool.failed.iterdir()) == []
    assert run_once(spool).clean == 1
    (decision,) = decisions(spool)
    assert decision["taken"]["name"] == "b.837"
    assert decision["taken"]["retry_of"] == failure.job
    assert originals(spool) == [POISON]
    assert in_ledger(spool, "SELECT event FROM audit WHERE event = 'retried'") == [("retried",)]


def test_a_held_file_can_be_dropped_again_and_a_sent_one_cannot(tmp_path: Path) -> None:
    """Claims must not go out twice by one careless command."""
    spool = make_spool(tmp_path)
    drop(spool, "held.837", batch(1, held=True))
    run_once(spool)
    (held,) = in_ledger(spool, "SELECT job FROM jobs")[0]
    again(spool, held)
    (back,) = spool.inbox.iterdir()
    assert back.read_bytes() == batch(1, held=True)
    with pytest.raises(SpoolError, match="is already in in/"):
        again(spool, held)
    back.unlink()
    drop(spool, "sent.837", batch(2))
    run_once(spool)
    (sent,) = in_ledger(spool, "SELECT job FROM jobs WHERE sent")[0]
    with pytest.raises(SpoolError, match=r"were put into out/"):
        again(spool, sent)
    assert list(spool.inbox.iterdir()) == []


@pytest.mark.parametrize("job", ["../../etc", "20260630-120000-0123abcd", "x" * 300])
def test_what_is_no_job_cannot_be_retried(tmp_path: Path, job: str) -> None:
    """A sentence, and nothing is touched."""
    spool = make_spool(tmp_path)
    run_once(spool)
    with pytest.raises(SpoolError):
        again(spool, job)
