"""Watch folders in tests: making one, dropping files, running it here or as a command."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from scrubber.engine.history import History
from scrubber.envelopes.scan import Identity
from scrubber.spool.jobs.intake import Job
from scrubber.spool.jobs.job_files import JobVerdict, PayerCount
from scrubber.spool.layout import Spool, safe_stem
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.settings import Settings, Totals
from scrubber.spool.watch import Watch
from scrubber.spool.work import worker
from scrubber.spool.work.limits import Limits
from scrubber.spool.work.worker import Decide, Scrubber
from tests.support.running import shipped

PROJECT = Path(__file__).parents[2]
CLEAN = (PROJECT / "fixtures/837/clean/injection-subscriber.837").read_bytes()
"""One claim that every shipped edit accepts on the day of `tests.support.running.AS_OF`."""
CLEAN_CENTS = 16725
GOOD_NPI, BAD_NPI = b"1300000019", b"1300000018"


def batch(number: int = 1, *, group: int | None = None, held: bool = False) -> bytes:
    """One claim with this ISA13 and, unless given, the same GS06; a held one has an NPI that cannot be."""
    gs06 = b"%d" % (number if group is None else group)
    raw = CLEAN.replace(b"*000000001*0*", b"*%09d*0*" % number)
    raw = raw.replace(b"IEA*1*000000001", b"IEA*1*%09d" % number)
    raw = raw.replace(b"*0900*1*X*", b"*0900*" + gs06 + b"*X*").replace(b"GE*1*1~", b"GE*1*" + gs06 + b"~")
    return raw.replace(GOOD_NPI, BAD_NPI) if held else raw


def make_spool(folder: Path) -> Spool:
    """A new spool below a folder."""
    spool = Spool(folder / "spool")
    spool.create()
    return spool


def drop(spool: Spool, name: str, raw: bytes) -> Path:
    """Put a file into ``in/`` as a good sender does: under another name first."""
    part = spool.inbox / ".sending"
    part.write_bytes(raw)
    return part.rename(spool.inbox / name)


def light(job: Job, history: History) -> JobVerdict:
    """Decide without reading claims: a file with a wrong NPI is held, one that was sent before, too."""
    raw = job.original.read_bytes()
    is_held = BAD_NPI in raw or bool(history.content and history.content.sent)
    stem = safe_stem(job.taken.name)
    job.reports.mkdir(mode=0o700)
    (job.reports / f"{stem}.report.json").write_bytes(b"{}\n")
    (job.held if is_held else job.clean).write_bytes(raw)
    charge = Decimal("100.05")
    identities = (Identity("content", job.sha256), *((job.interchange,) if job.interchange else ()))
    return JobVerdict(
        verdict="held" if is_held else "clean",
        size=job.size,
        sha256=job.sha256,
        claims=1,
        accepted=int(not is_held),
        lines=1,
        payers=(PayerCount("LHP01", "commercial", 1, int(not is_held), charge, charge * is_held),),
        edits=(),
        identities=identities,
        earlier=worker.earlier_of(identities, history),
        files=tuple(worker._outputs(job, f"{job.id}_{stem}")),
    )


@cache
def real() -> Scrubber:
    """The shipped edits, on a day for which the clean files are clean."""
    return Scrubber(shipped, ("json",), fixed_day=True)


def settings(**others: Any) -> Settings:
    """No waiting: neither for senders nor before another try."""
    values: dict[str, Any] = {"quiet": 0, "pauses": (0.0, 0.0), "limits": Limits(), **others}
    return Settings(**values)


class _Unflushed(sqlite3.Connection):
    """SQLite without waiting for the disk, which says nothing about the program."""

    def execute(self, query: str, *values: Any) -> sqlite3.Cursor:
        return super().execute(query.replace("synchronous = FULL", "synchronous = OFF"), *values)


def run_once(spool: Spool, decide: Decide = light, **others: Any) -> Totals:
    """One run of the watch in this process."""
    watch = Watch(spool, decide, settings(**others))
    with unflushed():
        watch.once()
    return watch.totals


@contextmanager
def unflushed() -> Iterator[None]:
    """Run a watch in this process: what is flushed to the disk is of no interest, and its mask is undone."""
    mask = os.umask(0o022)
    with ExitStack() as patches:
        patches.callback(os.umask, mask)
        patches.enter_context(patch("scrubber.spool.watch.prepare"))  # a process of tests has much to freeze
        patches.enter_context(patch("scrubber.spool.ledger.database._connect", _connect))
        patches.enter_context(patch("os.fsync"))
        yield


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None, factory=_Unflushed)


_UNFLUSHED = "import os; os.fsync = lambda _: None; from scrubber.cli.main import main; main()"


def scrubber(
    *arguments: str | Path, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run the program as a user does, but without waiting for the disk."""
    return subprocess.run(
        [sys.executable, "-c", _UNFLUSHED, *arguments],
        cwd=PROJECT,
        capture_output=True,
        check=False,
        env={**os.environ, **(env or {})},
    )


def files_of(folder: Path) -> list[Path]:
    """All files below a folder, sorted."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def originals(spool: Spool) -> list[bytes]:
    """What the archive holds, in no order that matters."""
    return sorted(path.read_bytes() for path in spool.archive.rglob("original.837"))


def decisions(spool: Spool) -> Iterator[dict[str, Any]]:
    """The manifests of the archive, in the order of decision."""
    found = [json.loads(path.read_bytes()) for path in spool.archive.rglob("manifest.json")]
    yield from sorted(found, key=lambda record: record["sequence"])


def in_ledger(spool: Spool, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    ledger = Ledger.reading(spool.ledger)
    try:
        return ledger.rows(query, values)
    finally:
        ledger.close()


def messages(spool: Spool, name: str) -> list[tuple[str, str, str]]:
    """Edit, severity and message of each finding in the JSON report on the file with this stem."""
    (path,) = spool.reports.glob(f"*/*_{name}/{name}.report.json")
    found: list[tuple[str, str, str]] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            if {"edit", "severity", "message"} <= value.keys():
                found.append((value["edit"], value["severity"], value["message"]))
            for part in value.values():
                walk(part)
        elif isinstance(value, list):
            for part in value:
                walk(part)

    walk(json.loads(path.read_bytes()))
    return found


def today() -> date:
    """The user's own calendar day, which jobs are filed under."""
    return date.today()  # noqa: DTZ011


def now() -> datetime:
    """The time, as jobs are told it."""
    return datetime.now().astimezone()


Act = Callable[[Job], None]


def after(act: Act, decide: Decide = light) -> Decide:
    """A decide function that does something else once it has decided."""

    def decided(job: Job, history: History) -> JobVerdict:
        verdict = decide(job, history)
        act(job)
        return verdict

    return decided
