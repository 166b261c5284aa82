"""Memory is bounded by one claim, not by the file: the peak of the watch and its workers is at most 256 MiB.

The real command, with the real limits. Full scale: 2 GiB in one transaction of one endless claim, 2 GiB
without any segment, 100 MiB of short segments in one claim, 20 MB of real claims; quick: 24, 24, 4 and 1.
"""

from __future__ import annotations

import itertools
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scrubber.spool.layout import Spool
from tests.promises.driver import HELD
from tests.promises.samples import ROOT, sample
from tests.promises.scale import measured, scale

pytestmark = pytest.mark.promises

MOST = 256 << 20
LARGE = scale(24 << 20, 2 << 30)
MANY = scale(4 << 20, 100 << 20)
CLAIMS_MB = scale(1, 20)
MEASURE = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""
"""Runs a command and prints the largest of it and its children, in kilobytes. A process of its own, since a
child counts as large as what it was forked from."""


@pytest.fixture
def disk_area() -> Iterator[Path]:
    """On a disk: in memory, files would count themselves."""
    with tempfile.TemporaryDirectory(prefix="scrubber-promises-") as name:
        yield Path(name)


def endless_claim(path: Path) -> None:
    """One claim with ever more service lines, each with a long note."""
    note = b"NTE*ADD*" + b"X" * 2000 + b"~\n"
    _claim_of(path, LARGE, b"LX*%d~\nSV1*HC:96372*32*UN*1***1~\nDTP*472*D8*20260511~\n" + note)


def many_segments(path: Path) -> None:
    """One claim with ever more short segments."""
    _claim_of(path, MANY, b"LX*%d~\nSV1*HC:96372*32*UN*1***1~\nDTP*472*D8*20260511~\n")


def no_segments(path: Path) -> None:
    """An envelope, then bytes without any end of a segment."""
    head, tail = _parts()
    _fill(path, LARGE, [head, b"NTE*ADD*"], itertools.repeat(b"X" * (1 << 16)), b"~\n" + tail)


def real_claims(path: Path) -> None:
    """As a clearinghouse gets them, a few of them wrong."""
    generator = ROOT / "bench" / "generate.py"
    options = ["--mb", str(CLAIMS_MB), "--seed", "1", "--fault-rate", "0.02", "--out", str(path)]
    subprocess.run([sys.executable, str(generator), *options], check=True, capture_output=True)


def _parts() -> tuple[bytes, bytes]:
    """A sample before and after the end of its claim."""
    raw = sample(1)
    at = raw.index(b"SE*")
    return raw[:at], raw[at:]


def _claim_of(path: Path, size: int, line: bytes) -> None:
    head, tail = _parts()
    _fill(path, size, [head], (line % number for number in itertools.count(4)), tail)


def _fill(path: Path, size: int, head: list[bytes], pieces: Iterator[bytes], tail: bytes) -> None:
    with path.open("wb") as stream:
        stream.writelines(head)
        while stream.tell() < size:
            stream.writelines(itertools.islice(pieces, 100))
        stream.write(tail)


@pytest.mark.parametrize(
    "make", [endless_claim, many_segments, no_segments, real_claims], ids=lambda make: make.__name__
)
def test_the_peak_of_memory_does_not_grow_with_the_file(
    disk_area: Path, make: Callable[[Path], None]
) -> None:
    spool = Spool(disk_area / "spool")
    spool.create()
    path = spool.inbox / "large.837"
    make(path)
    size = path.stat().st_size
    command = [sys.executable, "-m", "scrubber", "watch", str(spool.root), "--once", "--settle", "0"]
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *command], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == HELD, done.stdout + done.stderr
    peak = int(done.stdout.splitlines()[-1]) << 10
    assert list(spool.failed.iterdir()) == []
    (original,) = spool.archive.glob("*/*/original.837")
    assert original.stat().st_size == size
    measured(f"{make.__name__}, {size >> 20} MiB: peak of memory {peak >> 20} MiB")
    assert peak <= MOST
