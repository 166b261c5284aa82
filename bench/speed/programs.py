"""The programs that are compared, where they are installed, and one run of one of them.

A peer gets a virtual environment of its own, with the same Python and pinned versions. Each run is a process
of its own; the kernel says what it took. The process that measures stays small and imports nothing of the
scrubber: what the kernel calls the peak memory of a process is at least that of the one which started it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, NamedTuple

from bench.speed.figures import FLOOR, YARDSTICK, Run

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
AS_OF = "2026-06-30"
PEAK_UNIT = 1e-6 * (1 if sys.platform == "darwin" else 1024)


class Peer(NamedTuple):
    """Something to compare with. Its first requirement is the peer itself; the others pin its speed."""

    name: str
    reader: str
    requirements: tuple[str, ...] = ()


PEERS = (
    Peer(YARDSTICK, "pyx12", ("pyx12==4.0.0", "defusedxml==0.7.1")),
    Peer(
        "x12sdk",
        "x12sdk",
        ("x12sdk==2.2.0", "pydantic==2.14.4", "pydantic-settings==2.16.3", "python-dotenv==1.2.4"),
    ),
    Peer(
        "linuxforhealth-x12",
        "linuxforhealth",
        ("linuxforhealth-x12==0.57.0", "pydantic==1.10.27", "python-dotenv==1.2.4"),
    ),
    Peer(FLOOR, "split"),
)


class NotInstalledError(Exception):
    """A peer that pip cannot install; the text is pip's."""


def python_of(peer: Peer, folder: Path) -> str:
    """Return the Python of a peer's environment, after making it if it is not there.

    Raise NotInstalledError if pip cannot install the peer.
    """
    if not peer.requirements:
        return sys.executable
    place = folder / f"{peer.requirements[0]}-py{sys.version_info.major}.{sys.version_info.minor}"
    python, done = place / "bin" / "python", place / "installed.txt"
    wanted = "\n".join(peer.requirements)
    if not (done.exists() and done.read_text(encoding="utf-8") == wanted):
        print(f"installing {' '.join(peer.requirements)}", file=sys.stderr)
        pip = (str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        for command in (
            (sys.executable, "-m", "venv", "--clear", str(place)),
            (*pip, "--only-binary", ":all:", *peer.requirements),
        ):
            run = subprocess.run(command, check=False, capture_output=True, text=True)
            if run.returncode:
                raise NotInstalledError(run.stderr.strip().rpartition("\n")[2] or "no reason given")
        done.write_text(wanted, encoding="utf-8")
    return str(python)


def peer_command(peer: Peer, python: str, path: Path) -> list[str]:
    """Return the command by which a peer reads a file."""
    return [python, "-I", str(HERE / "read_with.py"), peer.reader, str(path)]


def scrub_command(path: Path, folder: Path, *more: str) -> list[str]:
    """Return the command that scrubs a file in one process: all default outputs, the shipped tables only."""
    tables = folder / "no tables"
    tables.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "scrubber", "scrub", str(path), "-o", str(folder / "out"), "--force"]
    return [*command, "--as-of", AS_OF, "--tables", str(tables), "--jobs", "1", *more]


def last_line(text: str) -> str:
    """Return the last line of an output."""
    return text.rstrip().rpartition("\n")[2][:200]


def verdicts(text: str) -> str:
    """Return how many claims are accepted and held, from the end of the text report."""
    found = re.search(r"[\d,]+ accepted, [\d,]+ held", " ".join(text.split()))
    return found[0] if found else last_line(text)


def run(
    command: Sequence[str],
    may_return: Sequence[int] = (0,),
    outcome: Callable[[str], str] = last_line,
) -> Run:
    """Run a command once. CPU seconds are those of the process and of its own children."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        started = time.monotonic()
        process = subprocess.Popen(command, stdout=out, stderr=errors, cwd=ROOT, env=_surroundings())
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        failed = ""
        if process.returncode not in may_return:
            failed = last_line(_end_of(errors)) or f"exit status {process.returncode}"
        said = outcome(_end_of(out))
    return Run(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * PEAK_UNIT, said, failed)


def scrub(path: Path, folder: Path, *more: str) -> Run:
    """Scrub a file once; held claims are no failure."""
    return run(scrub_command(path, folder, *more), may_return=(0, 1), outcome=verdicts)


def _surroundings() -> Mapping[str, str]:
    """Return the environment without what changes how Python runs."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def _end_of(stream: IO[bytes]) -> str:
    """Return the end of an output, however long that is."""
    stream.seek(max(0, stream.seek(0, os.SEEK_END) - 2000))
    return stream.read().decode(errors="replace")
