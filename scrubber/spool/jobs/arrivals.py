"""Which files in ``in/`` are complete: checked repeatedly, without an open writer, ending as X12 ends.

Only polling counts: events may be lost. A quiet period alone would take the files of slow senders, so a file
must also have no open writer and end with its IEA segment; one that stays without it long enough is taken as
truncated. Anything but a regular file is left alone and counted.
"""

from __future__ import annotations

import fcntl
import json
import os
import stat
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from scrubber.spool.durable import write_whole
from scrubber.x12 import find_delimiters
from scrubber.x12.delimiters import LONGEST_ISA

PARTIAL = (".tmp", ".part", ".partial", ".filepart")
"""Suffixes that senders use for files they are still writing."""

UNREADABLE = "cannot be opened for reading"
"""Why a file is left alone whose mode lets the scrubber not read it."""
_TAIL = 1 << 12
PADDING = b"\r\n\t \x00\x1a\xef\xbb\xbf"
"""What systems add before the first segment and after the last one: whitespace, end-of-file marks, a BOM."""

_WITHOUT_LEASE = 10
"""The factor for the quiet period if open writers cannot be detected."""


class Signature(NamedTuple):
    """The properties that change when a file does."""

    device: int
    inode: int
    size: int
    modified: int
    changed: int

    @classmethod
    def of(cls, status: os.stat_result) -> Signature:
        """Return the signature of a stat result; times in nanoseconds."""
        return cls(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


class Candidate(NamedTuple):
    """A complete file in ``in/``."""

    name: str
    signature: Signature

    @property
    def arrival(self) -> tuple[int, str]:
        """The sort key: the order of arrival."""
        return self.signature.modified, self.name


class Writers(Enum):
    """Whether a process has a file open for writing."""

    NONE = "none"
    SOME = "some"
    UNKNOWN = "unknown"


@dataclass(slots=True)
class _Watched:
    signature: Signature
    since: float


@dataclass(slots=True)
class Arrivals:
    """The state of ``in/``. Times are seconds of ``clock``, which must only go forward (see `uptime`).

    ``quiet`` is how long a file must stay unchanged, ``truncated_after`` how long to wait for the end of a
    file without one.
    """

    inbox: Path
    clock: Callable[[], float]
    quiet: float
    truncated_after: float
    skipped: Counter[str] = field(default_factory=Counter)
    """Of the last look: the number of entries left alone, by reason."""
    waiting: int = 0
    """Of the last look: the number of regular files that are not complete yet."""
    unasked: set[str] = field(default_factory=set)
    """Of the last look: files that must stay unchanged for `longer_quiet`, as their writers are unknown."""
    _watched: dict[str, _Watched] = field(default_factory=dict)

    @property
    def longer_quiet(self) -> float:
        """How long a file must stay unchanged if open writers cannot be detected."""
        return self.quiet * _WITHOUT_LEASE

    def look(self) -> list[Candidate]:
        """Return all files that have been quiet long enough, in order of arrival."""
        now = self.clock()
        seen: dict[str, _Watched] = {}
        skipped: Counter[str] = Counter()
        ready = []
        self.waiting = 0
        with os.scandir(self.inbox) as entries:
            for entry in entries:
                try:
                    status = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue
                if why := reason_to_skip(entry.name, status):
                    skipped[why] += 1
                    continue
                signature = Signature.of(status)
                known = self._watched.get(entry.name)
                if known is None or known.signature != signature:
                    known = _Watched(signature, now)
                seen[entry.name] = known
                self.waiting += 1
                if now - known.since >= self.quiet:
                    ready.append(Candidate(entry.name, signature))
        self._watched = seen
        self.skipped = skipped
        self.unasked = set()
        return sorted(ready, key=lambda candidate: candidate.arrival)

    def is_whole(self, candidate: Candidate) -> bool:
        """Return True if a quiet file has its end and no writer; checked right before it is taken."""
        known = self._watched.get(candidate.name)
        if known is None or known.signature != candidate.signature:
            return False
        try:
            handle = os.open(self.inbox / candidate.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError:
            return False
        except OSError:
            self.skipped[UNREADABLE] += 1
            return False
        try:
            quiet_for = self.clock() - known.since
            return Signature.of(os.fstat(handle)) == candidate.signature and self._is_done(
                handle, candidate.name, quiet_for
            )
        finally:
            os.close(handle)

    def _is_done(self, handle: int, name: str, quiet_for: float) -> bool:
        writers = writers_of(handle)
        if writers is Writers.SOME:
            return False
        if writers is Writers.UNKNOWN and quiet_for < self.longer_quiet:
            self.unasked.add(name)
            return False
        return quiet_for >= self.truncated_after or ends_whole(handle, os.fstat(handle).st_size)

    def remember(self, path: Path) -> None:
        """Save what was seen for the next run: cron's runs are too short to wait for the end of a file."""
        record = {name: [*seen.signature, seen.since] for name, seen in self._watched.items()}
        if record or path.exists():
            write_whole(path, json.dumps({"boot": _boot(), "seen": record}).encode("ascii"))

    def recall(self, path: Path) -> None:
        """Load what an earlier run saw. What was seen before the machine started counts as long ago."""
        try:
            record = json.loads(path.read_bytes())
            same_boot = record["boot"] == _boot()
            self._watched = {
                name: _Watched(Signature(*signature), float(since) if same_boot else -self.truncated_after)
                for name, (*signature, since) in record["seen"].items()
            }
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            self._watched = {}  # then waiting starts over


def uptime() -> float:
    """Return the seconds since the machine started, including sleep; clock changes do not affect it."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def _boot() -> str:
    """Return an ID that differs after each start of the machine."""
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def reason_to_skip(name: str, status: os.stat_result) -> str:
    """Return why an entry of ``in/`` is left alone, or an empty string."""
    if name.startswith(".") or name.lower().endswith(PARTIAL):
        return "unfinished file name"
    if stat.S_ISLNK(status.st_mode):
        return "symbolic link"
    if not stat.S_ISREG(status.st_mode):
        return "folder" if stat.S_ISDIR(status.st_mode) else "not a regular file"
    if status.st_nlink != 1:
        return "hard link"
    return ""


def writers_of(handle: int) -> Writers:
    """Check for writers with a read lease, which the kernel refuses while the file is open for writing.

    Only the file's owner (or root) may request one.
    """
    try:
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except BlockingIOError:
        return Writers.SOME
    except (OSError, AttributeError):
        return Writers.UNKNOWN
    with suppress(OSError):
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return Writers.NONE


def ends_whole(handle: int, size: int) -> bool:
    """Return True if the file ends with a terminated IEA segment, or is not X12, so no end will come."""
    head = os.pread(handle, LONGEST_ISA, 0)
    start = head.lstrip(PADDING)
    if not start:
        return False  # nothing yet
    delimiters = find_delimiters(start)
    if delimiters is None:
        # A beginning this short may still become an ISA segment.
        return not (len(start) < LONGEST_ISA and b"ISA".startswith(start[:3]))
    tail = os.pread(handle, _TAIL, max(0, size - _TAIL))
    *segments, rest = tail.split(delimiters.terminator)
    if rest.strip(PADDING):
        return False
    last = next((segment.strip(PADDING) for segment in segments[::-1] if segment.strip(PADDING)), b"")
    return last.startswith(b"IEA" + delimiters.element)
