"""Which files of ``in/`` are taken for whole, and when."""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scrubber.spool.jobs.arrivals import Arrivals
from scrubber.spool.layout import Spool
from tests.support.spool import CLEAN, drop, make_spool

QUIET, TRUNCATED = 2.0, 900.0
OTHER_TERMINATOR = CLEAN.replace(b"~\n", b"'")
NEWLINE_TERMINATOR = CLEAN.replace(b"~\n", b"\n")
ODD_DELIMITERS = CLEAN.replace(b"*", b"\x1d").replace(b":", b"\x1f").replace(b"~\n", b"\x1c")


@dataclass
class Inbox:
    """A spool's ``in/``, and a clock that the test moves."""

    spool: Spool
    now: float = 1000.0
    arrivals: Arrivals = field(init=False)

    def __post_init__(self) -> None:
        self.arrivals = self.begin()

    def begin(self) -> Arrivals:
        self.arrivals = Arrivals(self.spool.inbox, lambda: self.now, QUIET, TRUNCATED)
        return self.arrivals

    def taken(self, after: float = 0.0) -> list[str]:
        """The names that are whole when the clock has gone on."""
        self.now += after
        return [found.name for found in self.arrivals.look() if self.arrivals.is_whole(found)]

    def taken_at_last(self) -> list[str]:
        """What is taken of new files after the quiet period."""
        self.taken()
        return self.taken(after=QUIET)


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    return Inbox(make_spool(tmp_path))


def test_a_file_is_taken_after_the_quiet_period_and_not_before(inbox: Inbox) -> None:
    """It must be seen unchanged for as long as that."""
    drop(inbox.spool, "a.837", CLEAN)
    assert inbox.taken() == []
    assert inbox.taken(after=QUIET - 0.01) == []
    assert inbox.taken(after=0.01) == ["a.837"]


def _grow(path: Path) -> None:
    status = path.stat()
    path.write_bytes(CLEAN + b"\n")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _touch(path: Path) -> None:
    os.utime(path, ns=(1, 1))


def _replace(path: Path) -> None:
    status = path.stat()
    other = path.with_name(".other")
    other.write_bytes(CLEAN)
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    other.rename(path)


@pytest.mark.parametrize("change", [_grow, _touch, _replace], ids=["size", "time", "inode"])
def test_a_change_begins_the_quiet_period_anew(inbox: Inbox, change: object) -> None:
    """Size, time of modification and inode are each enough."""
    assert callable(change)
    path = drop(inbox.spool, "a.837", CLEAN)
    inbox.taken()
    change(path)
    assert inbox.taken(after=QUIET) == []
    assert inbox.taken(after=QUIET) == ["a.837"]


def test_a_file_that_changes_right_before_it_is_taken_is_left(inbox: Inbox) -> None:
    """What was quiet when the folder was looked at may be written to a moment later."""
    path = drop(inbox.spool, "a.837", CLEAN)
    inbox.taken()
    inbox.now += QUIET
    (found,) = inbox.arrivals.look()
    _touch(path)
    assert not inbox.arrivals.is_whole(found)
    path.unlink()
    assert not inbox.arrivals.is_whole(found)


def test_a_file_that_somebody_has_open_for_writing_is_left(inbox: Inbox) -> None:
    """However long it is quiet and even if it ends as X12 ends."""
    path = drop(inbox.spool, "a.837", CLEAN)
    inbox.taken()
    with path.open("ab"):
        assert inbox.taken(after=TRUNCATED) == []
    assert inbox.taken() == ["a.837"]


def test_a_reader_is_no_writer(inbox: Inbox) -> None:
    """A backup that reads a file keeps nobody waiting."""
    path = drop(inbox.spool, "a.837", CLEAN)
    with path.open("rb"):
        assert inbox.taken_at_last() == ["a.837"]


