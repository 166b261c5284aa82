"""No file is taken before it is whole, and none is overlooked, however many come at once.

Full scale: 200 slow writers of four kinds, bursts of 10,000 and 60,000 files; quick: 40 writers, a burst of
2,000.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from pathlib import Path

import pytest

from scrubber.spool.jobs.arrivals import Arrivals
from scrubber.spool.layout import Spool
from tests.promises.driver import AT_ONCE, FINE, HELD, Child, fork, read_steps, watch
from tests.promises.samples import assert_settled, light, sample, samples
from tests.promises.scale import FULL, measured, scale
from tests.promises.slow_writers import CLOSING, KINDS, slowly

pytestmark = pytest.mark.promises

WRITERS = scale(40, 200)
TOGETHER = 20
"""How many write at the same time."""
BURSTS = (10_000, 60_000) if FULL else (2_000,)


def to_write(number: int) -> bytes:
    """Two interchanges: the end of the first looks like an end, and the open file says that more comes.

    Of a sender who closes the file in between only a quiet period can tell: it gets one interchange, and
    nothing behind its end.
    """
    raw = sample(number)
    return raw.rstrip() if number % len(KINDS) == CLOSING else raw + sample(WRITERS + number)


def start_writer(spool: Spool, area: Path, number: int, raw: bytes) -> Child:
    kind = KINDS[number % len(KINDS)]
    target = spool.inbox / f"claims-{number:06d}.837"

    def write() -> int:
        kind(target, slowly(raw, number))
        return FINE

    return fork(write, area / f"writer-{number}")


def test_no_file_of_a_slow_writer_is_taken_before_it_is_whole(area: Path, spool: Spool) -> None:
    """The watch looks all the time and waits for no quiet period: it is the lease and the end that tell."""
    reading, writing = os.pipe()
    watcher = fork(
        lambda: watch(
            spool.root, light, AT_ONCE, once=False, done=lambda: (os.write(writing, b"."), None)[1]
        ),
        area / "log",
    )
    os.close(writing)
    files = {number: to_write(number) for number in range(1, WRITERS + 1)}
    busy: deque[Child] = deque()
    for number, raw in files.items():
        busy.append(start_writer(spool, area, number, raw))
        if len(busy) >= TOGETHER:
            assert busy.popleft().wait() == FINE
    assert [child.wait() for child in busy] == [FINE] * len(busy)
    assert read_steps(reading, WRITERS) == WRITERS
    watcher.signal(signal.SIGTERM)
    assert watcher.wait() == HELD
    os.close(reading)
    assert_settled(spool, files.values())
    measured(f"{WRITERS} slow writers of {len(KINDS)} kinds: 0 partial, {WRITERS} whole")


@pytest.mark.parametrize("count", BURSTS)
def test_a_burst_is_seen_within_two_looks(area: Path, spool: Spool, count: int) -> None:
    """The first look falls into the middle of the burst."""
    now = 0.0
    arrivals = Arrivals(spool.inbox, lambda: now, quiet=2.0, truncated_after=900.0)
    reading, writing = os.pipe()

    def burst() -> int:
        for name, raw in samples(count).items():
            (spool.inbox / name).write_bytes(raw)
            os.write(writing, b".")
        return FINE

    sender = fork(burst, area / "log")
    os.close(writing)
    read_steps(reading, count // 2)
    arrivals.look()
    read_steps(reading, count)
    assert sender.wait() == FINE
    os.close(reading)
    arrivals.look()
    now += 2.0
    found = arrivals.look()
    assert sorted(candidate.name for candidate in found) == sorted(samples(count))
    assert all(arrivals.is_whole(candidate) for candidate in found)
    measured(f"a burst of {count} files: all seen by the first look after it, all taken by the second")
