"""What an edit says (`Hit`, `Unchecked`) and what the report says of it (`Finding`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from scrubber.claim.field import Field
from scrubber.claim.model import ServiceLine
from scrubber.x12 import Segment

Severity = Literal["reject", "warn", "info"]
SEVERITIES: tuple[Severity, ...] = ("reject", "warn", "info")
Safety = Literal["safe", "unsafe"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One element or component to be given another text."""

    field: Field
    after: str


@dataclass(frozen=True, slots=True)
class Fix:
    """How to repair what was found. ``safe``: format only, what is billed stays the same."""

    safety: Safety
    changes: tuple[FieldChange, ...]


def safe(*changes: tuple[Field, str]) -> Fix:
    """A repair of format or count; `scrub` applies it unless told not to."""
    return Fix("safe", tuple(FieldChange(field, after) for field, after in changes))


def unsafe(*changes: tuple[Field, str]) -> Fix:
    """A repair that changes what is billed; applied only when asked for by the edit's id."""
    return Fix("unsafe", tuple(FieldChange(field, after) for field, after in changes))


@dataclass(frozen=True, slots=True)
class Hit:
    """A fault at one place.

    ``message`` states the fault, ``to_do`` what to change where the edit's own does not fit the case.
    ``at`` is the field that is wrong, or the segment nearest to what is missing; then ``element`` names
    what is missing (``REF02``) if it helps, and ``byte`` the place where there is no segment at all. ``line``
    is the service line concerned. ``variant`` selects one of the edit's variant severities. ``holds`` is only
    for envelopes: ``False`` where the fault concerns one place in it and not the whole.
    """

    at: Field | Segment | None
    message: str
    line: ServiceLine | None = None
    fix: Fix | None = None
    element: str = ""
    variant: str = ""
    loop: str = ""
    byte: int | None = None
    holds: bool = True
    to_do: str = ""

    @property
    def segment(self) -> Segment | None:
        """The segment that it speaks of."""
        segment = self.at.segment if isinstance(self.at, Field) else self.at
        return self.line.segment if segment is None and self.line else segment


@dataclass(frozen=True, slots=True)
class Unchecked:
    """The edit could not decide, and why: a table does not cover the date, or a value is unreadable."""

    why: str


CheckResult = Hit | Unchecked


class Where(Struct, frozen=True, forbid_unknown_fields=True):
    """The place of a finding.

    ``element`` names an element or component (``SV101-2``), ``line`` is a service line from 1,
    ``segment_number`` counts the segments of the input from 1, ``byte`` is the segment's offset in the
    input from 0. ``None`` where a finding has no such place.
    """

    loop: str | None = None
    segment: str | None = None
    element: str | None = None
    line: int | None = None
    segment_number: int | None = None
    byte: int | None = None


class AppliedFix(Struct, frozen=True, forbid_unknown_fields=True):
    """A fix in the report: what it would change or, where ``applied``, has changed."""

    safety: Safety
    applied: bool
    before: str
    after: str


class Finding(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the report says of one fault.

    ``message`` states the fault, ``to_do`` what to change. ``denials`` are CARC and RARC numbers,
    ``claim_status`` the pairs for the 277CA, ``snip`` the SNIP level, ``pack`` the pack that decided.
    ``about`` is what it concerns of a service line: its tie to a ``drug``, to ``diagnoses`` or an ``ndc``,
    or the ``line`` itself; empty where that follows from the element. ``claims`` is how many claims a
    finding of a shared level (billing provider, subscriber) concerns; ``None`` where it concerns one.
    """

    edit: str
    title: str
    severity: Severity
    message: str
    to_do: str
    where: Where
    fix: AppliedFix | None = None
    denials: tuple[str, ...] = ()
    claim_status: tuple[str, ...] = ()
    snip: int
    pack: str
    sources: tuple[str, ...] = ()
    about: str = ""
    claims: int | None = None

    @property
    def order(self) -> tuple[int, str, str]:
        """By place, then by edit: what a report is sorted by, whatever order the edits were run in."""
        return self.where.segment_number or 0, self.edit, self.where.element or ""

    @property
    def is_fixed(self) -> bool:
        """Whether the fault is no longer in the output."""
        return self.fix is not None and self.fix.applied

    @property
    def holds(self) -> bool:
        """Whether a claim with this finding must not be sent."""
        return self.severity == "reject" and not self.is_fixed

    def fixed(self) -> Finding:
        """Return the same finding after its fix was applied."""
        assert self.fix is not None
        return replace(self, fix=replace(self.fix, applied=True))


class Suppressed(Struct, frozen=True):
    """A finding that an edit override of the configuration sets aside, with the reason that was given.

    ``number`` is the override's place in the configuration, from 0.
    """

    finding: Finding
    reason: str
    owner: str
    number: int


class UncheckedEdit(Struct, frozen=True, forbid_unknown_fields=True):
    """An edit that could not decide, and why; ``*`` stands for all edits."""

    edit: str
    why: str


class EditFailure(Struct, frozen=True):
    """An edit that raised: the kind of error, and the file and line where it arose.

    The error's text is not kept, since it may hold values of a claim. ``frames`` is the way from the edit's
    check to the error, a place in the code each.
    """

    edit: str
    error: str
    file: str
    line: int
    frames: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The edit failed, and where."""
        return f"{self.edit} failed: {self.error} in {self.file}, line {self.line}"


def where_of(found: Hit) -> Where:
    """The place that a `Hit` speaks of, from its field, its segment or its line."""
    at, segment, element, loop = found.at, found.segment, found.element or None, found.loop
    if isinstance(at, Field):
        element, loop = element or at.name or None, loop or at.loop
    return Where(
        loop=loop or ("2400" if found.line else None),
        segment=segment.id if segment else None,
        element=element,
        line=found.line.index if found.line else None,
        segment_number=segment.number if segment else None,
        byte=segment.offset if segment else found.byte,
    )
