"""The edit: metadata, and the functions that check a claim or an envelope."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scrubber.engine.finding import SEVERITIES, CheckResult, Severity

if TYPE_CHECKING:
    from scrubber.claim.model import Claim
    from scrubber.engine.context import Context
    from scrubber.envelopes.scan import Envelope

ClaimCheck = Callable[["Claim", "Context"], Iterator[CheckResult]]
EnvelopeCheck = Callable[["Envelope", "Context"], Iterator[CheckResult]]

_ID = re.compile(r"[A-Z]{2,8}-[0-9]{2,3}")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number, text or list that a pack may set. ``default`` also gives its type."""

    default: Any
    about: str


@dataclass(slots=True)
class Edit:
    """One named check. A module of its own defines it as ``edit``; the docstring is its manual page.

    ``severity`` and ``variants`` (severities of special cases, by name) are defaults that packs override.
    ``needs`` names what a claim must have, all of it, for the edit to be asked at all: traits of
    `scrubber.engine.traits` and sets of procedure codes of which it has one. ``yields`` is for general
    edits: one is silent where another speaks of the same element. ``sources`` are ids in
    ``edits/sources.toml``: who says so. ``denials`` are the CARC and RARC numbers of the denial that it
    prevents, ``claim_status`` what the 277CA says of a rejection (category:code, or with :entity where
    that is always the same), ``snip`` the SNIP level.
    """

    id: str
    title: str
    snip: int
    severity: Severity
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

    def __post_init__(self) -> None:
        """Refuse metadata that cannot be right, so that a fault in an edit shows when it is loaded."""
        if not _ID.fullmatch(self.id):
            raise ValueError(f"edit id {self.id!r} is not of the form PAIR-01")
        for severity in (self.severity, *self.variants.values()):
            if severity not in SEVERITIES:
                raise ValueError(f"{self.id}: severity {severity!r} is none of {SEVERITIES}")
        if not 1 <= self.snip <= 7:
            raise ValueError(f"{self.id}: SNIP level {self.snip} is not 1 to 7")

    @property
    def family(self) -> str:
        """The part of the id before the number: ``PAIR``."""
        return self.id.partition("-")[0]

    def claim(self, check: ClaimCheck) -> ClaimCheck:
        """Decorator: this function checks each claim."""
        self.check_claim = check
        return check

    def envelope(self, check: EnvelopeCheck) -> EnvelopeCheck:
        """Decorator: this function checks each interchange, group and transaction, and the whole input."""
        self.check_envelope = check
        return check
