"""Measure the start of the command line: CPU time of the help, and of checking a file with one claim.

    python bench/startup.py [--runs 11]

CPU time is user and system time of the whole process, the interpreter included; lines for the bare
interpreter and for click alone show how much of it is not ours. The program's bytecode is written first, as
an installation does, into a folder of its own; "no bytecode" is what the first run in a new checkout takes,
or every run with PYTHONDONTWRITEBYTECODE. With a cold cache, every run finds an empty one. The kinds take
turns. Compare figures of one run only; on a busy machine the minimum says most.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
ONE_CLAIM = "fixtures/837/clean/injection-subscriber.837"
HELP = ("-m", "scrubber", "--help")
CHECK = ("-m", "scrubber", "check", ONE_CLAIM, "--as-of", "2026-06-30")


class Kind(NamedTuple):
    """What is run, in which environment, and what is done before each run."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    before: Callable[[], object] = lambda: None


def main() -> None:
    """Run all kinds in turn, and print a line for each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=11)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        kinds = kinds_in(Path(name))
        for kind in kinds.values():
            cpu_of(kind)  # writes bytecode and cache, and warms the system's own cache of files
        seconds: dict[str, list[float]] = {label: [] for label in kinds}
        for _ in range(arguments.runs):
            for label, kind in kinds.items():
                seconds[label].append(cpu_of(kind))
    print(f"{'CPU seconds':<28}     min  median   spread (quarter to quarter)")
    for label, values in seconds.items():
        low, _, high = quantiles(values, n=4) if len(values) > 1 else values * 3
        print(f"{label:<28}  {min(values):6.3f}  {median(values):6.3f}   {low:.3f} to {high:.3f}")


def kinds_in(folder: Path) -> dict[str, Kind]:
    """Return what is measured, by its name in the table."""
    cold, no_bytecode = folder / "cold", folder / "none"
    environment = {
        **{key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"},
        "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
        "XDG_CACHE_HOME": str(folder / "warm"),
    }
    cold_environment = {**environment, "XDG_CACHE_HOME": str(cold)}
    uncompiled = {**environment, "PYTHONPYCACHEPREFIX": str(no_bytecode), "PYTHONDONTWRITEBYTECODE": "1"}
    return {
        "interpreter": Kind(("-c", "pass"), environment),
        "click": Kind(("-c", "import click"), environment),
        "--help": Kind(HELP, environment),
        "check, warm cache": Kind(CHECK, environment),
        "check, cold cache": Kind(CHECK, cold_environment, lambda: shutil.rmtree(cold, ignore_errors=True)),
        "check, warm, no bytecode": Kind(CHECK, uncompiled),
    }


def cpu_of(kind: Kind) -> float:
    """Run a kind once; return the CPU time that it took."""
    kind.before()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, *kind.arguments], cwd=ROOT, env=kind.environment, capture_output=True, check=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
