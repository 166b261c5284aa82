"""Trouble with the disk stops a run and corrupts nothing: status 75, and the next run goes on.

An error is injected at every system call by itself, in the watch and in its workers. Full scale: EIO, ENOSPC
and EACCES at every point; quick: EIO at some. A full disk is tried with every amount of room that is left.
"""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from scrubber.spool.layout import Spool
from tests.promises.calls import TRACED, chosen, traced
from tests.promises.disks import small_disk
from tests.promises.driver import FINE, HELD, LATER, FirstTraced, run_once, watch
from tests.promises.samples import ROOT, assert_nothing_lost, assert_settled, drop, samples, scrubbing
from tests.promises.scale import FULL, measured, scale

pytestmark = pytest.mark.promises

FILES = samples(3)
ERRORS = ("EIO", "ENOSPC", "EACCES") if FULL else ("EIO",)


@pytest.fixture(autouse=True)
def loaded() -> None:
    """Processes that are forked later find the edits in memory."""
    scrubbing()


def filled(root: Path) -> Spool:
    spool = Spool(root)
    spool.create()
    drop(spool, FILES)
    return spool


def finish(spool: Spool, area: Path) -> None:
    """The trouble is over."""
    assert_nothing_lost(spool, FILES.values())
    assert run_once(spool.root, scrubbing(), area / "log") in {FINE, HELD}
    assert_settled(spool, FILES.values())


@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize("error", ERRORS)
def test_an_error_at_any_call_of_the_watch_stops_it_or_does_not_matter(area: Path, error: str) -> None:
    first = filled(area / "first")
    assert traced(lambda: watch(first.root, scrubbing()), area / "trace") == HELD
    found = chosen(area / "trace", quick=20)
    stopped = 0
    for number, point in enumerate(found):
        spool = filled(area / f"spool-{number}")
        injection = point.injection(f"error={error}")
        code = traced(partial(watch, spool.root, scrubbing()), area / "log2", injection)
        # A file that cannot be opened to be looked at is left in in/: then the rest may be fine.
        assert code in {FINE, HELD, LATER}, point
        stopped += code == LATER
        finish(spool, area)
    measured(f"{error} at {len(found)} system calls of the watch: {stopped} times status 75, nothing corrupt")


@pytest.mark.usefixtures("strace")
@pytest.mark.parametrize("error", ERRORS)
def test_an_error_at_any_call_of_a_worker_stops_the_run_or_does_not_matter(area: Path, error: str) -> None:
    def run(root: Path, trace: Path, injection: str = "") -> tuple[Spool, int]:
        spool = filled(root)
        trace.unlink(missing_ok=True)
        decide = FirstTraced(scrubbing(), TRACED, trace, area / "begun", injection)
        return spool, run_once(spool.root, decide, area / "log")

    _, code = run(area / "first", area / "trace")
    assert code == HELD
    found = chosen(area / "trace", quick=10)
    stopped = 0
    for number, point in enumerate(found):
        spool, code = run(area / f"spool-{number}", area / "trace2", point.injection(f"error={error}"))
        assert code in {HELD, LATER}, point
        stopped += code == LATER
        finish(spool, area)
    assert stopped, "the file was blamed for the disk"
    measured(f"{error} at {len(found)} system calls of a worker: {stopped} times status 75, nothing corrupt")


def fill_up(path: Path, leaving: int) -> None:
    """Take all the room but so many bytes."""
    with path.open("wb", buffering=0) as stream:
        try:
            while stream.write(bytes(4096)):
                pass
        except OSError:
            stream.truncate(max(0, stream.tell() - leaving))


@pytest.mark.usefixtures("root")
def test_a_full_disk_waits_until_there_is_room(area: Path) -> None:
    rooms = range(0, 1 << 18, scale(1 << 15, 1 << 12))
    codes = []
    for room in rooms:
        with small_disk(area / f"disk-{room}") as disk:
            spool = filled(disk / "spool")
            ballast = disk / "ballast"
            fill_up(ballast, room)
            codes.append(run_once(spool.root, scrubbing(), area / "log"))
            assert codes[-1] in {HELD, LATER}, (room, (area / "log").read_text(encoding="utf-8"))
            assert_nothing_lost(spool, FILES.values())
            ballast.unlink()
            finish(spool, area)
    assert set(codes) == {HELD, LATER}
    assert codes[0] == LATER
    measured(f"full disk: {codes.count(LATER)} of {len(codes)} amounts of room gave 75, all went on after")


@pytest.mark.usefixtures("root")
def test_the_command_says_75_when_the_disk_is_full(area: Path) -> None:
    with small_disk(area / "disk") as disk:
        spool = filled(disk / "spool")
        fill_up(disk / "ballast", 0)
        assert command(spool) == LATER
        assert_nothing_lost(spool, FILES.values())
        (disk / "ballast").unlink()
        assert command(spool) == HELD
        assert_settled(spool, FILES.values())


def command(spool: Spool) -> int:
    options = ["--once", "--settle", "0", "--as-of", "2026-06-30"]
    done = subprocess.run(
        [sys.executable, "-m", "scrubber", "watch", spool.root, *options], cwd=ROOT, check=False,
        capture_output=True,
    )  # fmt: skip
    assert b"Traceback" not in done.stderr
    return done.returncode
