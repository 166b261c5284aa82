"""Whatever senders do in ``in/``: their own file is blamed, the others go on, and nothing else is touched.

The watch runs under an account of its own here, without the privileges of root; senders have other accounts.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from unittest.mock import patch

import pytest

from scrubber.spool import durable
from scrubber.spool.jobs.failing import retry
from scrubber.spool.layout import Spool, retry_name, retry_part
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.settings import Settings
from tests.promises.driver import AT_ONCE, FINE, HELD, fork, run_once, watch
from tests.promises.samples import assert_settled, drop, light, samples
from tests.promises.scale import measured

pytestmark = pytest.mark.promises

THEIRS = 61838
"""An account that needs no entry in any file."""


def without_privileges() -> None:
    """Give up all capabilities of root: what remains is an account like any other, which owns its files."""
    header, none = struct.pack("Ii", 0x20080522, 0), bytes(24)
    assert ctypes.CDLL(None, use_errno=True).capset(header, none) == 0


def as_sender(area: Path, account: int, run: Callable[[], int]) -> int:
    """How ``run`` ends in a process of this account, which is in the group of the spool."""

    def begin() -> int:
        os.setgroups([os.getgid()])
        os.setgid(account)
        os.setuid(account)
        return run()

    return fork(begin, area / "sender").wait()


@pytest.fixture
def shared(area: Path, spool: Spool, root: None) -> Spool:  # noqa: ARG001 - other accounts need it
    """A spool whose ``in/`` senders reach."""
    area.chmod(0o711)
    return spool


def send(spool: Spool, area: Path, files: dict[str, bytes]) -> None:
    """Drop files as another account of the group: 0640, so that the scrubber can read them and not write."""

    def begin() -> int:
        os.umask(0o027)
        drop(spool, files)
        return FINE

    assert as_sender(area, THEIRS, begin) == FINE


def settle(spool: Spool, area: Path, settings: Settings = AT_ONCE) -> int:
    """How one run of a watch without privileges ends."""

    def begin() -> int:
        without_privileges()
        return watch(spool.root, light, settings)

    return fork(begin, area / "log").wait()


@pytest.fixture
def written_after_intake() -> Iterator[list[str]]:
    """A sender writes to the files of these names after they were taken, once for each time in the list."""
    names: list[str] = []
    copied = durable.copy_hashed

    def copy_hashed(source: object, target: Path) -> tuple[str, int]:
        done = copied(source, target)  # type: ignore[arg-type]
        job = target.parent.parent
        for name in names:
            if name.encode() in (job / "claim.json").read_bytes():
                return "0" * 64, done[1]  # as if the bytes were others when they were read again
        return done

    with patch("scrubber.spool.jobs.intake.copy_hashed", copy_hashed):
        yield names


def test_a_file_of_another_account_that_changes_goes_back_and_the_others_are_done(
    area: Path, shared: Spool, written_after_intake: list[str]
) -> None:
    """It cannot be linked, as it may not be written to: it goes back under a name that nobody has."""
    files = samples(20)
    late = "claims-000007.837"
    written_after_intake.append(late)
    send(shared, area, files)
    assert settle(shared, area) == HELD
    (back,) = shared.inbox.iterdir()
    assert back.name.endswith(f"_{late}")
    assert back.read_bytes() == files[late]
    assert list(shared.work.iterdir()) == []
    written_after_intake.clear()
    settle(shared, area)
    assert_settled(shared, files.values())
    measured(
        "another account's file, written to after intake: goes back, the other 19 are done, later it, too"
    )


def test_a_file_that_cannot_be_moved_stays_and_the_others_are_done(area: Path, shared: Spool) -> None:
    """An administrator has made it immutable; or ``in/`` is sticky and belongs to someone else."""
    files = samples(5)
    drop(shared, files)
    stubborn = "claims-000002.837"
    renamed = Path.rename

    def rename(path: Path, target: Path) -> Path:
        if path.name == stubborn:
            raise PermissionError
        return renamed(path, target)

    with patch.object(Path, "rename", rename):
        settle(shared, area)
    assert [path.name for path in shared.inbox.iterdir()] == [stubborn]
    assert list(shared.work.iterdir()) == []
    settle(shared, area)
    assert_settled(shared, files.values())


def test_one_run_waits_out_the_longer_quiet_period(area: Path, shared: Spool) -> None:
    """Nobody but the owner of a file learns who writes to it: a run for cron takes it all the same."""
    files = samples(5)
    send(shared, area, files)
    settle(shared, area, Settings(quiet=0.01, pauses=()))
    assert_settled(shared, files.values())
    measured("five files of another account, without CAP_LEASE: all taken by one run for cron")


def failed_job(area: Path, spool: Spool) -> str:
    def fails(*_: object) -> int:
        raise ValueError

    drop(spool, samples(1))
    run_once(spool.root, fails, area / "log")  # type: ignore[arg-type]
    (folder,) = spool.failed.iterdir()
    return folder.name


def retry_in(spool: Spool, job: str) -> None:
    ledger = Ledger.writing(spool.ledger)
    try:
        retry(spool, job, ledger)
    finally:
        ledger.close()


@pytest.mark.parametrize("victim", ["state/ledger.db", "state/lock", "nowhere"])
def test_a_retry_follows_no_link_of_a_sender(area: Path, spool: Spool, victim: str) -> None:
    """Every name that a retry could write under is taken by a link to a file of the service."""
    job = failed_job(area, spool)
    target = spool.root / victim
    before = target.read_bytes() if target.exists() else None
    names = [f".{job}.part", f"{job}.part", retry_part(job), f".{retry_name(job, 'claims-000001.837')}.part"]
    for name in names:
        (spool.inbox / name).symlink_to(target)
    retry_in(spool, job)
    if victim != "state/ledger.db":  # it has a new entry
        assert (target.read_bytes() if target.exists() else None) == before
    for name in names:
        (spool.inbox / name).unlink()
    assert run_once(spool.root, light, area / "log") == FINE
    assert_settled(spool, samples(1).values())


def test_a_retry_replaces_nothing(area: Path, spool: Spool) -> None:
    """Its own name is taken: by a link to the ledger. The failed job stays, whole."""
    job = failed_job(area, spool)
    before = spool.ledger.read_bytes()
    taken = spool.inbox / retry_name(job, "claims-000001.837")
    taken.symlink_to(spool.ledger)
    with pytest.raises(Exception, match="already in in/"):
        retry_in(spool, job)
    assert spool.ledger.read_bytes() == before
    assert taken.is_symlink()
    assert (spool.failed / job / "input").read_bytes() == samples(1)["claims-000001.837"]
    assert list(spool.work.iterdir()) == []


def test_no_sender_can_touch_the_file_of_another(area: Path, shared: Spool) -> None:
    """``in/`` is sticky; what is in it belongs to its group."""
    send(shared, area, samples(1))
    (path,) = shared.inbox.iterdir()
    assert stat.S_IMODE(shared.inbox.stat().st_mode) == 0o3770
    assert path.stat().st_gid == os.getgid()

    def steal(act: Callable[[], object]) -> int:
        try:
            act()
        except PermissionError:
            return FINE
        return 1

    for act in (
        path.unlink,
        partial(path.rename, path.with_name("mine.837")),
        partial(path.write_bytes, b""),
    ):
        assert as_sender(area, THEIRS + 1, partial(steal, act)) == FINE
