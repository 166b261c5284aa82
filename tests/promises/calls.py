"""Every state-changing system call of a run, one by one, with an accident at it."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from tests.promises.driver import fork, trace_me
from tests.promises.scale import some

CALLS = (
    "rename", "renameat", "renameat2", "mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "link", "linkat",
    "openat", "write", "pwrite64", "fsync", "fdatasync", "ftruncate", "chmod", "fchmod", "flock",
    "copy_file_range", "sendfile",
)  # fmt: skip
TRACED = ",".join(f"?{name}" for name in CALLS)
_CALL = re.compile(r"^(\w+)\(", re.MULTILINE)


class Point(NamedTuple):
    """The ``at``-th time that a process makes a call, from 1."""

    call: str
    at: int

    def injection(self, accident: str) -> str:
        """For strace: ``error=EIO`` or ``signal=SIGKILL`` at this point only."""
        return f"{self.call}:{accident}:when={self.at}"


def traced(run: Callable[[], int], log_file: Path, injection: str = "") -> int:
    """How a run ends that is traced from its beginning."""

    def begin() -> int:
        trace_me(TRACED, log_file, injection)
        return run()

    return fork(begin, log_file.with_suffix(".out")).wait()


def points(log_file: Path) -> Iterator[Point]:
    """Every point of the run that strace wrote down."""
    counts: Counter[str] = Counter()
    for match in _CALL.finditer(log_file.read_text(encoding="utf-8", errors="replace")):
        counts[match[1]] += 1
        yield Point(match[1], counts[match[1]])


def chosen(log_file: Path, quick: int) -> list[Point]:
    """All points at full scale, else some of each kind of call; mixed, so that what is broken shows early."""
    found = some(sorted(points(log_file)), quick)
    random.Random(837).shuffle(found)
    return found
