"""Checks that a file system can keep the promises of the watch."""

from __future__ import annotations

import os
from pathlib import Path

from scrubber.errors import SpoolError
from scrubber.spool.layout import Spool

_REMOTE = (
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "lustre", "glusterfs", "ncpfs",
)  # fmt: skip
_WITHOUT_MODES = ("vfat", "msdos", "exfat", "ntfs", "ntfs3", "fuseblk", "hfs", "hfsplus")
_FORGETFUL = ("tmpfs", "ramfs")


def refuse_unfit(spool: Spool) -> None:
    """Raise SpoolError, with the reason in a sentence, if the promises cannot be kept."""
    kind = kind_of(spool.root)
    if kind in _REMOTE or kind.startswith("fuse."):
        raise SpoolError(
            f"{spool.root}: this is a {kind} file system; locks and renames are safe only on a local one"
        )
    if kind in _WITHOUT_MODES:
        raise SpoolError(f"{spool.root}: {kind} has no file owners and modes; patient data requires them")
    device = spool.root.stat().st_dev
    for folder in spool.folders():
        if folder.is_symlink() or folder.stat().st_dev != device:
            raise SpoolError(
                f"{folder}: all spool folders must be on one file system, and none a symbolic link:"
                " files are moved by renaming"
            )


def is_forgetful(spool: Spool) -> bool:
    """Return True if the spool is in memory and is lost when the machine stops."""
    return kind_of(spool.root) in _FORGETFUL


def kind_of(path: Path) -> str:
    """Return the type of a path's file system (``ext4``), as the kernel names it; empty if unknown."""
    real = os.path.realpath(path)
    best, kind = "", ""
    try:
        mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        point = _unescaped(before.split(" ")[4])
        inside = real == point or real.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):  # a later mount covers an earlier one
            best, kind = point, after.split(" ", 1)[0]
    return kind


def _unescaped(text: str) -> str:
    """Decode a mount point, in which the kernel writes spaces and the like as octal numbers."""
    for code in ("040", "011", "012", "134"):
        text = text.replace("\\" + code, chr(int(code, 8)))
    return text
