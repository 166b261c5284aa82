"""A poison file blocks nobody: three tries, then ``failed/`` with the reason, while the others are done.

The workers really end so: by a signal, out of memory, out of processor time, out of room for their outputs.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from scrubber.engine.history import History
from scrubber.spool.jobs.intake import Job
from scrubber.spool.jobs.job_files import WHY, Failure, JobVerdict
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.settings import Settings
from scrubber.spool.work.limits import Limits
from tests.promises.driver import HELD, run_once
from tests.promises.samples import drop, light, samples
from tests.promises.scale import measured

pytestmark = pytest.mark.promises


class PatientLimits(Limits):
    """A busy machine must not decide what ends a worker: the time by the clock is long."""

    def wall(self, size: int) -> float:
        return 100 * Limits.wall(self, size)


LIMITS = PatientLimits(memory=1 << 30, cpu_base=30, cpu_per_megabyte=0, output_base=1 << 20, output_factor=1)


def abort(_job: Job) -> None:
    os.abort()


def eat_memory(_job: Job) -> None:
    eaten = []
    while True:
        eaten.append(bytearray(1 << 26))


def loop(_job: Job) -> None:
    while True:
        pass


def write_on(job: Job) -> None:
    with (job.folder / "endless").open("wb") as stream:
        while True:
            stream.write(bytes(1 << 16))


def fall_over(_job: Job) -> None:
    raise RecursionError


@dataclass(frozen=True, slots=True)
class Poisoned:
    """Every third file of the samples does what ``poison`` does."""

    poison: Callable[[Job], None]
    begun: Path

    def __call__(self, job: Job, history: History) -> JobVerdict:
        if b"*168.25*" in job.original.read_bytes():
            with self.begun.open("ab") as stream:
                stream.write(b".")
            self.poison(job)
        return light(job, history)


@pytest.mark.parametrize(
    ("poison", "why"),
    [
        (abort, "it died by signal 6"),
        (eat_memory, "it needed more memory than allowed"),
        (loop, "it took more processor time than allowed"),
        (write_on, "it failed with an error of its own"),
        (fall_over, "it failed with an error of its own"),
    ],
    ids=["abort", "memory", "loop", "output", "error"],
)
def test_a_poison_file_fails_after_three_tries_and_the_others_are_done(
    area: Path, spool: Spool, poison: Callable[[Job], None], why: str
) -> None:
    files = samples(5)
    drop(spool, files)
    limits = replace(LIMITS, cpu_base=1) if poison is loop else LIMITS
    settings = Settings(quiet=0, pauses=(0, 0), limits=limits)
    begun = area / "begun"
    assert run_once(spool.root, Poisoned(poison, begun), area / "log", settings) == HELD
    assert begun.stat().st_size == 3
    (failed,) = spool.failed.iterdir()
    assert (failed / "input").read_bytes() == files["claims-000003.837"]
    failure = Failure.from_json((failed / WHY).read_bytes())
    assert failure.why.startswith(f"tried 3 times: {why}")
    assert len(list(spool.out.iterdir())) == 4
    assert list(spool.work.iterdir()) == []
    assert list(spool.inbox.iterdir()) == []
    ledger = Ledger.reading(spool.ledger)
    assert [row.event for row in ledger.audit() if row.job == failed.name] == ["failed"]
    ledger.close()
    measured(f"poison ({poison.__name__}): 3 tries, then failed/; the other 4 files are done")
