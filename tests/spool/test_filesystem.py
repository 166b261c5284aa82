"""Where a spool may lie, who owns it, and what its folders must be."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from scrubber.errors import SpoolBusyError, SpoolError
from scrubber.spool.filesystem import is_forgetful, kind_of, refuse_unfit
from scrubber.spool.layout import Spool
from scrubber.spool.lock import owned
from tests.support.spool import batch, drop, make_spool, originals, run_once

MOUNTS = """\
1 0 8:1 / / rw - ext4 /dev/sda1 rw
2 1 0:5 / {root} rw shared:1 - {kind} server rw
3 1 0:6 / /somewhere/else rw - tmpfs tmpfs rw
"""


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return make_spool(tmp_path)


def mounted(monkeypatch: pytest.MonkeyPatch, spool: Spool, kind: str, root: Path | None = None) -> None:
    """Make the kernel's list of mounts say that the spool lies on a file system of this kind."""
    point = str(root or spool.root).replace("\\", "\\134").replace(" ", "\\040")
    text = MOUNTS.format(root=point, kind=kind)
    monkeypatch.setattr(Path, "read_text", lambda _path, **_options: text)


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "ceph"])
def test_a_network_file_system_is_refused(spool: Spool, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """Its locks and renames do not hold what is promised."""
    mounted(monkeypatch, spool, kind)
    with pytest.raises(SpoolError, match=f"a {kind} file system"):
        refuse_unfit(spool)


@pytest.mark.parametrize("kind", ["vfat", "exfat", "ntfs3", "fuseblk"])
def test_a_file_system_without_modes_is_refused(
    spool: Spool, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Nobody could be kept out."""
    mounted(monkeypatch, spool, kind)
    with pytest.raises(SpoolError, match="has no file owners and modes"):
        refuse_unfit(spool)


@pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "zfs"])
def test_a_local_file_system_will_do(spool: Spool, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """What the system itself lies on."""
    mounted(monkeypatch, spool, kind)
    refuse_unfit(spool)
    assert not is_forgetful(spool)


def test_a_spool_in_memory_is_told(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power cut takes all of it; for a trial it will do."""
    mounted(monkeypatch, spool, "tmpfs")
    refuse_unfit(spool)
    assert is_forgetful(spool)


def test_the_mount_that_is_nearest_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names with blanks, neighbours with a longer name, and a later mount over an earlier one."""
    spool = make_spool(tmp_path / "a b")
    mounted(monkeypatch, spool, "nfs", tmp_path / "a b")
    assert kind_of(spool.root) == "nfs"
    assert kind_of(tmp_path / "a bc") == "ext4"


def test_a_folder_elsewhere_is_refused(spool: Spool, tmp_path: Path) -> None:
    """A file cannot be renamed to another file system, and a link could lead anywhere."""
    spool.out.rmdir()
    (tmp_path / "out").mkdir(mode=0o700)
    spool.out.symlink_to(tmp_path / "out")
    with pytest.raises(SpoolError, match="none a symbolic link"):
        run_once(spool)


def test_folders_that_are_there_keep_their_owner_and_mode(spool: Spool) -> None:
    """An administrator may have given ``in/`` to a group."""
    spool.inbox.chmod(0o2730)
    spool.create()
    assert spool.inbox.stat().st_mode & 0o7777 == 0o2730


def test_there_is_one_owner_at_a_time(spool: Spool) -> None:
    """The other one is told at once; afterwards the way is free."""
    with owned(spool), pytest.raises(SpoolBusyError), owned(spool):
        raise AssertionError("two owners")
    with owned(spool):
        pass


def test_the_lock_ends_with_the_process(spool: Spool) -> None:
    """However it dies: a file that is left behind keeps nobody out."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        with owned(spool):
            os.write(writing, b"x")
            signal_never_comes = os.pipe()
            os.read(signal_never_comes[0], 1)
    os.read(reading, 1)
    with pytest.raises(SpoolBusyError), owned(spool):
        pass
    os.kill(child, 9)
    os.waitpid(child, 0)
    assert (spool.state / "lock").exists()
    drop(spool, "a.837", batch(1))
    assert run_once(spool).clean == 1
    assert originals(spool) == [batch(1)]


def test_the_lock_is_that_of_the_kernel(spool: Spool) -> None:
    """Any program can take it: ``flock state/lock``."""
    (spool.state / "lock").touch(0o600)
    with (spool.state / "lock").open("rb") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        with pytest.raises(SpoolBusyError):
            run_once(spool)
