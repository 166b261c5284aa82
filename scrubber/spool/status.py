"""The current state of a spool."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from scrubber.spool.jobs.arrivals import UNREADABLE, reason_to_skip
from scrubber.spool.jobs.failing import failure_of
from scrubber.spool.jobs.job_files import Failure
from scrubber.spool.layout import Spool, is_job_id
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.ledger.summary import SummaryRow, added, days_of

_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC).timestamp()
_LATEST = datetime(9999, 12, 31, tzinfo=UTC).timestamp()


@dataclass(frozen=True, slots=True)
class SpoolStatus:
    """Counts of files; ``oldest`` is when the file that waits longest was last written, in UTC."""

    is_owned: bool
    waiting: int
    oldest: str
    working: int
    out: int
    held: int
    skipped: Mapping[str, int]
    failed: tuple[Failure, ...]
    today: SummaryRow


def status_of(spool: Spool, ledger: Ledger, today: date) -> SpoolStatus:
    """Return the status, looking at every folder once."""
    skipped: Counter[str] = Counter()
    arrivals = []
    for path in spool.inbox.iterdir():
        try:
            status = path.lstat()
        except FileNotFoundError:
            continue
        why = reason_to_skip(path.name, status)
        if why or not os.access(path, os.R_OK):
            skipped[why or UNREADABLE] += 1
        else:
            arrivals.append(status.st_mtime)
    return SpoolStatus(
        is_owned=_is_owned(spool),
        waiting=len(arrivals),
        oldest=_time(min(arrivals)) if arrivals else "",
        working=sum(is_job_id(path.name) for path in spool.work.iterdir()),
        out=_count(spool.out),
        held=_count(spool.held),
        skipped=skipped,
        failed=tuple(failure_of(folder) for folder in sorted(spool.failed.iterdir())),
        today=added(days_of(ledger, today, today)),
    )


def _time(seconds: float) -> str:
    """Return a file's time in UTC; a sender may set any, and a calendar ends."""
    within = max(_EARLIEST, min(_LATEST, seconds))
    return datetime.fromtimestamp(within, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _count(folder: Path) -> int:
    return sum(1 for _ in folder.iterdir())


def _is_owned(spool: Spool) -> bool:
    """Check the kernel's list of locks: trying the lock would interfere with a watch that is starting."""
    try:
        inode = (spool.state / "lock").stat().st_ino
        locks = Path("/proc/locks").read_text(encoding="ascii")
    except OSError:
        return False
    return any("FLOCK" in line and f":{inode} " in line for line in locks.splitlines())
