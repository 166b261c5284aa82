"""A clock that jumps harms nobody: a year or an hour to and fro, to 1970 and 2099, and between time zones.

It jumps at every look at it, while a watch is at work on files whose own times are as wrong.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo
from itertools import count, cycle
from pathlib import Path

import pytest

from scrubber.spool import layout
from scrubber.spool import watch as watching
from scrubber.spool.layout import Spool
from scrubber.spool.settings import Settings
from tests.promises.driver import HELD, fork, read_steps, run_once, watch
from tests.promises.samples import assert_settled, light, sample
from tests.promises.scale import measured, scale

pytestmark = pytest.mark.promises

FILES = scale(36, 360)
QUIETLY = Settings(quiet=0.05, pauses=(0, 0), interval=0.05)
START, EARLIEST, LATEST = map(
    datetime.fromisoformat, ("2026-10-31T12:00", "1970-01-02T00:00", "2099-12-31T00:00")
)
"""In the two days from the start, clocks are put back an hour in New York: a local time comes twice."""
HOUR, YEAR = timedelta(hours=1), timedelta(days=365)
LEAPS = (YEAR, -YEAR, HOUR, -HOUR, timedelta(), EARLIEST - START, LATEST - START)
ZONES = ("UTC", "America/New_York", "Pacific/Auckland")
YEARS_OF_FILES = (1970, 2026, 2099)


def jump() -> None:
    """Let every look at the clock of this process, and of its workers, be a leap from the last one."""
    leaps: Iterator[timedelta] = cycle(LEAPS)
    zones = cycle(ZONES)
    ticks = count()

    def wrong() -> datetime:
        os.environ["TZ"] = next(zones)
        time.tzset()
        return START + timedelta(minutes=30) * (next(ticks) % 96) + next(leaps)

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override] # one clock for all
            return wrong().replace(tzinfo=tz)

    class Day(date):
        @classmethod
        def today(cls) -> date:  # type: ignore[override] # likewise
            return wrong().date()

    # In a forked process only.
    time.time = lambda: wrong().timestamp()
    for module in (watching, layout):
        vars(module)["datetime"] = Clock
    vars(watching)["date"] = Day


def test_a_clock_that_jumps_under_a_watch_harms_nobody(area: Path, spool: Spool) -> None:
    """Each file is done once, in a row that can be rebuilt, and nobody waits for a time to come."""
    reading, writing = os.pipe()

    def run() -> int:
        jump()
        return watch(spool.root, light, QUIETLY, once=False, done=lambda: (os.write(writing, b"."), None)[1])

    watcher = fork(run, area / "log")
    os.close(writing)
    files = [sample(number) for number in range(1, FILES + 1)]
    for number, raw in enumerate(files):
        part = spool.inbox / f"{number}.part"
        part.write_bytes(raw)
        when = (YEARS_OF_FILES[number % len(YEARS_OF_FILES)] - 1970) * 365.25 * 86400
        os.utime(part, (when, when))
        part.rename(part.with_suffix(".837"))
        if number % 4 == 3:
            read_steps(reading, 4)
    read_steps(reading, FILES % 4)
    watcher.signal(signal.SIGTERM)
    assert watcher.wait() == HELD
    os.close(reading)
    assert_settled(spool, files)
    spool.ledger.unlink()
    assert run_once(spool.root, light, area / "log") in (0, HELD)
    assert_settled(spool, files)
    days = len(list(spool.archive.iterdir()))
    assert days > 2
    measured(f"a clock that jumps under a watch: {FILES} files of {days} days, each once")