def test_without_leases_the_quiet_period_is_ten_times_as_long(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nobody can say whether there is a writer, only longer silence speaks for none."""
    monkeypatch.delattr(fcntl, "F_SETLEASE")
    drop(inbox.spool, "a.837", CLEAN)
    inbox.taken()
    assert inbox.taken(after=QUIET * 10 - 0.01) == []
    assert inbox.taken(after=0.01) == ["a.837"]


WHOLE = {
    "plain": CLEAN,
    "without a newline": CLEAN.rstrip(b"\n"),
    "CRLF and Ctrl-Z": CLEAN + b"\r\n\x1a",
    "NULs": CLEAN + b"\0" * 600,
    "a BOM in front": b"\xef\xbb\xbf" + CLEAN,
    "blank lines in front": b"\r\n\r\n" + CLEAN,
    "apostrophes end segments": OTHER_TERMINATOR,
    "newlines end segments": NEWLINE_TERMINATOR,
    "CRLF ends segments": CLEAN.replace(b"~\n", b"\r\n"),
    "odd delimiters": ODD_DELIMITERS,
    "two interchanges": CLEAN + CLEAN,
    "no X12": b"PK\x03\x04" + bytes(500),
    "short and no X12": b"hello",
}


@pytest.mark.parametrize("raw", WHOLE.values(), ids=WHOLE)
def test_whole_files_are_taken_after_the_quiet_period(inbox: Inbox, raw: bytes) -> None:
    """A last IEA with its terminator, whatever blanks follow; and what is no X12, which no end would help."""
    drop(inbox.spool, "a.837", raw)
    assert inbox.taken_at_last() == ["a.837"]


UNFINISHED = {
    "empty": b"",
    "only blanks": b"\r\n \0",
    "IS": b"IS",
    "half an ISA": CLEAN[:50],
    "no IEA": CLEAN[: CLEAN.rindex(b"IEA")],
    "IEA without its terminator": CLEAN[: CLEAN.rindex(b"~")],
    "a last line without its newline": NEWLINE_TERMINATOR.rstrip(b"\n"),
    "another interchange begins": CLEAN + CLEAN[:200],
    "IEA is the beginning of a name": CLEAN.replace(b"IEA*", b"IEAX*"),
}


@pytest.mark.parametrize("raw", UNFINISHED.values(), ids=UNFINISHED)
def test_files_without_their_end_are_waited_for_and_taken_as_truncated_at_last(
    inbox: Inbox, raw: bytes
) -> None:
    """The rest may still come; after a quarter of an hour it will not."""
    drop(inbox.spool, "a.837", raw)
    inbox.taken()
    assert inbox.taken(after=TRUNCATED - 0.01) == []
    assert inbox.arrivals.waiting == 1
    assert inbox.taken(after=0.01) == ["a.837"]


def test_files_are_taken_in_the_order_of_their_arrival(inbox: Inbox) -> None:
    """By time of modification, whatever they are called; then by name."""
    for name, seconds in (("a", 30), ("b", 10), ("d", 20), ("c", 20)):
        os.utime(drop(inbox.spool, name, CLEAN), (seconds, seconds))
    assert inbox.taken_at_last() == ["b", "c", "d", "a"]


def test_names_of_unfinished_files_are_left_alone(inbox: Inbox) -> None:
    """Names with a dot in front, and the ends by which senders mark what they are still writing."""
    for name in (".a.837", "a.TMP", "a.837.part", "a.Partial", "a.837.filePart"):
        (inbox.spool.inbox / name).write_bytes(CLEAN)
    drop(inbox.spool, "a.party", CLEAN)
    assert inbox.taken_at_last() == ["a.party"]
    assert inbox.arrivals.skipped == {"unfinished file name": 5}


def test_what_is_no_plain_file_is_left_alone_and_counted(inbox: Inbox, tmp_path: Path) -> None:
    """A link, a folder, a pipe that nobody writes to, a second name of a file elsewhere: all stay."""
    folder = inbox.spool.inbox
    (tmp_path / "elsewhere").write_bytes(CLEAN)
    (folder / "link.837").symlink_to(tmp_path / "elsewhere")
    (folder / "dangling.837").symlink_to(tmp_path / "nothing")
    (folder / "folder.837").mkdir()
    os.mkfifo(folder / "pipe.837")
    (folder / "second.837").hardlink_to(tmp_path / "elsewhere")
    reasons = {"symbolic link": 2, "folder": 1, "not a regular file": 1, "hard link": 1}
    if os.geteuid() == 0:
        os.mknod(folder / "device.837", 0o020600, os.makedev(1, 5))  # /dev/zero never ends
        reasons["not a regular file"] = 2
    before = sorted(folder.iterdir())
    assert inbox.taken_at_last() == []
    assert inbox.arrivals.skipped == reasons
    assert sorted(folder.iterdir()) == before


def test_what_a_run_saw_is_remembered_for_the_next(inbox: Inbox) -> None:
    """A file without its end waits from one run of cron to the next."""
    drop(inbox.spool, "a.837", CLEAN[:300])
    inbox.taken()
    inbox.arrivals.remember(inbox.spool.waiting)
    inbox.begin().recall(inbox.spool.waiting)
    assert inbox.taken(after=TRUNCATED - 0.01) == []
    assert inbox.taken(after=0.01) == ["a.837"]


def test_what_was_seen_before_the_machine_started_is_long_ago(inbox: Inbox) -> None:
    """The clock of another start cannot be compared; a file that is still the same is not being sent."""
    drop(inbox.spool, "a.837", CLEAN[:300])
    inbox.taken()
    inbox.arrivals.remember(inbox.spool.waiting)
    record = json.loads(inbox.spool.waiting.read_bytes())
    inbox.spool.waiting.write_text(json.dumps({**record, "boot": "another"}))
    inbox.now = 5.0
    inbox.begin().recall(inbox.spool.waiting)
    assert inbox.taken() == ["a.837"]


DAMAGED = [b"", b"{", b"\xff", b"[]", b"{}", b'"text"', b'{"boot": 1, "seen": []}', b'{"boot": 1, "seen": 3}']


@pytest.mark.parametrize("raw", [*DAMAGED, b'{"boot": 1, "seen": {"a.837": ["x"]}}', b'{"seen": {"a": 1}}'])
def test_a_damaged_memory_begins_anew(inbox: Inbox, raw: bytes) -> None:
    """Nothing is lost by it but some waiting."""
    drop(inbox.spool, "a.837", CLEAN)
    inbox.spool.waiting.write_bytes(raw)
    inbox.arrivals.recall(inbox.spool.waiting)
    assert inbox.taken_at_last() == ["a.837"]


def test_a_memory_without_numbers_begins_anew(inbox: Inbox) -> None:
    """Of the same start of the machine, and with a text where a time should be."""
    drop(inbox.spool, "a.837", CLEAN)
    inbox.taken()
    inbox.arrivals.remember(inbox.spool.waiting)
    record = json.loads(inbox.spool.waiting.read_bytes())
    record["seen"]["a.837"][-1] = "long ago"
    inbox.spool.waiting.write_text(json.dumps(record))
    inbox.begin().recall(inbox.spool.waiting)
    assert inbox.taken_at_last() == ["a.837"]
