"""A crash at any system call is safe: killed at each one by itself, then run again undisturbed.

strace counts each kind of call by itself, so every call of every kind is reached. The watch is killed and, in
runs of their own, its workers are. Full scale: every point; quick: some of each kind.
"""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from scrubber.spool.layout import Spool
from scrubber.spool.ledger.rebuild import rebuild
from scrubber.spool.lock import owned
from tests.promises.calls import TRACED, Point, chosen, traced
from tests.promises.driver import FINE, HELD, FirstTraced, fork, run_once, watch
from tests.promises.samples import assert_nothing_lost, assert_settled, drop, samples, scrubbing, take_out
from tests.promises.scale import measured

pytestmark = [pytest.mark.promises, pytest.mark.usefixtures("strace")]

KILL = "signal=SIGKILL"
FILES = samples(3)
"""Two that go out, one that is held."""


@pytest.fixture(autouse=True)
def loaded() -> None:
    """Processes that are forked later find the edits in memory."""
    scrubbing()


def fresh(area: Path, files: dict[str, bytes] = FILES) -> Spool:
    spool = Spool(area / "fresh")
    shutil.rmtree(spool.root, ignore_errors=True)
    spool.root.mkdir()
    spool.inbox.mkdir()
    drop(spool, files)
    return spool


def scrub(spool: Spool) -> int:
    return watch(spool.root, scrubbing())


def finish(spool: Spool, area: Path, files: dict[str, bytes]) -> None:
    """What the next start makes of it, after somebody has sent what is in ``out/``."""
    assert_nothing_lost(spool, files.values())
    sent = take_out(spool) if spool.out.exists() else []
    assert run_once(spool.root, scrubbing(), area / "log") in {FINE, HELD}
    assert_settled(spool, files.values(), sent)


def copied(spool: Spool, area: Path) -> Spool:
    """The same spool at another place, with its times and modes."""
    copy = Spool(area / "copy")
    shutil.rmtree(copy.root, ignore_errors=True)
    shutil.copytree(spool.root, copy.root)
    return copy


def kill_at_each(
    area: Path,
    prepare: Callable[[], Spool],
    run: Callable[[Spool], int],
    quick: int,
    files: dict[str, bytes] = FILES,
) -> list[Point]:
    """Kill ``run`` at each of its calls, each time on a spool made anew; the points that were reached."""
    spool, trace = prepare(), area / "trace"
    assert traced(lambda: run(spool), trace) in {FINE, HELD}
    found = chosen(trace, quick)
    reached = []
    for point in found:
        spool = prepare()
        if traced(partial(run, spool), area / "crash", point.injection(KILL)) == -signal.SIGKILL:
            reached.append(point)
        finish(spool, area, files)
    # How often a busy machine lets a process wait for its worker differs from run to run.
    assert len(reached) >= len(found) * 0.9
    return reached


def test_the_watch_killed_at_any_call_loses_nothing(area: Path) -> None:
    found = kill_at_each(area, lambda: fresh(area), scrub, quick=30)
    measured(f"the watch killed at {len(found)} system calls: nothing lost, nothing twice")


def test_a_worker_killed_at_any_call_is_tried_again(area: Path) -> None:
    def workers_of_run(trace: Path, injection: str = "") -> int:
        spool, begun = fresh(area), area / "begun"
        for path in (trace, begun):
            path.unlink(missing_ok=True)
        decide = FirstTraced(scrubbing(), TRACED, trace, begun, injection)
        assert run_once(spool.root, decide, area / "log") == HELD
        assert_settled(spool, FILES.values())
        return begun.stat().st_size

    assert workers_of_run(area / "trace") == len(FILES)
    found = chosen(area / "trace", quick=15)
    for point in found:
        assert workers_of_run(area / "crash", point.injection(KILL)) == len(FILES) + 1, point
    measured(f"a worker killed at {len(found)} system calls: tried again, nothing lost, nothing twice")


def test_the_recovery_killed_at_any_call_is_begun_again(area: Path) -> None:
    """A second crash, while what the first one left is put in order."""
    trace, count, files = area / "first", 0, samples(1)
    assert traced(lambda: scrub(fresh(area, files)), trace) == FINE
    renames = [point for point in chosen(trace, 10**6) if point.call.startswith("rename")]
    for first in renames:
        spool = fresh(area, files)
        assert traced(partial(scrub, spool), area / "crash", first.injection(KILL)) == -signal.SIGKILL
        left = Spool(area / "left")
        shutil.rmtree(left.root, ignore_errors=True)
        spool.root.rename(left.root)
        count += len(kill_at_each(area, partial(copied, left, area), scrub, 2, files))
    measured(f"the recovery of {len(renames)} crashes killed at {count} system calls in all")


def test_a_rebuild_killed_at_any_call_can_be_begun_again(area: Path) -> None:
    """The ledger is made anew from the archive, whole or not at all."""

    def remake(spool: Spool) -> int:
        with owned(spool):
            return FINE if rebuild(spool) == len(FILES) else HELD

    done = fresh(area)
    assert run_once(done.root, scrubbing(), area / "log") == HELD
    found = kill_at_each(area, lambda: copied(done, area), remake, quick=8)
    spool = copied(done, area)
    assert fork(lambda: remake(spool), area / "log").wait() == FINE
    measured(f"a rebuild of the ledger killed at {len(found)} system calls")
