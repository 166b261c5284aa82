"""The report as typed values; `scrubber.output` writes them in the contract's formats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from scrubber.engine.finding import Finding, Suppressed, UncheckedEdit
from scrubber.envelopes.scan import Identity
from scrubber.tables import VintageName
from scrubber.x12 import Segment
from scrubber.x12.envelope import Recount

SCHEMA = "scrubber.report/1"
ClaimVerdict = Literal["accepted", "held"]
FileVerdict = Literal["clean", "rejected", "unreadable"]


@dataclass(frozen=True, slots=True)
class DrugReport:
    """A drug line of an administration: line number, HCPCS, NDC, NDC quantity and its unit."""

    line: int
    procedure: str
    ndc: str
    quantity: str
    unit: str


@dataclass(frozen=True, slots=True)
class AdministrationReport:
    """An administration line with the diagnoses that it points at and the drugs that belong to it."""

    line: int
    procedure: str
    diagnoses: tuple[str, ...]
    drugs: tuple[DrugReport, ...]


@dataclass(frozen=True, slots=True)
class ClaimReport:
    """What was said of one claim. ``control_number`` is CLM01, ``transaction`` ST02.

    ``tables`` are the vintages that were asked and answered.
    """

    control_number: str
    transaction: str
    verdict: ClaimVerdict
    payer_id: str
    pack: str
    administrations: tuple[AdministrationReport, ...]
    findings: tuple[Finding, ...]
    unchecked: tuple[UncheckedEdit, ...]
    suppressed: tuple[Suppressed, ...]
    lines: int
    tables: frozenset[VintageName]

    @property
    def held_by(self) -> tuple[str, ...]:
        """The edits that hold it, each once, in the order of their findings; none where its envelope does."""
        return tuple(dict.fromkeys(finding.edit for finding in self.findings if finding.holds))


@dataclass(frozen=True, slots=True)
class Counts:
    """How many claims a file holds, how many may go and must not, and how many service lines."""

    claims: int = 0
    accepted: int = 0
    held: int = 0
    lines: int = 0


@dataclass(frozen=True, slots=True)
class FileReport:
    """What was said of one input. ``findings`` are those outside any claim.

    ``claims`` is empty where the claims were handed on one by one instead. ``identities`` are the numbers by
    which a receiver knows its interchanges and groups again. ``segments`` are those that the first findings
    speak of, by number; ``recount`` is of the cleaned file, where there is one.
    """

    name: str
    sha256: str
    verdict: FileVerdict
    counts: Counts
    findings: tuple[Finding, ...]
    claims: tuple[ClaimReport, ...] = ()
    identities: tuple[Identity, ...] = ()
    segments: Mapping[int, Segment] = field(default_factory=dict, compare=False, repr=False)
    recount: Recount = field(default_factory=Recount, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class PackInfo:
    """A pack that decided about something in the report."""

    id: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class SuppressionReport:
    """A suppression of the configuration, and how many findings it has set aside in the run."""

    edit: str
    payer: str
    provider: str
    procedure: str
    reason: str
    owner: str
    expires: date | None
    expired: bool
    findings: int


@dataclass(frozen=True, slots=True)
class Report:
    """The report of one run. ``suppressions`` are all of the configuration, used or not."""

    version: str
    as_of: date
    packs: tuple[PackInfo, ...]
    tables: tuple[VintageName, ...]
    files: tuple[FileReport, ...]
    suppressions: tuple[SuppressionReport, ...] = ()
