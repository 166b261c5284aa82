"""The current state of a spool."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from scrubber.spool.jobs.arrivals import reason_to_skip
from scrubber.spool.jobs.job_files import WHY, Failure
from scrubber.spool.layout import Spool, is_job_id
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.ledger.summary import SummaryRow, added, days_of


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
        if why := reason_to_skip(path.name, status):
            skipped[why] += 1
        else:
            arrivals.append(status.st_mtime)
    oldest = datetime.fromtimestamp(min(arrivals), UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if arrivals else ""
    return SpoolStatus(
        is_owned=_is_owned(spool),
        waiting=len(arrivals),
        oldest=oldest,
        working=sum(is_job_id(path.name) for path in spool.work.iterdir()),
        out=_count(spool.out),
        held=_count(spool.held),
        skipped=skipped,
        failed=tuple(failure_of(folder) for folder in sorted(spool.failed.iterdir())),
        today=added(days_of(ledger, today, today)),
    )


def _count(folder: Path) -> int:
    return sum(1 for _ in folder.iterdir())


def failure_of(folder: Path) -> Failure:
    """Return the failure in a folder of ``failed/``, in words without anything from a claim."""
    if folder.name.endswith("_late"):
        return Failure(folder.name.removesuffix("_late"), "", "the sender wrote to it after it was taken")
    try:
        return Failure.from_json((folder / WHY).read_bytes())
    except (OSError, ValueError):
        return Failure(folder.name, "", "reason unknown")


def _is_owned(spool: Spool) -> bool:
    """Check the kernel's list of locks: trying the lock would interfere with a watch that is starting."""
    try:
        inode = (spool.state / "lock").stat().st_ino
        locks = Path("/proc/locks").read_text(encoding="ascii")
    except OSError:
        return False
    return any("FLOCK" in line and f":{inode} " in line for line in locks.splitlines())
