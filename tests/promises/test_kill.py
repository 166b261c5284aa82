"""A kill at any moment loses nothing: the watch is killed again and again while it works on many files.

Full scale: 500 kills over 2,000 files; quick: 40 over 200. Workers die with their watch, or hold its lock
until they are done.
"""

from __future__ import annotations

import os
import random
import signal
from pathlib import Path

import pytest

from scrubber.spool.layout import Spool
from tests.promises.driver import (
    AT_ONCE,
    HELD,
    LATER,
    count_steps,
    fork,
    read_steps,
    report_steps,
    run_once,
    watch,
)
from tests.promises.samples import assert_settled, drop, light, samples
from tests.promises.scale import measured, scale

pytestmark = pytest.mark.promises

KILLS, FILES = scale(40, 500), scale(200, 2000)


def run_and_kill(spool: Spool, area: Path, after: int) -> int:
    """Kill a watch after so many of its steps; how it ended, if it did so before."""
    reading, writing = os.pipe()

    def run() -> int:
        os.close(reading)
        report_steps(writing)
        return watch(spool.root, light, AT_ONCE)

    child = fork(run, area / "log")
    os.close(writing)
    read_steps(reading, after)
    child.signal(signal.SIGKILL)
    code = child.wait()
    os.close(reading)
    return code


def steps_of_one_file(area: Path) -> int:
    spool = Spool(area / "one")
    spool.create()
    drop(spool, samples(1))
    return count_steps(lambda: watch(spool.root, light, AT_ONCE), area / "log")


def test_killed_at_random_it_does_every_file_once(area: Path, spool: Spool) -> None:
    files = samples(FILES)
    drop(spool, files)
    chance = random.Random(837)  # the same moments in each run
    most = steps_of_one_file(area) * FILES // KILLS
    kills = 0
    while kills < KILLS:
        code = run_and_kill(spool, area, chance.randint(1, most))
        # An orphan may still have the lock: then the new watch says so and ends.
        assert code in {-signal.SIGKILL, LATER}
        kills += code == -signal.SIGKILL
    left = len(list(spool.inbox.iterdir())) + len(list(spool.work.iterdir()))
    assert left, "all was done before the last kill: the kills came too late to show anything"
    code = LATER
    while code == LATER:
        code = run_once(spool.root, light, area / "log")
    assert code == HELD
    assert_settled(spool, files.values())
    measured(f"{kills} kills over {FILES} files, {left} left after the last: 0 lost, 0 twice, work/ empty")
