"""A power cut loses nothing that was durably dropped, and what was sent is never to be sent again.

An ext4 file system in an image is shut down without flushing its journal: by the watch or a worker right
before one of their steps, or from outside while they run on. Then it is mounted again, and the next run must
find everything. Full scale: 200 cuts; quick: 8. Only root may mount: skipped otherwise.
"""

from __future__ import annotations

import mmap
import os
import random
import shutil
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scrubber.spool.durable import sync_folder
from scrubber.spool.layout import Spool
from tests.promises.disks import Disk, ext4
from tests.promises.driver import (
    FINE,
    HELD,
    count_steps,
    fork,
    on_steps,
    read_steps,
    report_steps,
    run_once,
    watch,
)
from tests.promises.samples import assert_settled, drop, samples, scrubbing
from tests.promises.scale import measured, scale

pytestmark = [pytest.mark.promises, pytest.mark.usefixtures("root")]

CUTS = scale(8, 200)
EARLY, LATE = 3, 3
"""Files that lie there when the watch begins, and files that are dropped while it works."""


@pytest.fixture
def disk(area: Path) -> Iterator[Disk]:
    scrubbing()  # processes that are forked later find the edits in memory
    with ext4(area) as made:
        yield made


@dataclass(slots=True)
class Outside:
    """Who drops files and who sends them, both as carefully as they should."""

    spool: Spool
    dropped: list[bytes] = field(default_factory=list)
    """Durably, before the cut."""
    sent: list[bytes] = field(default_factory=list)
    """And durably taken from ``out/``."""
    unsure: list[bytes] = field(default_factory=list)
    """What the cut came in between of."""

    def drop(self, name: str, raw: bytes) -> None:
        part = self.spool.inbox / f"{name}.part"
        try:
            with part.open("wb") as stream:
                stream.write(raw)
                stream.flush()
                os.fsync(stream.fileno())
            part.rename(self.spool.inbox / name)
            sync_folder(self.spool.inbox)
        except OSError:
            self.unsure.append(raw)
        else:
            self.dropped.append(raw)

    def send(self) -> None:
        try:
            paths = list(self.spool.out.iterdir())
        except OSError:
            return
        for path in paths:
            raw = b""
            try:
                raw = path.read_bytes()
                path.unlink()
                sync_folder(self.spool.out)
            except OSError:
                self.unsure.append(raw)
                return
            self.sent.append(raw)

    def assert_kept(self) -> None:
        """After the next run: nothing is lost, nothing is there twice."""
        for part in self.spool.inbox.glob("*.part"):
            part.unlink()  # what its sender had not finished
        kept = {path.read_bytes() for path in self.spool.archive.glob("*/*/original.837")}
        handed_on = {path.read_bytes() for path in self.spool.out.iterdir()}
        dropped = [*self.dropped, *(raw for raw in self.unsure if raw in kept and raw not in self.dropped)]
        sent = [*self.sent, *(raw for raw in self.unsure if raw in self.dropped and raw not in handed_on)]
        assert_settled(self.spool, dropped, sent)


class Countdown:
    """Counts the steps of several processes together."""

    def __init__(self, steps: int) -> None:
        self._left = mmap.mmap(-1, 8)
        self._left[:8] = struct.pack("q", steps)

    def is_over(self) -> bool:
        """Count one; whether it was the last."""
        left = struct.unpack("q", self._left[:8])[0] - 1
        self._left[:8] = struct.pack("q", left)
        return bool(left == 0)


def run_until_cut(outside: Outside, late: dict[str, bytes], disk: Disk, area: Path, moment: int) -> None:
    """The power goes at this step of the watch; where ``moment`` is negative, from outside about then."""
    countdown = Countdown(moment)

    def cut_in_time() -> None:
        if countdown.is_over():
            disk.cut()

    reading, writing = os.pipe()

    def run() -> int:
        os.close(reading)
        on_steps(cut_in_time)
        report_steps(writing)
        return watch(outside.spool.root, scrubbing())

    child = fork(run, area / "log")
    os.close(writing)
    for name, raw in late.items():
        read_steps(reading, abs(moment) // len(late))
        outside.drop(name, raw)
        outside.send()
    if moment > 0:
        read_steps(reading, 1 << 30)
    disk.cut()
    child.end()
    os.close(reading)


def steps_of(disk: Disk, area: Path, run: Callable[[Spool], int]) -> int:
    spool = Spool(disk.point / "steps")
    spool.create()
    drop(spool, samples(EARLY))
    return count_steps(lambda: run(spool), area / "log")


def test_a_power_cut_loses_nothing(disk: Disk, area: Path) -> None:
    chance = random.Random(837)  # the same moments in each run
    most = steps_of(disk, area, lambda spool: watch(spool.root, scrubbing()))
    dropped = sent = unsure = 0
    for number in range(CUTS):
        spool = Spool(disk.point / "spool")
        spool.create()
        outside = Outside(spool)
        files = list(samples(EARLY + LATE).items())
        for name, raw in files[:EARLY]:
            outside.drop(name, raw)
        sync_folder(disk.point)
        moment = chance.randint(1, most)
        run_until_cut(outside, dict(files[EARLY:]), disk, area, moment if number % 2 else -moment)
        disk.unmount()
        disk.mount()
        assert run_once(spool.root, scrubbing(), area / "log") in {FINE, HELD}
        outside.assert_kept()
        dropped, sent = dropped + len(outside.dropped), sent + len(outside.sent)
        unsure += len(outside.unsure)
        shutil.rmtree(spool.root)
    measured(f"{CUTS} power cuts: {dropped} files durably dropped, all there once; {sent} sent, none again")
