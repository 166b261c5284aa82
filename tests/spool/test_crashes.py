"""A death at any durable step, and a run after it: each file is worked on exactly once."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.spool.durable import write_whole
from scrubber.spool.jobs.intake import Job
from scrubber.spool.jobs.job_files import VERDICT
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.ledger.verify import verify
from scrubber.spool.work.limits import Limits
from scrubber.spool.work.worker import Decide, _Received
from tests.support.spool import batch, drop, files_of, in_ledger, make_spool, originals, run_once

CLEAN, HELD = batch(1), batch(2, held=True)
CALLS = ("rename", "replace", "link", "unlink", "mkdir", "rmdir", "fsync", "open")


class DeathError(BaseException):
    """The process ends here; no handler of errors may do anything more."""


@dataclass(frozen=True)
class End:
    """How a step ends: with which error, whether it was done first, whether handlers may clean up."""

    error: BaseException
    done_first: bool
    cleans_up: bool = False


ENDS = {
    "killed": End(DeathError(), done_first=True),
    "interrupted after": End(KeyboardInterrupt(), done_first=True, cleans_up=True),
    "the disk fails": End(OSError(errno.EIO, "the disk fails"), done_first=False, cleans_up=True),
}


@dataclass
class Steps:
    """Counts durable steps and ends at one; a dead process takes no further step."""

    fatal: int = -1
    end: End = ENDS["killed"]
    count: int = 0
    is_dead: bool = False

    def wrap(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def step(*arguments: Any, **options: Any) -> Any:
            is_open = call.__name__ == "open"
            if is_open and not arguments[1] & os.O_CREAT:
                return call(*arguments, **options)
            if self.is_dead:
                raise DeathError
            self.count += 1
            if self.count != self.fatal:
                return None if call.__name__ == "fsync" else call(*arguments, **options)
            self.is_dead = not self.end.cleans_up
            if self.end.done_first:
                result = call(*arguments, **options)
                if is_open:
                    os.close(result)
            raise self.end.error

        return step


class _Done:
    """A worker that has ended."""

    exitcode = 0

    def __init__(self) -> None:
        self.sentinel = os.open(os.devnull, os.O_RDONLY)

    def close(self) -> None:
        os.close(self.sentinel)

    def kill(self) -> None:
        """It has ended already."""

    join = kill


def _work_here(job: Job, decide: Decide, ledger: Path, _limits: Limits) -> _Done:
    """What a worker does, in this process: its steps count, too."""
    opened = Ledger.reading(ledger)
    write_whole(job.folder / VERDICT, decide(job, _Received(job, opened)).to_json())
    opened.close()
    return _Done()


@contextmanager
def _stepping(steps: Steps) -> Iterator[None]:
    with ExitStack() as patches:
        patches.enter_context(patch("scrubber.spool.work.foreman.start", _work_here))
        for name in ("record", "note", "record_failure"):
            patches.enter_context(patch.object(Ledger, name, _method(steps, getattr(Ledger, name))))
        for name in CALLS:
            patches.enter_context(patch.object(os, name, steps.wrap(getattr(os, name))))
        yield


def _method(steps: Steps, call: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Ledger, *arguments: Any, **options: Any) -> Any:
        return steps.wrap(call)(self, *arguments, **options)

    return method


def run_until(spool: Spool, steps: Steps) -> None:
    """A run that dies at its fatal step, if it comes that far."""
    # `run_once` silences fsync; the steps count it.
    keeping = patch("tests.support.spool.patch", _keeping_fsync)
    with _stepping(steps), keeping, suppress(DeathError, KeyboardInterrupt, OSError):
        run_once(spool)


def _keeping_fsync(target: str, *new: Any) -> Any:
    return ExitStack() if target == "os.fsync" else patch(target, *new)


def assert_each_exactly_once(spool: Spool) -> None:
    assert originals(spool) == sorted([CLEAN, HELD])
    assert [path.read_bytes() for path in files_of(spool.out)] == [CLEAN]
    assert [path.read_bytes() for path in files_of(spool.held)] == [HELD]
    assert list(spool.work.iterdir()) == []
    assert list(spool.inbox.iterdir()) == []
    assert list(spool.failed.iterdir()) == []
    assert in_ledger(spool, "SELECT verdict FROM jobs ORDER BY verdict") == [("clean",), ("held",)]
    ledger = Ledger.reading(spool.ledger)
    assert list(verify(spool, ledger)) == []
    ledger.close()


@contextmanager
def dropped() -> Iterator[Spool]:
    """A spool with both files, in memory where there is such a folder: hundreds are made."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as name:
        spool = make_spool(Path(name))
        drop(spool, "clean.837", CLEAN)
        drop(spool, "held.837", HELD)
        yield spool


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_an_end_at_any_step_loses_and_doubles_nothing(end: End) -> None:
    """Each rename, new name, flush, removal and commit, one after the other; then one more run."""
    with dropped() as spool:
        whole = Steps()
        run_until(spool, whole)
    assert whole.count > 60, "the steps are not counted any more"
    for fatal in range(1, whole.count + 1):
        with dropped() as spool:
            steps = Steps(fatal, end)
            run_until(spool, steps)
            assert steps.count >= fatal
            run_until(spool, Steps())
            assert_each_exactly_once(spool)


@given(st.lists(st.tuples(st.integers(1, 90), st.sampled_from(list(ENDS.values()))), min_size=2, max_size=5))
@settings(max_examples=25)
def test_ends_while_recovering_lose_and_double_nothing(deaths: list[tuple[int, End]]) -> None:
    """Several deaths in a row, each in the midst of mending the one before."""
    with dropped() as spool:
        for fatal, end in deaths:
            run_until(spool, Steps(fatal, end))
        run_until(spool, Steps())
        assert_each_exactly_once(spool)
