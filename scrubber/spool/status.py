"""How a spool stands right now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from scrubber.spool.arrivals import left_alone
from scrubber.spool.layout import Spool, is_job_id
from scrubber.spool.ledger import Ledger
from scrubber.spool.records import WHY, Failure
from scrubber.spool.summary import Part, summarise


@dataclass(frozen=True, slots=True)
class Status:
    """Counts of files; ``oldest`` is when the file that waits longest was last written, in UTC."""

    is_owned: bool
    waiting: int
    oldest: str
    working: int
    out: int
    held: int
    skipped: Mapping[str, int]
    failed: tuple[Failure, ...]
    today: Part


def status_of(spool: Spool, ledger: Ledger, today: date) -> Status:
    """Look at every folder once."""
    skipped: Counter[str] = Counter()
    arrivals = []
    for path in spool.inbox.iterdir():
        try:
            status = path.lstat()
        except FileNotFoundError:
            continue
        if why := left_alone(path.name, status):
            skipped[why] += 1
        else:
            arrivals.append(status.st_mtime)
    oldest = datetime.fromtimestamp(min(arrivals), UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if arrivals else ""
    return Status(
        is_owned=_is_owned(spool),
        waiting=len(arrivals),
        oldest=oldest,
        working=sum(is_job_id(path.name) for path in spool.work.iterdir()),
        out=_count(spool.out),
        held=_count(spool.held),
        skipped=skipped,
        failed=tuple(_failures(spool)),
        today=summarise(ledger, today, today).whole,
    )


def _count(folder: Path) -> int:
    return sum(1 for _ in folder.iterdir())


def _failures(spool: Spool) -> list[Failure]:
    found = []
    for folder in sorted(spool.failed.iterdir()):
        if folder.name.endswith("_late"):
            found.append(
                Failure(folder.name.removesuffix("_late"), "", "bytes were written after it was taken")
            )
            continue
        try:
            found.append(Failure.from_json((folder / WHY).read_bytes()))
        except (OSError, ValueError):
            found.append(Failure(folder.name, "", "it is not known why"))
    return found


def _is_owned(spool: Spool) -> bool:
    """Ask the kernel's list: trying the lock would be in the way of a watch that starts right now."""
    try:
        inode = (spool.state / "lock").stat().st_ino
        locks = Path("/proc/locks").read_text(encoding="ascii")
    except OSError:
        return False
    return any("FLOCK" in line and f":{inode} " in line for line in locks.splitlines())
