"""The store of the feedback: one SQLite file with the claims that were sent and what was answered.

It has nothing that cannot be imported again. What follows from it is computed when it is asked for, so the
order of imports does not matter. It has control numbers of claims, and no names.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Self

import msgspec

from scrubber.answers import ClaimAcknowledgment, ClaimPayment, PayerAnswer, PaymentDone, Receipt, Trouble
from scrubber.errors import FeedbackError
from scrubber.feedback.sent import SentClaim

_VERSION = 1
_BUSY_SECONDS = 30.0
_SCHEMA = """
CREATE TABLE files (sha256 TEXT PRIMARY KEY, name TEXT);
CREATE TABLE claims (
    key TEXT PRIMARY KEY, number TEXT, reference TEXT, interchange TEXT, grp TEXT, batch TEXT, tset TEXT,
    data BLOB
);
CREATE INDEX claims_by_number ON claims (number);
CREATE INDEX claims_by_reference ON claims (reference);
CREATE INDEX claims_by_group ON claims (grp, tset);
CREATE INDEX claims_by_batch ON claims (batch);
CREATE INDEX claims_by_interchange ON claims (interchange);
CREATE TABLE answers (
    file TEXT, position INTEGER, kind TEXT, day TEXT, data BLOB, PRIMARY KEY (file, position)
);
CREATE INDEX answers_by_kind ON answers (kind, day, file, position);
"""
_JOINING = (
    "CREATE TEMP TABLE joined (key TEXT, number INTEGER, file TEXT, position INTEGER, icn TEXT)",
    "CREATE INDEX temp.joined_by_key ON joined (key, number)",
    "CREATE INDEX temp.joined_by_icn ON joined (icn)",
    "CREATE TEMP TABLE unpaid (key TEXT PRIMARY KEY, file TEXT, position INTEGER)",
)
"""Made in the transaction of a report, and rolled back with it."""
_KINDS: dict[str, type[PayerAnswer]] = {
    "payment": ClaimPayment,
    "total": PaymentDone,
    "status": ClaimAcknowledgment,
    "receipt": Receipt,
    "trouble": Trouble,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}
_DECODERS = {name: msgspec.json.Decoder(kind) for name, kind in _KINDS.items()}
_ENCODER = msgspec.json.Encoder()
_SENT = msgspec.json.Decoder(SentClaim)
CLAIMS_PREFIX = "837:"
"""Before the hash of a file that was imported as claims: it may be given as answers, by mistake."""
MOST_NUMBER = 20
"""What payers must return of CLM01."""


class StoredAnswer(NamedTuple):
    """An answer, its place in the store, and the name of its file."""

    file: str
    position: int
    name: str
    answer: PayerAnswer


class Store:
    """An open store. Raises OSError, and FeedbackError if the file is not a store."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    @classmethod
    def open(cls, path: Path, *, create: bool) -> Self:
        """Open a store, or make it where there is none."""
        if not path.exists():
            if not create:
                raise FeedbackError(f"{path}: there is no such store; `scrubber feedback import` makes it")
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with _translated(path):
            connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version == 0 and not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
                connection.executescript(f"BEGIN;{_SCHEMA}PRAGMA user_version = {_VERSION};COMMIT;")
            elif version != _VERSION:
                connection.close()
                raise FeedbackError(f"{path}: not a feedback store of this version; import the files again")
        return cls(connection, path)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def importing(self) -> Iterator[None]:
        """Keep all that is added within the context, or nothing."""
        with _translated(self._path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def knows(self, sha256: str) -> bool:
        """Return True if a file was added under this name of its bytes."""
        return bool(self._rows("SELECT 1 FROM files WHERE sha256 = ?", sha256))

    def knows_claims(self, sha256: str) -> bool:
        """Return True if the file with this hash was added as claims."""
        return self.knows(CLAIMS_PREFIX + sha256)

    def add_file(self, sha256: str, name: str) -> None:
        """Add a file, of which all claims or answers were added."""
        self._connection.execute("INSERT OR REPLACE INTO files VALUES (?, ?)", (sha256, name))

    def add_answer(self, file: str, position: int, answer: PayerAnswer) -> None:
        """Add an answer at its position in its file."""
        day = answer.payment.paid_on if isinstance(answer, ClaimPayment) else None
        self._connection.execute(
            "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?)",
            (file, position, _NAMES[type(answer)], str(day or ""), _ENCODER.encode(answer)),
        )

    def add_claim(self, claim: SentClaim) -> None:
        """Add a claim, or replace what the edits said of it before; the day when it was first sent stays.

        So does the file in which it was sent, if the watch held it in the other one.
        """
        known = self.claim(claim.key)
        if known and known.sent_on < claim.sent_on:
            claim = msgspec.structs.replace(claim, sent_on=known.sent_on)
        if known and claim.was_held and not known.was_held:
            claim = msgspec.structs.replace(claim, file=known.file, ordinal=known.ordinal, was_held=False)
        self._connection.execute(
            "INSERT OR REPLACE INTO claims VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                claim.key, comparable(claim.number), claim.reference, claim.interchange, claim.group,
                claim.batch, claim.transaction, _ENCODER.encode(claim),
            ),
        )  # fmt: skip

    def claim(self, key: str) -> SentClaim | None:
        """Return a claim."""
        return next(self._claims("key = ?", key), None)

    def claims_numbered(self, number: str) -> list[SentClaim]:
        """Return the claims whose CLM01 a payer would return like this."""
        return list(self._claims("number = ?", comparable(number)))

    def claims_referred(self, reference: str) -> list[SentClaim]:
        """Return the claims with this REF*D9."""
        return list(self._claims("reference = ?", reference)) if reference else []

    def claims_received(self, receipt: Receipt) -> Iterator[SentClaim]:
        """Yield the claims in the interchange, group, transaction set or batch that was answered."""
        if receipt.kind == "TA1":
            return self._claims("interchange = ?", receipt.number)
        if receipt.kind == "277CA":
            return self._claims("batch = ?", receipt.number)
        if receipt.number:
            return self._claims("grp = ? AND tset = ?", receipt.group, receipt.number)
        return self._claims("grp = ?", receipt.group)

    def count_claims(self) -> int:
        """Return how many claims there are."""
        return int(self._rows("SELECT count(*) FROM claims")[0][0])

    def answers(self, kind: str) -> Iterator[StoredAnswer]:
        """Yield answers of a kind by day and file, whatever the order in which they were imported."""
        query = (
            "SELECT file, position, name, data FROM answers JOIN files ON sha256 = file WHERE kind = ?"
            " ORDER BY day, file, position"
        )
        decoder = _DECODERS[kind]
        for file, position, name, data in self._each(query, kind):
            yield StoredAnswer(file, position, name, decoder.decode(data))

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read one state of the store within the context, and join what belongs together."""
        with _translated(self._path):
            self._connection.execute("BEGIN")
            try:
                for statement in _JOINING:
                    self._connection.execute(statement)
                yield
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def join(self, key: str, number: int, stored: StoredAnswer, icn: str) -> None:
        """Note that an answer is about a claim; ``number`` is its place in the order of answers."""
        self._connection.execute(
            "INSERT INTO joined VALUES (?, ?, ?, ?, ?)", (key, number, stored.file, stored.position, icn)
        )

    def known_by(self, icn: str) -> set[str]:
        """Return the keys of the claims that were joined with this number of the payer."""
        return {key for (key,) in self._each("SELECT key FROM joined WHERE icn = ?", icn)} if icn else set()

    def mark_unpaid(self, key: str, stored: StoredAnswer) -> None:
        """Note that a claim was rejected by an answer, before a payer decided on it."""
        self._connection.execute(
            "INSERT OR IGNORE INTO unpaid VALUES (?, ?, ?)", (key, stored.file, stored.position)
        )

    def rejected(self) -> Iterator[tuple[SentClaim, StoredAnswer]]:
        """Yield the claims that were rejected before a payer decided on them, with the answer that did."""
        query = (
            "SELECT claims.data, file, position, name, kind, answers.data FROM unpaid"
            " JOIN claims USING (key) JOIN answers USING (file, position) JOIN files ON sha256 = file"
            " ORDER BY key"
        )
        for data, file, position, name, kind, answer in self._each(query):
            yield _SENT.decode(data), StoredAnswer(file, position, name, _DECODERS[kind].decode(answer))

    def unpaid(self, keys: Iterable[str]) -> set[str]:
        """Return those of the keys that were marked as unpaid."""
        return {key for key in keys if self._rows("SELECT 1 FROM unpaid WHERE key = ?", key)}

    def joined(self) -> Iterator[tuple[str, StoredAnswer]]:
        """Yield keys of claims with the answers that were joined: by claim, in the order of answers."""
        query = (
            "SELECT key, file, position, name, kind, data FROM joined JOIN answers USING (file, position)"
            " JOIN files ON sha256 = file ORDER BY key, number, position"
        )
        for key, file, position, name, kind, data in self._each(query):
            yield key, StoredAnswer(file, position, name, _DECODERS[kind].decode(data))

    def _claims(self, where: str, *values: str) -> Iterator[SentClaim]:
        for (data,) in self._each(f"SELECT data FROM claims WHERE {where} ORDER BY key", *values):  # noqa: S608 - texts of ours
            yield _SENT.decode(data)

    def _rows(self, query: str, *values: str) -> list[tuple[int]]:
        return list(self._each(query, *values))

    def _each(self, query: str, *values: str) -> Iterator[tuple]:  # type: ignore[type-arg] # rows of any query
        with _translated(self._path):
            yield from self._connection.execute(query, values)


def comparable(number: str) -> str:
    """Return a claim's number as payers return it: no more than 20 characters, in any case of letters."""
    return number.strip().upper()[:MOST_NUMBER].rstrip()


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Translate SQLite's errors."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_READONLY):
            number = {sqlite3.SQLITE_FULL: errno.ENOSPC, sqlite3.SQLITE_BUSY: errno.EAGAIN}.get(
                code, errno.EIO
            )
            raise OSError(number, os.strerror(number), str(path)) from error
        raise FeedbackError(f"{path}: not a feedback store, or damaged; import the files again") from error
