"""Let a daemon scrub thousands of files, and show that its memory levels off.

    python bench/soak.py [--files 5000] [--jobs 2] [--kb 3]

A real `scrubber watch` runs over a spool in a temporary folder. Files of invented claims are dropped in
bursts, some of them dirty; an uploader empties `out/` and billers `held/`, as in real life. After each burst
a line shows the daemon's own memory (resident, and what it does not share), its open files, the time for a
file and the size of the ledger. Workers live for one file each and are not counted.

Memory has leveled off if the second half of the run took no more than 3 % above the highest figure of the
first: else the exit status is 1.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.generate import generate  # noqa: E402 - the project's own folder comes first

BURST = 250
DIRTY = 0.2
"""The share of files in which about a fifth of the claims has a fault."""
TOLERANCE = 1.03
_POLL = 0.1
_MOST_SECONDS = 600.0


class Figures(NamedTuple):
    """The daemon after a burst; memory in kB."""

    files: int
    resident: int
    private: int
    open_files: int
    seconds: float
    ledger: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; return 1 if memory goes on growing."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--kb", type=float, default=3, help="size of a file, about")
    options = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory(prefix="scrubber-soak-") as name,
        daemon(Path(name), options.jobs) as process,
    ):
        spool = Path(name) / "spool"
        print(f"{'files':>6} {'resident':>9} {'private':>9} {'open files':>11} {'ms/file':>8} {'ledger':>9}")
        rows = []
        for first in range(0, options.files, BURST):
            count = min(BURST, options.files - first)
            rows.append(burst(spool, process, first, count, options.kb))
            row = rows[-1]
            print(
                f"{row.files:>6} {row.resident:>6} kB {row.private:>6} kB {row.open_files:>11}"
                f" {1000 * row.seconds / count:>8.0f} {row.ledger // 1000:>6} kB",
                flush=True,
            )
        process.terminate()
        process.wait()
    half = len(rows) // 2
    before, after = (max(row.private for row in part) for part in (rows[: half or 1], rows[half:]))
    print(f"highest private memory: {before} kB in the first half, {after} kB in the second")
    return 0 if after <= TOLERANCE * before and process.returncode == 0 else 1


def burst(spool: Path, process: subprocess.Popen[bytes], first: int, count: int, kb: float) -> Figures:
    """Drop so many files, empty the folders until all are decided, and look at the daemon."""
    began = time.monotonic()
    for number in range(first, first + count):
        part = spool / "in" / ".part"
        part.write_bytes(made(number, kb))
        part.rename(spool / "in" / f"claims-{number:06d}.837")
    while any((spool / "in").iterdir()) or any((spool / "work").iterdir()):
        if process.poll() is not None or time.monotonic() - began > _MOST_SECONDS:
            raise SystemExit("the daemon has ended, or does not go on")
        take(spool / "out")
        take(spool / "held")
        time.sleep(_POLL)
    seconds = time.monotonic() - began
    time.sleep(1)  # the page and the summaries of the day are written when nothing else is to do
    take(spool / "out")
    take(spool / "held")
    resident, private = memory_of(process.pid)
    return Figures(
        first + count, resident, private, len(list(Path(f"/proc/{process.pid}/fd").iterdir())), seconds,
        (spool / "state" / "ledger.db").stat().st_size,
    )  # fmt: skip


def made(number: int, kb: float) -> bytes:
    """Return a file of its own control number."""
    stream = io.BytesIO()
    generate(stream, size=int(kb * 1000), seed=number, fault_rate=DIRTY if number % 5 == 0 else 0.0)
    raw = stream.getvalue().replace(b"*000000001", b"*%09d" % (number + 1))
    group = b"%d" % (number + 1)
    return raw.replace(b"*0900*1*X*", b"*0900*%s*X*" % group).replace(b"GE*1*1~", b"GE*1*%s~" % group)


def take(folder: Path) -> None:
    """Remove what is there, as those do whom it is for."""
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            path.unlink()


def memory_of(pid: int) -> tuple[int, int]:
    """Return resident and private memory of a process in kB."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    sums = {line.split(":")[0]: int(line.split()[1]) for line in text.splitlines()[1:]}
    return sums["Rss"], sums["Private_Clean"] + sums["Private_Dirty"]


@contextmanager
def daemon(folder: Path, jobs: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run a watch on a new spool."""
    command = [sys.executable, "-m", "scrubber", "watch", str(folder / "spool"), "--interval", "0.2"]
    command += ["--settle", "0.2", "--jobs", str(jobs), "--as-of", "2026-06-30"]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, cwd=ROOT, stderr=log) as process:
        try:
            while not (folder / "spool" / "state" / "ledger.db").exists() and process.poll() is None:
                time.sleep(_POLL)
            yield process
        finally:
            process.kill()


if __name__ == "__main__":
    sys.exit(main())
