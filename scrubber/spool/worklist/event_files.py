"""The events of a job's claims: ``events.jsonl`` in its folder of the archive, appended to and never changed.

Each line has the hash of the one before it, the first that of the job's manifest, so the chain of decisions
goes on into the events. A line is durable before the ledger has it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from scrubber.spool.durable import sync_folder
from scrubber.spool.layout import Spool
from scrubber.spool.worklist.states import Event

EVENTS_FILE = "events.jsonl"


class NewEvent(NamedTuple):
    """What is to be written of a claim of the job: ``text`` is the note, or the owner who is assigned."""

    ordinal: int
    event: Event
    text: str = ""


class EventLine(msgspec.Struct, frozen=True):
    """An event. ``at`` is its time in UTC; ``after`` is the job of the last decision before it."""

    number: int
    previous: str
    at: str
    after: str
    user: str
    ordinal: int
    event: Event
    text: str


class Recorded(NamedTuple):
    """An event and the SHA-256 of its line."""

    line: EventLine
    hash: str


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(EventLine)


class Pending:
    """The jobs whose events may be durable without being in the ledger: those of a command that died."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    @property
    def jobs(self) -> tuple[str, ...]:
        """The IDs of these jobs."""
        raw = os.pread(self._handle, os.fstat(self._handle).st_size, 0)
        return tuple(dict.fromkeys(raw.decode("ascii").splitlines()))

    def add(self, job: str) -> None:
        """Note a job before its events are written."""
        os.pwrite(self._handle, f"{job}\n".encode("ascii"), os.fstat(self._handle).st_size)
        os.fsync(self._handle)

    def clear(self) -> None:
        """Forget all: the ledger has them."""
        os.ftruncate(self._handle, 0)


@contextmanager
def locked(spool: Spool) -> Iterator[Pending]:
    """Be the only one who writes events, within the context; others wait. A watch may go on working."""
    path = spool.state / "events.lock"
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield Pending(handle)
    finally:
        os.close(handle)


def append(folder: Path, manifest: str, after: str, user: str, events: Sequence[NewEvent]) -> list[Recorded]:
    """Append events to a job's file, as the only writer, and return them. Raise OSError; then none is there.

    ``manifest`` is the hash of the job's manifest.
    """
    path = folder / EVENTS_FILE
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "r+b", buffering=0) as stream:
        raw = stream.readall()
        end = raw.rfind(b"\n") + 1  # a line that a power cut left unfinished was never acknowledged
        known = list(_parsed(raw[:end]))
        last, previous = (known[-1].line, known[-1].hash) if known else (None, manifest)
        at = max(datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"), last.at if last else "")
        added, lines = [], []
        for number, event in enumerate(events, last.number + 1 if last else 1):
            line = EventLine(number, previous, at, after, user, event.ordinal, event.event, event.text)
            encoded = _ENCODER.encode(line)
            previous = hashlib.sha256(encoded).hexdigest()
            added.append(Recorded(line, previous))
            lines.append(encoded + b"\n")
        try:
            stream.truncate(end)
            _write_all(stream.fileno(), b"".join(lines))
            os.fsync(stream.fileno())
        except OSError:
            with suppress(OSError):
                stream.truncate(end)
            raise
    if not known:
        sync_folder(folder)
    return added


def read_events(folder: Path) -> list[Recorded]:
    """Return the events of a job, in their order. Raise ValueError if the file has anything else."""
    try:
        raw = (folder / EVENTS_FILE).read_bytes()
    except FileNotFoundError:
        return []
    return list(_parsed(raw[: raw.rfind(b"\n") + 1]))


def is_chained(events: Sequence[Recorded], manifest: str) -> bool:
    """Return True if each event has the hash of the one before it, and the first that of the manifest."""
    before = [manifest, *(event.hash for event in events)]
    return all(
        event.line.previous == previous and event.line.number == number
        for number, (event, previous) in enumerate(zip(events, before, strict=False), 1)
    )


def _parsed(raw: bytes) -> Iterator[Recorded]:
    for line in raw.splitlines():
        yield Recorded(_DECODER.decode(line), hashlib.sha256(line).hexdigest())


def _write_all(handle: int, raw: bytes) -> None:
    view = memoryview(raw)
    while view:
        view = view[os.write(handle, view) :]
