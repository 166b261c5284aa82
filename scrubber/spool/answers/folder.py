"""Answers dropped into ``feedback-in/``: imported by a process of their own while the watch goes on.

A file is taken under the rules of ``in/``. It is moved only when the store has it, so one that is interrupted
is imported again, which changes nothing.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import structlog

from scrubber.engine.policy import Policy
from scrubber.errors import is_of_disk
from scrubber.feedback.importing import AnswersImported
from scrubber.feedback.store import Store
from scrubber.pipeline.forked import die_with
from scrubber.spool.answers.entering import AnswersEntered, enter_answers
from scrubber.spool.answers.importing import import_archive, import_file
from scrubber.spool.durable import hash_file, move, write_whole
from scrubber.spool.jobs.arrivals import Arrivals, uptime
from scrubber.spool.layout import Spool, safe_stem
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.work.worker import silence
from scrubber.spool.worklist.worklist import AUTOMATIC, Worklist
from scrubber.x12.source import source_of_path

IMPORTED, REFUSED = "imported", "refused"
"""The folders in ``feedback-in/`` for what was imported, and for what was not, with the reason beside it."""
_WHY = ".why.txt"
_TRIES = 3
_DONE, _FAILED, _LATER = 0, 1, 75
_LONGEST_ENDING = 12
_DIED = "the import of this file failed; `scrubber feedback import` may tell more"


@dataclass(slots=True)
class AnswersIn:
    """The folder for answers. ``load`` returns the policy by which claims of the archive are evaluated.

    ``quiet`` and ``truncated_after`` are those of ``in/``; an import may take ``longest`` seconds.
    ``imported`` and ``refused`` count files.
    """

    spool: Spool
    load: Callable[[], Policy]
    quiet: float
    truncated_after: float = 900.0
    longest: float = 3600.0
    imported: int = 0
    refused: int = 0
    _arrivals: Arrivals = field(init=False)
    _child: BaseProcess | None = None
    _names: list[str] = field(default_factory=list)
    _tries: Counter[str] = field(default_factory=Counter)
    _refused_before: int = 0
    _deadline: float = 0.0
    _log: Any = field(default_factory=structlog.get_logger)

    def __post_init__(self) -> None:
        self._arrivals = Arrivals(self.spool.feedback_in, uptime, self.quiet, self.truncated_after)

    def open(self) -> None:
        """Remember what an earlier run saw."""
        self._arrivals.recall(self.spool.waiting_answers)

    def note(self) -> None:
        """Take note of what is there, so that `finish` knows since when."""
        self._arrivals.look()

    def look_after(self) -> None:
        """Take note of an import that has ended, and end one that takes too long."""
        is_overdue = self._child is not None and time.monotonic() > self._deadline
        if self._child and is_overdue:
            self._child.kill()
            self._child.join()
        if self._child and self._child.exitcode is not None:
            # What was evaluated of the archive is kept, so the next import has less to do.
            self._reap(self._child, _LATER if is_overdue else self._child.exitcode)

    def look(self) -> None:
        """Import what is complete, without waiting for it; take note of an import that has ended."""
        self.look_after()
        if self._child:
            return
        complete = [each.name for each in self._arrivals.look() if self._arrivals.is_whole(each)]
        if complete:
            self._names = complete
            self._refused_before = _count_in(self.spool.feedback_in / REFUSED)
            self._child = multiprocessing.get_context("fork").Process(
                target=_import, args=(complete, self.spool, self.load, os.getpid())
            )
            self._child.start()
            self._deadline = time.monotonic() + self.longest

    def finish(self, sleep: Callable[[float], None]) -> None:
        """Import what is complete, and wait until that is done."""
        self.look()
        if self._arrivals.waiting and self._child is None:
            sleep(self.quiet)
            self.look()
        while self._child:
            self._child.join(max(0.0, self._deadline - time.monotonic()))
            self.look_after()

    def close(self) -> None:
        """End an import that is under way: it will be done again."""
        if self._child:
            self._child.kill()
            self._child.join()
            self._child.close()
            self._child = None

    def remember(self) -> None:
        """Save what was seen for the next run."""
        self._arrivals.remember(self.spool.waiting_answers)

    def _reap(self, child: BaseProcess, code: int) -> None:
        child.close()
        self._child = None
        left = [name for name in self._names if (self.spool.feedback_in / name).exists()]
        if code not in (_DONE, _LATER):
            # The first one that is left is what it died over; it must not keep the others waiting.
            for name in left[:1]:
                self._tries[name] += 1
                if self._tries[name] >= _TRIES:
                    refuse(self.spool, self.spool.feedback_in / name, _DIED)
                    left.remove(name)
        refused = _count_in(self.spool.feedback_in / REFUSED) - self._refused_before
        self.refused += refused
        self.imported += len(self._names) - len(left) - refused
        self._log.info("answers taken", files=len(self._names) - len(left))


def _count_in(folder: Path) -> int:
    """Return the number of files that are kept in a folder, apart from the reasons beside them."""
    return sum(not path.name.endswith(_WHY) for path in folder.iterdir()) if folder.is_dir() else 0


def refuse(spool: Spool, path: Path, why: str) -> None:
    """Move a file to those that are refused, with the reason beside it."""
    target = _target(path, spool.feedback_in / REFUSED)
    write_whole(target.with_name(target.name + _WHY), (why + "\n").encode())
    move(path, target)


def _import(names: Sequence[str], spool: Spool, load: Callable[[], Policy], parent: int) -> None:
    """Import files and enter what they answer, in a process of its own; its exit status tells how it went."""
    die_with(parent)
    silence()  # what an edit of a user prints could be patient data
    for which in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(which, signal.SIG_IGN)  # a signal to stop is meant for the watch
    code = _FAILED
    try:
        import_all(spool, [spool.feedback_in / name for name in names], load())
        code = _DONE
    except Exception as error:  # noqa: BLE001 - a traceback would hold values of claims; the status tells the kind
        code = _LATER if is_of_disk(error) else _FAILED
    os._exit(code)


def import_all(spool: Spool, paths: Sequence[Path], policy: Policy) -> AnswersEntered:
    """Import files, move each to where its outcome is, and enter on the work list what they answer."""
    ledger = Ledger.writing(spool.ledger)
    try:
        with closing(Store.open(spool.feedback_store, create=True)) as store:
            for _ in import_archive(spool, ledger, store, policy):
                pass
            for path in paths:
                _take(spool, path, import_file(source_of_path(path), store, ledger), ledger)
            return enter_answers(Worklist(spool, ledger), store, AUTOMATIC)
    finally:
        ledger.close()


def _take(spool: Spool, path: Path, done: AnswersImported, ledger: Ledger) -> None:
    """Move a file that was read; what is wrong with it is written beside it."""
    troubles = "".join(f"{trouble}\n" for trouble in done.troubles)
    if done.more_troubles:
        troubles += f"{done.more_troubles:,} more\n"
    if not done.has_answers:
        refuse(spool, path, troubles.rstrip() or "there is no answer in this file")
        ledger.note("answers refused", sha256=done.sha256)
        return
    target = _target(path, spool.feedback_in / IMPORTED)
    if troubles:
        write_whole(target.with_name(target.name + _WHY), troubles.encode())
    move(path, target)


def _target(path: Path, folder: Path) -> Path:
    """Return where a file goes: under its hash, so that none takes the place of another one's."""
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{hash_file(path)[:12]}_{safe_stem(path.name)}{_ending(path)}"


def _ending(path: Path) -> str:
    suffix = path.suffix
    return suffix if suffix[1:].isalnum() and suffix.isascii() and len(suffix) < _LONGEST_ENDING else ""
