"""The same claims evaluated twice: which edits would hold more or fewer of them, and what was paid of these.

The two sides are policies (other packs, configurations, tables), or saved reports (of two releases).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from scrubber.adoption.inputs import ClaimFile
from scrubber.api import scrub_iter
from scrubber.claim.field import decimal_of
from scrubber.engine.policy import Policy
from scrubber.errors import ConfigurationError
from scrubber.feedback.joining import Joined, outcomes
from scrubber.feedback.outcome import ClaimOutcome
from scrubber.feedback.store import Store
from scrubber.report.model import SCHEMA

Answer = Literal["paid", "denied", "unanswered", "ambiguous"]
"""What a payer said of a claim. ``paid``: adjudicated, and nothing was denied. ``denied``: in whole or in
part, or rejected by a 277CA. ``ambiguous``: the file has several answered claims with this number.
"""
ANSWERS: tuple[Answer, ...] = ("paid", "denied", "unanswered", "ambiguous")
Answers = Mapping[tuple[str, str], Answer]
"""By the hash of the file and the claim's number (CLM01)."""


class Decided(msgspec.Struct, frozen=True):
    """What one side says of a claim: from a run, or from a saved report, of which no more is read."""

    control_number: str
    verdict: str
    charge: str
    held_by: tuple[str, ...] = ()

    @property
    def is_held(self) -> bool:
        """Return True if the claim is held, or in a report-only run would be."""
        return self.verdict != "accepted"


class Pair(NamedTuple):
    """A claim as both sides have it; ``ordinal`` counts the claims of the file from 1."""

    file: str
    sha256: str
    ordinal: int
    before: Decided
    after: Decided


class Change(NamedTuple):
    """A claim that only one side holds: the edits that hold it no more (``gone``) and newly (``come``)."""

    file: str
    claim: str
    charge: Decimal
    is_held: bool
    gone: tuple[str, ...]
    come: tuple[str, ...]
    answer: Answer | None


@dataclass(slots=True)
class Amount:
    """A number of claims and their charges in dollars."""

    claims: int = 0
    charges: Decimal = field(default_factory=Decimal)

    def add(self, charge: Decimal) -> None:
        """Add a claim."""
        self.claims += 1
        self.charges += charge


@dataclass(slots=True)
class EditChange:
    """The claims that an edit holds on the second side only (``more``), and on the first only (``fewer``)."""

    more: Amount = field(default_factory=Amount)
    fewer: Amount = field(default_factory=Amount)


@dataclass(slots=True)
class Comparison:
    """What differs. ``more`` are claims that only the second side holds, ``fewer`` those that only the first
    does; ``unpaired`` counts claims that only one of two reports has.
    """

    total: Amount = field(default_factory=Amount)
    before: Amount = field(default_factory=Amount)
    after: Amount = field(default_factory=Amount)
    more: Amount = field(default_factory=Amount)
    fewer: Amount = field(default_factory=Amount)
    edits: dict[str, EditChange] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    unpaired: int = 0

    def add(self, pair: Pair, answers: Answers | None, *, masked: bool = False) -> None:
        """Count a claim."""
        one, other = pair.before, pair.after
        charge = decimal_of(one.charge) or Decimal()
        self.total.add(charge)
        if one.is_held:
            self.before.add(charge)
        if other.is_held:
            self.after.add(charge)
        gone = tuple(edit for edit in one.held_by if edit not in other.held_by)
        come = tuple(edit for edit in other.held_by if edit not in one.held_by)
        for edit in gone:
            self.edits.setdefault(edit, EditChange()).fewer.add(charge)
        for edit in come:
            self.edits.setdefault(edit, EditChange()).more.add(charge)
        if one.is_held == other.is_held:
            return
        (self.more if other.is_held else self.fewer).add(charge)
        answer = None
        if answers is not None:
            answer = answers.get((pair.sha256, one.control_number.strip()), "unanswered")
        file, number = pair.file, one.control_number
        if masked:
            file, number = f"file {pair.sha256[:8]}", f"#{pair.ordinal}"
        self.changes.append(Change(file, number, charge, other.is_held, gone, come, answer))

    def answered(self, *, is_held: bool) -> dict[Answer, Amount]:
        """Return what payers said of the claims that only the second side holds, or only the first."""
        found: dict[Answer, Amount] = {answer: Amount() for answer in ANSWERS}
        for change in self.changes:
            if change.is_held == is_held and change.answer:
                found[change.answer].add(change.charge)
        return found


def pairs_of_runs(files: Iterable[ClaimFile], before: Policy, after: Policy) -> Iterator[Pair]:
    """Evaluate the claims by both policies; yield them in pairs. Raise what `scrub_iter` raises."""
    for file in files:
        policies = [
            replace(policy, as_of=file.day or policy.as_of, is_report_only=False)
            for policy in (before, after)
        ]
        with ExitStack() as stack:
            runs = [stack.enter_context(scrub_iter(file.path, policy=policy)) for policy in policies]
            pairs = [
                tuple(Decided(one.control_number, one.verdict, one.charge, one.held_by) for one in both)
                for both in zip(*runs, strict=True)
            ]
            sha256 = runs[0].report.files[0].sha256
        for ordinal, (one, other) in enumerate(pairs, 1):
            yield Pair(file.name, sha256, ordinal, one, other)


class SavedFile(msgspec.Struct, frozen=True):
    """A file of a saved report."""

    name: str
    sha256: str
    claims: tuple[Decided, ...] = ()


class SavedReport(msgspec.Struct, frozen=True):
    """A saved report, as far as it is compared."""

    schema: str
    version: str
    files: tuple[SavedFile, ...]


def read_report(path: Path) -> SavedReport | None:
    """Return a JSON report; ``None`` if the file is none. Raise ConfigurationError for another schema."""
    try:
        report = msgspec.json.decode(path.read_bytes(), type=SavedReport)
    except (OSError, ValueError):
        return None
    if report.schema != SCHEMA:
        raise ConfigurationError(f"{path}: a report of another schema ({report.schema}), not {SCHEMA}")
    return report


def pairs_of_reports(before: SavedReport, after: SavedReport, found: Comparison) -> Iterator[Pair]:
    """Yield the claims of files that both reports have, by their hash; count the others as unpaired."""
    others = {file.sha256: file for file in after.files}
    for file in before.files:
        other = others.pop(file.sha256, None)
        if other is None or len(other.claims) != len(file.claims):
            found.unpaired += len(file.claims) + (len(other.claims) if other else 0)
            continue
        for ordinal, (one, two) in enumerate(zip(file.claims, other.claims, strict=True), 1):
            yield Pair(file.name, file.sha256, ordinal, one, two)
    found.unpaired += sum(len(file.claims) for file in others.values())


def answers_of(store: Store) -> dict[tuple[str, str], Answer]:
    """Return what payers said of the claims in a store."""
    found: dict[tuple[str, str], Answer] = {}
    with store.reading():
        for outcome in outcomes(store, Joined()):
            if answer := _answer(outcome):
                claim = outcome.claim
                key = claim.file, claim.number.strip()
                found[key] = "ambiguous" if key in found else answer
    return found


def _answer(outcome: ClaimOutcome) -> Answer | None:
    if outcome.is_allowed:
        return "paid"
    return "denied" if outcome.denials or outcome.rejection else None
