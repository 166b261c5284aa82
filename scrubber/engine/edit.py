"""The edit: its metadata, and the functions that check a claim or an envelope."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, get_args

from scrubber.engine.finding import SEVERITIES, CheckResult, Severity

if TYPE_CHECKING:
    from scrubber.claim.model import Claim
    from scrubber.engine.context import Context
    from scrubber.envelopes.scan import Envelope

ClaimCheck = Callable[["Claim", "Context"], Iterator[CheckResult]]
EnvelopeCheck = Callable[["Envelope", "Context"], Iterator[CheckResult]]

About = Literal["drug", "diagnoses", "ndc", "line"]
"""What a finding on a service line is about: its link to a drug, to diagnoses or to an NDC, or the line."""

_ID = re.compile(r"[A-Z]{2,8}-[0-9]{2,3}")
TO_DO_LENGTH = range(25, 161)
"""How many characters a ``to_do`` may have."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number, text or list that a pack may set. ``default`` also determines its type."""

    default: Any
    about: str


@dataclass(slots=True)
class Edit:
    """One named check, defined as ``edit`` in a module of its own, whose docstring is its manual page.

    ``to_do`` tells the biller what to change: one imperative sentence of 25 to 160 characters that names the
    element, code or modifier. ``severity`` and ``variants`` (severities of special cases, by name) are
    defaults that packs override. ``needs`` lists everything a claim must have for the edit to be run at all:
    traits of `scrubber.engine.traits` and procedure code sets of which it has a code. ``yields`` marks a
    general edit: it is superseded where another edit fires on the same element. ``about`` is what the
    picture of the pairing marks; if it is not set, it follows from the element of each finding. ``sources``
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
    check_claim: ClaimCheck | None = None
    check_envelope: EnvelopeCheck | None = None
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
    def family(self) -> str:
        """Return the part of the id before the number: ``PAIR``."""
        return self.id.partition("-")[0]

    def claim(self, check: ClaimCheck) -> ClaimCheck:
        """Register a function that checks each claim (a decorator)."""
        self.check_claim = check
        return check

    def envelope(self, check: EnvelopeCheck) -> EnvelopeCheck:
        """Register a function that checks each interchange, group, transaction and the whole input."""
        self.check_envelope = check
        return check


def is_id(text: str) -> bool:
    """Return True if a text has the form of an edit's id."""
    return _ID.fullmatch(text) is not None


def is_to_do(text: str) -> bool:
    """Return True if a text has the form of a ``to_do``: one sentence of a length that fits a list."""
    return len(text) in TO_DO_LENGTH and text[0].isupper() and text.endswith(".") and "\n" not in text
