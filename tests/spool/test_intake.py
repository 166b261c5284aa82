"""Taking a file out of ``in/``: what happens to it meanwhile, and bytes that come late."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import BinaryIO

import pytest

from scrubber.spool.jobs.arrivals import Arrivals, Candidate, Signature
from scrubber.spool.jobs.intake import Job, accept_file, copy, give_back
from scrubber.spool.jobs.recover import recover
from scrubber.spool.layout import Spool
from scrubber.spool.work.foreman import TroubleError
from tests.support.spool import (
    after,
    batch,
    decisions,
    drop,
    files_of,
    in_ledger,
    light,
    make_spool,
    now,
    originals,
    run_once,
)  # fmt: skip

RAW = batch(1)


def seen(spool: Spool, name: str, raw: bytes = RAW) -> Candidate:
    """A file in ``in/`` as the last look found it."""
    return Candidate(name, Signature.of(drop(spool, name, raw).lstat()))


def taken(spool: Spool, name: str = "a.837") -> Job:
    job = accept_file(spool, seen(spool, name), now())
    assert job
    return job


class Unsettled:
    """Nothing is to be settled here."""

    def hand_on(self, *_: object) -> None:
        raise AssertionError

    give_up = hand_on


def test_a_taken_file_is_the_senders_own_renamed(tmp_path: Path) -> None:
    """The same inode: nothing was copied that could be cut short."""
    spool = make_spool(tmp_path)
    found = seen(spool, "a.837")
    job = accept_file(spool, found, now())
    assert job
    assert job.input.stat().st_ino == found.signature.inode
    assert list(spool.inbox.iterdir()) == []


def test_a_file_that_went_away_makes_no_job(tmp_path: Path) -> None:
    """Its sender took it back between the look and the rename."""
    spool = make_spool(tmp_path)
    found = seen(spool, "a.837")
    (spool.inbox / "a.837").unlink()
    assert accept_file(spool, found, now()) is None
    assert list(spool.work.iterdir()) == []


def _other_file(path: Path) -> None:
    path.write_bytes(b"another, longer or shorter")


def _folder(path: Path) -> None:
    path.mkdir()
    (path / "inside").write_bytes(RAW)


def _link(path: Path) -> None:
    path.symlink_to("/etc/hostname")


REPLACEMENTS = {"another file": _other_file, "a folder": _folder, "a link": _link, "a pipe": os.mkfifo}


@pytest.mark.parametrize("make", REPLACEMENTS.values(), ids=REPLACEMENTS)
def test_what_was_put_in_its_place_goes_back(tmp_path: Path, make: object) -> None:
    """Replaced between the look and the rename: what was not seen quiet is not worked on."""
    assert callable(make)
    spool = make_spool(tmp_path)
    found = seen(spool, "a.837")
    (spool.inbox / "a.837").unlink()
    make(spool.inbox / "a.837")
    before = (spool.inbox / "a.837").lstat()
    assert accept_file(spool, found, now()) is None
    (back,) = spool.inbox.iterdir()
    assert os.path.samestat(back.lstat(), before)
    assert list(spool.work.iterdir()) == []


@pytest.mark.parametrize("make", REPLACEMENTS.values(), ids=REPLACEMENTS)
def test_a_death_right_after_such_a_rename_stops_nobody(tmp_path: Path, make: object) -> None:
    """The next run finds it as a job's input: a plain file is worked on, anything else goes back."""
    assert callable(make)
    spool = make_spool(tmp_path)
    job = taken(spool)
    job.input.unlink()
    make(job.input)
    before = job.input.lstat()
    run_once(spool)
    found = [*spool.inbox.iterdir(), *spool.archive.rglob("original.837")]
    assert len(found) == 1
    assert make is _other_file or os.path.samestat(found[0].lstat(), before)
    assert list(spool.work.iterdir()) == []


def test_giving_back_replaces_nothing(tmp_path: Path) -> None:
    """Where the name is in use again, the file goes back under its job's."""
    spool = make_spool(tmp_path)
    job = taken(spool)
    drop(spool, "a.837", b"the next one")
    give_back(spool, job)
    assert (spool.inbox / "a.837").read_bytes() == b"the next one"
    assert (spool.inbox / f"{job.id}_a.837").read_bytes() == RAW
    assert list(spool.work.iterdir()) == []


