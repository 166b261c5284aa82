"""Whether a file system can keep what the watch promises."""

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
    """Raise SpoolError, with the reason in a sentence, where the promises would fail."""
    kind = kind_of(spool.root)
    if kind in _REMOTE or kind.startswith("fuse."):
        raise SpoolError(
            f"{spool.root}: this is a {kind} file system; locks and renames are only safe on a local one"
        )
    if kind in _WITHOUT_MODES:
        raise SpoolError(f"{spool.root}: {kind} keeps no owners and modes; patient data needs them")
    device = spool.root.stat().st_dev
    for folder in spool.folders():
        if folder.is_symlink() or folder.stat().st_dev != device:
            raise SpoolError(
                f"{folder}: all folders of a spool must be on one file system, and none a symbolic link:"
                " a file is handed on by renaming it"
            )
    for folder in spool.folders()[1:]:
        if folder.stat().st_mode & 0o077:
            raise SpoolError(f"{folder}: others can look in; patient data needs mode 0700")


def is_forgetful(spool: Spool) -> bool:
    """Whether the spool lies in memory and ends with the machine."""
    return kind_of(spool.root) in _FORGETFUL


def kind_of(path: Path) -> str:
    """The type of the file system that holds a path (``ext4``), as the kernel calls it; empty if unknown."""
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
    """The kernel writes blanks and such of a mount point as octal numbers."""
    for code in ("040", "011", "012", "134"):
        text = text.replace("\\" + code, chr(int(code, 8)))
    return text
