"""A spool has one owner: whoever comes second ends with status 75, and each file is done once.

Full scale: 10,000 files; quick: 300. Two daemons, a run for cron and a rebuild of the ledger at once, first
beside a watch that owns the spool, then all of them together in a race that anyone may win.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scrubber.spool.layout import Spool
from scrubber.spool.ledger.rebuild import rebuild
from scrubber.spool.lock import owned
from tests.promises.driver import AT_ONCE, FINE, HELD, LATER, fork, read_steps, run_once, watch
from tests.promises.samples import ROOT, assert_settled, drop, light, samples
from tests.promises.scale import measured, scale

pytestmark = pytest.mark.promises

FILES = scale(300, 10_000)
ROUNDS = scale(10, 100)


def remake(spool: Spool) -> int:
    with owned(spool):
        rebuild(spool)
    return FINE


def owners(spool: Spool, done: Callable[[], None]) -> list[Callable[[], int]]:
    """Two daemons, a run for cron, a rebuild."""

    def daemon() -> int:
        return watch(spool.root, light, AT_ONCE, once=False, done=done)

    def cron() -> int:
        return watch(spool.root, light, AT_ONCE, done=done)

    return [daemon, daemon, cron, lambda: remake(spool)]


def test_who_comes_second_ends_with_75(area: Path, spool: Spool) -> None:
    files = samples(FILES)
    drop(spool, files)
    reading, writing = os.pipe()

    def done() -> None:
        os.write(writing, b".")

    first, *_ = owners(spool, done)
    owner = fork(first, area / "owner")
    read_steps(reading, 1)
    count, losers = 1, 0
    while count < FILES:
        others = [
            fork(run, area / f"other-{at}", most_seconds=20) for at, run in enumerate(owners(spool, done))
        ]
        assert [other.wait() for other in others] == [LATER] * 4
        losers += 4
        count += read_steps(reading, min(FILES - count, max(1, FILES // 20)))
    assert by_command(spool, "watch", "--once") == LATER
    assert by_command(spool, "spool", "rebuild") == LATER
    owner.signal(signal.SIGTERM)
    assert owner.wait() == HELD
    os.close(reading)
    os.close(writing)
    assert_settled(spool, files.values())
    measured(f"one owner over {FILES} files: {losers} others all ended with 75, each file once")


def by_command(spool: Spool, *words: str) -> int:
    """A real command, in a new process."""
    command = [sys.executable, "-m", "scrubber", *words, str(spool.root)]
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True).returncode


def test_in_a_race_each_file_is_done_once(area: Path, spool: Spool) -> None:
    """All begin at once, again and again; whoever won is stopped when the rebuild has ended."""
    files = samples(FILES)
    drop(spool, files)
    codes: set[int] = set()
    for _ in range(ROUNDS):
        *watches, remaking = [
            fork(run, area / f"racer-{at}") for at, run in enumerate(owners(spool, lambda: None))
        ]
        codes.add(remaking.wait())
        for child in watches:
            child.signal(signal.SIGTERM)
        codes |= {child.wait() for child in watches}
    assert codes <= {FINE, HELD, LATER, -signal.SIGTERM}
    assert run_once(spool.root, light, area / "log") in {FINE, HELD}
    assert_settled(spool, files.values())
    measured(f"{ROUNDS} races of four over {FILES} files: each file once")
