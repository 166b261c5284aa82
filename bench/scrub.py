"""Measure `scrubber scrub` on generated files: seconds, megabytes a second, peak memory.

    python bench/scrub.py [--mb 10 --mb 100]

Each run is a process of its own; peak memory is what the kernel says of it. Machines are noisy: compare
figures of one run only.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Generate, scrub and print a line a size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mb", type=int, action="append", help="size of a file in 10**6 bytes")
    sizes = parser.parse_args().mb or [10, 20]
    print(f"{'MB':>6} {'seconds':>8} {'MB/s':>6} {'peak MB':>8}  outcome")
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            path = Path(folder) / f"claims-{size}.837"
            generate = [sys.executable, str(HERE / "generate.py"), "--mb", str(size), "--seed", "1"]
            subprocess.run(
                [*generate, "--fault-rate", "0.05", "--out", str(path)], check=True, capture_output=True
            )
            print_run(path, Path(folder) / f"out-{size}", size)


def print_run(path: Path, folder: Path, size: int) -> None:
    """Scrub one file and print what it took."""
    command = [
        sys.executable,
        "-m",
        "scrubber",
        "scrub",
        str(path),
        "-o",
        str(folder),
        "--as-of",
        "2026-06-30",
    ]
    started = time.monotonic()
    with (Path(folder.parent) / "stdout").open("w+b") as out:
        process = subprocess.Popen(command, stdout=out, cwd=HERE.parent)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - started
        out.seek(0)
        outcome = out.read().decode().rstrip().rpartition("\n")[2]
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6
    print(f"{size:6} {seconds:8.1f} {size / seconds:6.2f} {peak:8.1f}  {outcome}")


if __name__ == "__main__":
    main()