def test_a_file_that_changes_while_it_is_copied_goes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its sender still had it open: the next look begins anew with it."""
    spool = make_spool(tmp_path)
    with drop(spool, "a.837", RAW).open("ab") as stream:
        # A sender whom no lease shows, as on other systems.
        monkeypatch.setattr(Arrivals, "is_whole", lambda *_: True)
        monkeypatch.setattr("scrubber.spool.jobs.intake.hash_of", lambda input_: _written(stream, input_))
        totals = run_once(spool)
    assert (totals.files, totals.changed) == (0, 1)
    assert (spool.inbox / "a.837").read_bytes() == RAW + b"late"
    assert originals(spool) == []


def _written(stream: BinaryIO, again: BinaryIO) -> str:
    stream.write(b"late")
    stream.flush()
    return hashlib.sha256(again.read()).hexdigest()


@pytest.mark.parametrize("way", ["open file", "hard link"])
def test_bytes_that_come_after_the_copy_are_kept_and_said(tmp_path: Path, way: str) -> None:
    """What was scrubbed is what the archive has; the late bytes wait in ``failed/``."""
    spool = make_spool(tmp_path)
    drop(spool, "a.837", RAW)
    link = tmp_path / "link"

    def write_late(job: Job) -> None:
        if way == "hard link":
            link.hardlink_to(job.input)
        with (link if way == "hard link" else job.input).open("ab") as stream:
            stream.write(b"late")

    totals = run_once(spool, after(write_late))
    (decision,) = decisions(spool)
    job = decision["taken"]["job"]
    digest = hashlib.sha256(RAW).hexdigest()
    assert originals(spool) == [RAW]
    assert decision["verdict"]["sha256"] == digest
    assert in_ledger(spool, "SELECT sha256 FROM jobs") == [(digest,)]
    assert (spool.failed / f"{job}_late" / "late-bytes.837").read_bytes() == RAW + b"late"
    assert (totals.late, totals.needs_a_person) == (1, True)
    assert in_ledger(spool, "SELECT job FROM audit WHERE event = 'late bytes'") == [(job,)]


def test_late_bytes_are_told_even_by_the_run_after_a_death(tmp_path: Path) -> None:
    """The decision stood, the hand-on had not begun: the run that finishes it counts and says all of it."""
    spool = make_spool(tmp_path)
    drop(spool, "a.837", batch(1, held=True))
    with pytest.MonkeyPatch.context() as patches:
        patches.setattr("scrubber.spool.work.foreman.publish", _die)
        with pytest.raises(OSError, match="dead"):
            run_once(spool)
    (job,) = spool.work.iterdir()
    with (job / "input").open("ab") as stream:
        stream.write(b"late")
    totals = run_once(spool)
    assert (totals.held, totals.late, totals.needs_a_person) == (1, 1, True)
    (day,) = spool.reports.glob("*/summary.csv")
    assert job.name in day.read_text()


def _die(*_: object) -> None:
    raise OSError("dead")


def test_a_second_name_elsewhere_does_not_make_a_job_be_forgotten(tmp_path: Path) -> None:
    """A sender may link a file that was taken; that is no giving back, for it does not stand in ``in/``."""
    spool = make_spool(tmp_path)
    job = taken(spool)
    (tmp_path / "link").hardlink_to(job.input)
    run_once(spool)
    assert originals(spool) == [RAW]


def test_a_death_while_giving_back_leaves_one_file(tmp_path: Path) -> None:
    """It stands in ``in/`` again, and its job had only to be forgotten."""
    spool = make_spool(tmp_path)
    job = taken(spool)
    (spool.inbox / "a.837").hardlink_to(job.input)
    assert recover(spool, Unsettled()) == []
    assert list(spool.work.iterdir()) == []
    assert (spool.inbox / "a.837").stat().st_nlink == 1


def test_a_file_that_somebody_removes_from_a_job_is_kept_as_its_copy(tmp_path: Path) -> None:
    """The copy is all there is: it goes to ``failed/``, where a person sees it, and can be dropped again."""
    spool = make_spool(tmp_path)
    job = copy(taken(spool))
    assert job
    job.input.unlink()
    assert run_once(spool).failed == 1
    assert (spool.failed / job.id / "archive" / "original.837").read_bytes() == RAW


def test_a_full_disk_leaves_the_file_and_says_so(tmp_path: Path) -> None:
    """Nothing is published and nothing is lost; the next run has room and does it."""
    spool = make_spool(tmp_path)
    drop(spool, "a.837", RAW)

    def full(_job: Job) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(TroubleError):
        run_once(spool, after(full))
    assert files_of(spool.out) == []
    assert run_once(spool, light).clean == 1
    assert originals(spool) == [RAW]


def test_what_is_handed_on_is_renamed_and_never_copied(tmp_path: Path) -> None:
    """Else a reader of ``out/`` could see half a file: the very inode that the worker wrote appears there."""
    spool = make_spool(tmp_path)
    drop(spool, "a.837", batch(1))
    drop(spool, "b.837", batch(2, held=True))
    seen_there = tmp_path / "inodes"

    def note(job: Job) -> None:
        paths = (job.original, job.clean, job.held)
        with seen_there.open("a") as stream:
            stream.writelines(f"{path.stat().st_ino}\n" for path in paths if path.exists())

    run_once(spool, after(note))
    handed_on = [*files_of(spool.out), *files_of(spool.held), *spool.archive.rglob("original.837")]
    assert sorted(path.stat().st_ino for path in handed_on) == sorted(
        map(int, seen_there.read_text().split())
    )
