"""File systems in image files and in memory, mounted for a test. Only root can."""

from __future__ import annotations

import fcntl
import os
import shutil
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

_SHUTDOWN, _WITHOUT_LOG = 0x8004587D, 2  # EXT4_IOC_SHUTDOWN, EXT4_GOING_FLAGS_NOLOGFLUSH
_MOST_TRIES = 1000


@dataclass(frozen=True, slots=True)
class Disk:
    """An ext4 file system in an image file, mounted at ``point``."""

    image: Path
    point: Path

    def mount(self) -> None:
        """Mount it; what its journal holds is brought in."""
        subprocess.run(["mount", "-o", "loop", self.image, self.point], check=True, capture_output=True)

    def unmount(self) -> None:
        """Unmount it, as soon as the last of the killed processes is gone."""
        for _ in range(_MOST_TRIES):
            if subprocess.run(["umount", self.point], check=False, capture_output=True).returncode == 0:
                return
        raise AssertionError("the disk stays busy")

    def cut(self) -> None:
        """Take the power away: what was not flushed is gone, and nothing can be written any more."""
        with suppress(OSError):
            handle = os.open(self.point, os.O_RDONLY)
            try:
                fcntl.ioctl(handle, _SHUTDOWN, struct.pack("I", _WITHOUT_LOG))
            finally:
                os.close(handle)


@contextmanager
def ext4(folder: Path) -> Iterator[Disk]:
    """A new one, or a reason to skip."""
    if shutil.which("mkfs.ext4") is None:
        pytest.skip("mkfs.ext4 is not installed")
    made = Disk(folder / "image", folder / "disk")
    with made.image.open("wb") as stream:
        stream.truncate(64 << 20)
    subprocess.run(["mkfs.ext4", "-q", "-F", made.image], check=True)
    made.point.mkdir()
    try:
        made.mount()
    except subprocess.CalledProcessError:
        pytest.skip("no loop device can be mounted here")
    try:
        yield made
    finally:
        subprocess.run(["umount", "-l", made.point], check=False, capture_output=True)


@contextmanager
def small_disk(point: Path) -> Iterator[Path]:
    """A file system in memory of one megabyte, or a reason to skip."""
    point.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(point)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        yield point
    finally:
        subprocess.run(["umount", "-l", point], check=True)
