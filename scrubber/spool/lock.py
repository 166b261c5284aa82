"""One owner per spool: daemon, cron and command line take the same lock."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scrubber.errors import SpoolBusyError
from scrubber.spool.layout import Spool


def is_owned(spool: Spool) -> bool:
    """Return True if a process owns the spool, without trying to: a watch that starts must not meet us."""
    try:
        inode = (spool.state / "lock").stat().st_ino
        locks = Path("/proc/locks").read_text(encoding="ascii")
    except OSError:
        return False
    # 1: FLOCK  ADVISORY  WRITE 4711 fe:01:393228 0 EOF; the middle number is that of the inode
    fields = (line.split() for line in locks.splitlines())
    return any(len(found) > 5 and found[5].rpartition(":")[2] == str(inode) for found in fields)


@contextmanager
def owned(spool: Spool) -> Iterator[None]:
    """Own the spool within the context; raise SpoolBusyError at once if another process owns it.

    The lock is the kernel's (flock): it ends with the process, however that dies. Worker processes inherit
    it, so that no one recovers a job to which an orphan may still be writing.
    """
    handle = os.open(spool.state / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SpoolBusyError(f"{spool.root}: another watch is using this spool") from error
        yield
    finally:
        os.close(handle)
