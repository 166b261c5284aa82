"""The JSON records in a job's folder: the received file, the verdict, the decision."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any, Literal, Self, TypeVar, get_args

from scrubber.engine.result import FileVerdict
from scrubber.envelopes.scan import Identity

CLAIM = "claim.json"
VERDICT = "verdict.json"
DECISION = "decision.json"
MANIFEST = "manifest.json"
TRIES = "tries.json"
WHY = "why.json"
PRUNED = "pruned.txt"

Place = Literal["out", "held", "reports", "archive"]
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
"""The names of all outputs: a job's ID or a stem, which is safe everywhere, and endings of ours."""


class _JsonRecord:
    """A dataclass of strings, numbers, dates and amounts that converts to JSON and back."""

    def to_json(self) -> bytes:
        """Return one JSON object with sorted keys: the same record gives the same bytes."""
        return _dump(asdict(self))  # type: ignore[call-overload] # every subclass is a dataclass

    @classmethod
    def from_json(cls, raw: bytes) -> Self:
        """Parse a record. Raise ValueError for anything else, however absurd."""
        try:
            return cls.of(json.loads(raw))
        except (KeyError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
            raise ValueError(f"not a {cls.__name__}") from error

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Build a record from JSON values; subclasses with nested parts convert these first."""
        return _checked(cls, values)


_Made = TypeVar("_Made")


def _checked(cls: type[_Made], values: Mapping[str, Any], most: int = 1 << 63) -> _Made:
    """Build a dataclass from JSON values of its types; unknown ones are ignored.

    Raise TypeError, KeyError or ValueError for anything that the ledger could not store.
    """
    known = {field.name: str(field.type) for field in fields(cls)}  # type: ignore[arg-type] # see above
    given = {name: value for name, value in values.items() if name in known}
    for name, value in given.items():
        if known[name] == "int" and not (type(value) is int and abs(value) < most):
            raise TypeError(name)
        if known[name] == "str" and not isinstance(value, str):
            raise TypeError(name)
    return cls(**given)


def _identity(values: Any) -> Identity:  # noqa: ANN401 - anything that JSON can hold
    identity = Identity(*values)
    if not all(isinstance(value, str) for value in identity):
        raise TypeError
    return identity


def _amount(value: object) -> Decimal:
    amount = Decimal(value) if isinstance(value, str) else None
    if amount is None or not amount.is_finite():
        raise TypeError
    return amount


def _dump(values: Mapping[str, Any]) -> bytes:
    return (json.dumps(values, sort_keys=True, indent=1, default=str) + "\n").encode("ascii")


@dataclass(frozen=True, slots=True)
class Taken(_JsonRecord):
    """A file that was taken from ``in/``: its job, the sender's file name, its arrival, the day.

    ``arrived`` is its modification time in nanoseconds, ``day`` the calendar day that counts as today for its
    edits, however often the job is restarted. ``retry_of`` is the job whose file was dropped again.
    """

    job: str
    name: str
    arrived: int
    day: date
    retry_of: str = ""

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Build a record, including the day."""
        # A sender may set any time, also one that the ledger cuts.
        return _checked(cls, {**values, "day": date.fromisoformat(values["day"])}, most=1 << 127)


@dataclass(frozen=True, slots=True)
class JobOutput:
    """A file that the job produces: its folder in the spool, its name there, its size and hash."""

    place: Place
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class PayerCount:
    """Claims of one payer in a file, charges in dollars.

    ``held_charges`` are those of all claims that are not accepted, also if a report-only run sent them on.
    """

    payer: str
    pack: str
    claims: int
    accepted: int
    charges: Decimal
    held_charges: Decimal


@dataclass(frozen=True, slots=True)
class EditCount:
    """How often an edit fired on claims of one payer; ``claims`` is on how many claims it fired."""

    edit: str
    severity: str
    payer: str
    findings: int
    claims: int
    charges: Decimal


@dataclass(frozen=True, slots=True)
class JobVerdict(_JsonRecord):
    """What the worker found and wrote; amounts in dollars.

    ``earlier`` are the jobs that the same identities were seen in, as the worker knew them. ``edit_errors``
    name edits that failed, with their places in the code. ``report_only`` is true if no claim was held for
    what was found on it, ``would_be_held`` counts the claims that were sent on for that. Decisions of version
    0.1 call a file ``rejected`` where it is now ``held`` or ``partly_held``.
    """

    verdict: FileVerdict
    size: int
    sha256: str
    claims: int
    accepted: int
    lines: int
    payers: tuple[PayerCount, ...]
    edits: tuple[EditCount, ...]
    identities: tuple[Identity, ...]
    earlier: tuple[str, ...]
    files: tuple[JobOutput, ...]
    edit_errors: tuple[str, ...] = ()
    report_only: bool = False
    would_be_held: int = 0

    @property
    def charges(self) -> Decimal:
        """The charges of all claims."""
        return sum((payer.charges for payer in self.payers), Decimal())

    @property
    def held_charges(self) -> Decimal:
        """The charges of the claims that are not accepted."""
        return sum((payer.held_charges for payer in self.payers), Decimal())

    @property
    def held(self) -> int:
        """The number of held claims."""
        return self.claims - self.accepted - self.would_be_held

    @property
    def sends(self) -> bool:
        """True if the job puts a file into ``out/``."""
        return any(file.place == "out" for file in self.files)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Build a record, including the nested parts."""
        if not isinstance(values["verdict"], str):
            raise TypeError
        return _checked(
            cls,
            {
                **values,
                "payers": tuple(_checked(PayerCount, _decimal(entry)) for entry in values["payers"]),
                "edits": tuple(_checked(EditCount, _decimal(entry)) for entry in values["edits"]),
                "identities": tuple(map(_identity, values["identities"])),
                "earlier": tuple(values["earlier"]),
                "files": tuple(map(_output, values["files"])),
                "edit_errors": tuple(values.get("edit_errors", ())),
            },
        )


@dataclass(frozen=True, slots=True)
class JobDecision(_JsonRecord):
    """What is done with a job: the commit point, and as ``manifest.json`` the archive's record.

    ``sequence`` counts decisions from 1; ``previous`` is the SHA-256 of the previous decision, so that none
    can be removed or changed unnoticed. ``decided`` is a time in UTC.
    """

    schema: str
    sequence: int
    previous: str
    decided: str
    stem: str
    taken: Taken
    verdict: JobVerdict

    @property
    def job(self) -> str:
        """The job's ID."""
        return self.taken.job

    @property
    def label(self) -> str:
        """The name of its files and folders: the job, then a stem that a person recognizes."""
        return f"{self.taken.job}_{self.stem}"

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Build a record, including the nested parts."""
        if values["schema"] != DECISION_SCHEMA:
            raise ValueError("unknown decision schema")
        if not 0 < values["sequence"] < _MOST_DECISIONS:
            raise ValueError("not a number of a decision")
        return _checked(
            cls, {**values, "taken": Taken.of(values["taken"]), "verdict": JobVerdict.of(values["verdict"])}
        )


DECISION_SCHEMA = "scrubber.decision/1"
_MOST_DECISIONS = 1 << 53
"""What follows can be counted on from there."""


@dataclass(frozen=True, slots=True)
class Tries(_JsonRecord):
    """How often a job was started: the worker failed ``failed`` times, the watch died ``interrupted``."""

    failed: int = 0
    interrupted: int = 0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Failure(_JsonRecord):
    """Why a job is in ``failed/``, in words without anything from a claim."""

    job: str
    when: str
    why: str


def _output(entry: Mapping[str, Any]) -> JobOutput:
    output = _checked(JobOutput, entry)
    if output.place not in get_args(Place) or not _NAME.fullmatch(output.name):
        raise TypeError
    return output


def _decimal(entry: Mapping[str, Any]) -> dict[str, Any]:
    money = {name: _amount(value) for name, value in entry.items() if name.endswith("charges")}
    return {**entry, **money}
