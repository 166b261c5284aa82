"""The edit: its metadata, its subject, and the function that checks it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

from scrubber.engine.finding import SEVERITIES, CheckResult, Severity

if TYPE_CHECKING:
    from scrubber.claim.line import ServiceLine
    from scrubber.claim.model import Claim
    from scrubber.claim.parts import Diagnosis
    from scrubber.claim.party import Party
    from scrubber.engine.context import Context
    from scrubber.envelopes.scan import Envelope

Check = Callable[[Any, "Context"], Iterator[CheckResult]]
"""What an edit does with one subject: yield what it finds."""
PartyCheck = Callable[["Party", "Context"], Iterator[CheckResult]]
DiagnosisCheck = Callable[["Diagnosis", "Context"], Iterator[CheckResult]]
LineCheck = Callable[["ServiceLine", "Context"], Iterator[CheckResult]]
ClaimCheck = Callable[["Claim", "Context"], Iterator[CheckResult]]
EnvelopeCheck = Callable[["Envelope", "Context"], Iterator[CheckResult]]

Subject = Literal["party", "diagnosis", "line", "line_diagnosis", "lines", "claim", "envelope"]
"""What an edit is run on, once for each in a claim.

``party`` is a person or organization, ``diagnosis`` one code of HI, ``line`` a service line by itself,
``line_diagnosis`` a service line with its diagnoses, ``lines`` the service lines of a claim together,
``claim`` a claim as a whole, ``envelope`` an interchange, a group, a transaction set or the whole input.
"""
CLAIM_SUBJECTS: tuple[Subject, ...] = ("party", "diagnosis", "line", "line_diagnosis", "lines", "claim")
"""All subjects but the envelope."""

About = Literal["drug", "diagnoses", "ndc", "line"]
"""What a finding on a service line is about: its link to a drug, to diagnoses or to an NDC, or the line."""

_CODES = re.compile("[0-9A-Z]{5}(-[0-9A-Z]{5})?")
"""An item of a list of procedure codes and ranges of codes."""
_ID = re.compile(r"[A-Z]{2,8}-[0-9]{2,3}")
TO_DO_LENGTH = range(25, 161)
"""How many characters a ``to_do`` may have."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number, text or list that a pack may set. ``default`` also determines its type.

    A list has items of one type. If those of its default are procedure codes and ranges of them
    (``J0000-J9999``), so must be all others. ``choices`` (texts, or a range of numbers) are the only
    values that are allowed; if empty, all are.
    """

    default: Any
    about: str
    choices: Sequence[Any] = ()

    @property
    def is_codes(self) -> bool:
        """True if the default is procedure codes and ranges of them, or one code as a text."""
        codes = (self.default,) if isinstance(self.default, str) else self.default
        if not (isinstance(codes, tuple) and codes):
            return False
        return all(isinstance(code, str) and _CODES.fullmatch(code) for code in codes)


@dataclass(slots=True)
class Edit:
    """One named check, defined as ``edit`` in a module of its own, whose docstring is its manual page.

    Its function is registered for what it checks (`party`, `diagnosis`, `line`, `line_diagnosis`, `lines`,
    `claim`, `envelope`) and run once for each of these. ``context.claim`` is the claim around it. The
    smaller the subject, the more often its outcome is known from an earlier claim.

    ``to_do`` tells the biller what to change: one imperative sentence of 25 to 160 characters that names the
    element, code or modifier. ``severity`` and ``variants`` (severities of special cases, by name) are
    defaults that packs override. ``needs`` lists everything a claim must have for the edit to be run at all:
    traits of `scrubber.engine.traits` and procedure code sets of which it has a code. ``needs_codes`` names
    parameters of the edit that are procedure codes: of each, a line must bill a code; of several parameters
    and code sets in a tuple, a code of any of them. ``yields`` marks a general edit: it is superseded where
    another edit fires on the same element. ``about`` is what the picture of the pairing marks; if it is not
    set, it follows from the element of each finding. ``sources``
    are ids in a ``sources.toml``, the authority for the edit. ``denials`` are the CARC and RARC numbers of
    the denial that it prevents, ``claim_status`` the 277CA status of a rejection (category:code, with
    :entity if that is always the same), ``snip`` the SNIP level. Loading sets ``manual`` (the page),
    ``path``, ``folder`` (the folder of edits that it is in) and ``origin``: that folder or the installed
    package that it comes from, empty for a shipped edit.
    """

    id: str
    title: str
    snip: int
    severity: Severity
    to_do: str = ""
    about: About | None = None
    sources: tuple[str, ...] = ()
    denials: tuple[str, ...] = ()
    claim_status: tuple[str, ...] = ()
    variants: Mapping[str, Severity] = field(default_factory=dict)
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    yields: bool = False
    needs: tuple[str, ...] = ()
    needs_codes: tuple[str | tuple[str, ...], ...] = ()
    checks: dict[Subject, Check] = field(default_factory=dict)
    manual: str = ""
    path: str = ""
    folder: str = ""
    origin: str = ""

    def __post_init__(self) -> None:
        """Reject invalid metadata, so that a faulty edit fails when it is loaded."""
        if not is_id(self.id):
            raise ValueError(f"edit id {self.id!r} is not of the form PAIR-01")
        for severity in (self.severity, *self.variants.values()):
            if severity not in SEVERITIES:
                raise ValueError(f"{self.id}: severity {severity!r} is not one of {SEVERITIES}")
        if self.to_do and not is_to_do(self.to_do):
            raise ValueError(f"{self.id}: to_do must be one sentence of 25 to 160 characters: {self.to_do!r}")
        if self.about is not None and self.about not in get_args(About):
            raise ValueError(f"{self.id}: about {self.about!r} is not one of {get_args(About)}")
        if not 1 <= self.snip <= 7:
            raise ValueError(f"{self.id}: SNIP level {self.snip} is not from 1 to 7")

    @property
    def code_lists(self) -> tuple[tuple[str, ...], ...]:
        """Return ``needs_codes`` with all entries as tuples."""
        return tuple([(names,) if isinstance(names, str) else names for names in self.needs_codes])

    @property
    def family(self) -> str:
        """Return the part of the id before the number: ``PAIR``."""
        return self.id.partition("-")[0]

    def party(self, check: PartyCheck) -> PartyCheck:
        """Register a function that checks each person and organization of a claim (a decorator)."""
        self.checks["party"] = check
        return check

    def diagnosis(self, check: DiagnosisCheck) -> DiagnosisCheck:
        """Register a function that checks each diagnosis (a decorator)."""
        self.checks["diagnosis"] = check
        return check

    def line(self, check: LineCheck) -> LineCheck:
        """Register a function that checks each service line by itself (a decorator)."""
        self.checks["line"] = check
        return check

    def line_diagnosis(self, check: LineCheck) -> LineCheck:
        """Register a function that checks each service line with its diagnoses (a decorator)."""
        self.checks["line_diagnosis"] = check
        return check

    def lines(self, check: ClaimCheck) -> ClaimCheck:
        """Register a function that checks the service lines of each claim together (a decorator)."""
        self.checks["lines"] = check
        return check

    def claim(self, check: ClaimCheck) -> ClaimCheck:
        """Register a function that checks each claim as a whole (a decorator)."""
        self.checks["claim"] = check
        return check

    def envelope(self, check: EnvelopeCheck) -> EnvelopeCheck:
        """Register a function that checks each interchange, group, transaction and the whole input."""
        self.checks["envelope"] = check
        return check


def is_id(text: str) -> bool:
    """Return True if a text has the form of an edit's id."""
    return _ID.fullmatch(text) is not None


def is_to_do(text: str) -> bool:
    """Return True if a text has the form of a ``to_do``: one sentence of a length that fits a list."""
    return len(text) in TO_DO_LENGTH and text[0].isupper() and text.endswith(".") and "\n" not in text
