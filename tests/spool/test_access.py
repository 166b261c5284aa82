"""Modes and groups of a spool's folders: made and kept by the watch."""

from __future__ import annotations

import grp
import os
import stat
from pathlib import Path

import pytest

from scrubber.errors import SpoolBusyError, SpoolError
from scrubber.spool.access import Access, admit, enforce, require_own
from scrubber.spool.layout import Spool
from scrubber.spool.lock import owned
from tests.support.spool import batch, drop, files_of, make_spool, run_once

GROUP = os.getegid()
"""The one group that any account may give its files to."""


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return make_spool(tmp_path)


def shared(spool: Spool) -> Spool:
    return Spool(spool.root, Access(GROUP, GROUP, GROUP))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def worked(spool: Spool) -> Spool:
    drop(spool, "a.837", batch(1))
    drop(spool, "b.837", batch(2, held=True))
    run_once(spool)
    return spool


@pytest.mark.parametrize("name", ["in", "work", "out", "held", "reports", "archive", "failed", "state"])
@pytest.mark.parametrize("wrong", [0o777, 0o000 | 0o700 | 0o055])
def test_a_folder_that_others_can_look_into_is_closed_again(
    spool: Spool, name: str, wrong: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """A chmod stops no watch; the log says what was set."""
    before = mode(spool.root / name)
    (spool.root / name).chmod(wrong)
    assert run_once(worked(spool)).files == 0
    assert mode(spool.root / name) == before
    assert f"{name}/" in capsys.readouterr().out


def test_roles_open_what_is_theirs(spool: Spool) -> None:
    """Folders for their groups, files to be read only; everything else stays closed."""
    spool = worked(shared(spool))
    (day,) = [path for path in spool.reports.iterdir() if path.is_dir()]
    folders = [spool.reports, day, *(path for path in day.iterdir() if path.is_dir())]
    assert {mode(path) for path in folders} == {0o750}
    assert [mode(folder) for folder in (spool.inbox, spool.out, spool.held)] == [0o3770, 0o770, 0o770]
    assert mode(spool.root) == 0o711
    files = [path for folder in (spool.out, spool.held, spool.reports) for path in files_of(folder)]
    assert {path.suffix for path in files} >= {".837", ".json", ".csv", ".html"}
    assert {mode(path) for path in files} == {0o640}
    closed = (spool.work, spool.archive, spool.failed, spool.state)
    assert {mode(folder) for folder in closed} == {0o700}
    assert {mode(path) for folder in closed for path in files_of(folder)} == {0o600}


def test_roles_reach_what_was_there_before_and_lose_it_again(spool: Spool) -> None:
    """When the configuration changes, so do the files that are there, the folder last."""
    worked(spool)
    files = [path for folder in (spool.out, spool.held, spool.reports) for path in files_of(folder)]
    assert {mode(path) for path in files} == {0o600}
    run_once(shared(spool))
    assert {mode(path) for path in files} == {0o640}
    run_once(spool)
    assert {mode(path) for path in files} == {0o600}
    assert {mode(folder) for folder in (spool.out, spool.held, spool.reports)} == {0o700}


def test_a_run_that_does_not_own_the_spool_changes_nothing(spool: Spool) -> None:
    """It may have another configuration, or none."""
    run_once(shared(spool))
    with owned(spool), pytest.raises(SpoolBusyError):
        run_once(spool)
    assert mode(spool.held) == 0o770


def test_what_others_put_there_is_not_followed(spool: Spool, tmp_path: Path) -> None:
    """A member of a group leaves links, pipes and folders; their targets keep their modes."""
    target = tmp_path / "target"
    target.write_bytes(b"")
    target.chmod(0o600)
    (spool.held / "link").symlink_to(target)
    (spool.held / "folder").symlink_to(tmp_path)
    os.mkfifo(spool.held / "pipe")
    before = mode(tmp_path)
    run_once(shared(spool))
    assert (mode(target), mode(tmp_path)) == (0o600, before)


def test_an_unknown_group_is_refused_with_the_command(spool: Spool) -> None:
    with pytest.raises(SpoolError, match="`groupadd --system no-such-group`"):
        Access.of({"billers": "no-such-group"})
    name = grp.getgrgid(GROUP).gr_name
    assert Access.of({"senders": name, "billers": name}) == Access(GROUP, GROUP, None)
    assert list(enforce(spool.root, spool.rules(), shared=False)) == []


def test_a_group_that_the_account_is_not_in_is_refused_with_the_command(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 61837)
    monkeypatch.setattr(os, "getegid", lambda: 61837)
    monkeypatch.setattr(os, "getgroups", list)
    with pytest.raises(
        SpoolError, match=r"the account 61837 is not in the group .*: `usermod --append --groups "
    ):
        Access.of({"uploader": grp.getgrgid(GROUP).gr_name})


def test_a_spool_of_another_account_is_refused(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root that looks after things by hand would leave files that the service cannot use."""
    monkeypatch.setattr(os, "geteuid", lambda: 61837)
    with pytest.raises(SpoolError, match=r"belongs to .*, and this runs as the account 61837: run it as "):
        require_own(spool.state)


def test_a_mode_that_cannot_be_set_is_told_with_the_command(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service may forbid the set-group-ID bit, or the account is not in the folder's group."""
    spool.inbox.chmod(0o2770)

    def forbidden(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "chmod", forbidden)
    with pytest.raises(SpoolError, match="its mode cannot be set: `chmod 3770 "):
        list(enforce(spool.root, spool.rules(), shared=False))


def test_admitting_what_is_gone_does_nothing(tmp_path: Path) -> None:
    """An uploader may have been quicker."""
    admit(tmp_path / "gone", GROUP)
