"""What an edit yields (`Hit`, `Unchecked`) and what the report makes of it (`Finding`)."""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from scrubber.claim.field import Field
from scrubber.claim.model import ServiceLine
from scrubber.x12 import Segment

Severity = Literal["reject", "warn", "info"]
SEVERITIES: tuple[Severity, ...] = ("reject", "warn", "info")
Safety = Literal["safe", "unsafe"]


class FieldChange(Struct, frozen=True):
    """One element or component, and its new text."""

    field: Field
    after: str


class Fix(Struct, frozen=True):
    """How to fix a fault. ``safe``: format only, what is billed stays the same."""

    safety: Safety
    changes: tuple[FieldChange, ...]


def safe(*changes: tuple[Field, str]) -> Fix:
    """Return a fix of format or count, which `scrub` applies by default."""
    return Fix("safe", tuple(FieldChange(field, after) for field, after in changes))


def unsafe(*changes: tuple[Field, str]) -> Fix:
    """Return a fix that changes what is billed, applied only if the user names the edit."""
    return Fix("unsafe", tuple(FieldChange(field, after) for field, after in changes))


class Hit(Struct, frozen=True):
    """A fault at one place.

    ``message`` states the fault, ``to_do`` what to change if the edit's own does not fit the case.
    ``at`` is the field that is wrong, or the segment nearest to what is missing; in that case ``element``
    names what is missing (``REF02``) if it helps, and ``byte`` is the offset if there is no segment at all.
    ``line`` is the service line concerned. ``variant`` selects one of the edit's variant severities.
    ``holds`` is for envelopes only: ``False`` if the fault concerns one place in it and not the whole.
    ``once`` is for a fault that several subjects of a claim share, such as its place of service: of the hits
    at the same element, only the first is reported. ``explains`` is for a fault that makes a segment
    unreadable: it supersedes all other findings in that segment.
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
    once: bool = False
    explains: bool = False

    @property
    def segment(self) -> Segment | None:
        """Return the segment that the fault is in, or nearest to."""
        segment = self.at.segment if isinstance(self.at, Field) else self.at
        return self.line.segment if segment is None and self.line else segment


class Unchecked(Struct, frozen=True):
    """Why an edit could not be evaluated: a table does not cover the date, or a value is unreadable."""

    why: str


CheckResult = Hit | Unchecked


class Value(Struct, frozen=True, forbid_unknown_fields=True):
    """A value of the report, such as a finding."""

    def to_dict(self) -> dict[str, Any]:
        """Return this as plain dictionaries, lists, texts and numbers, as the JSON report has it."""
        record: dict[str, Any] = msgspec.to_builtins(self)
        return record


class Where(Value, frozen=True, forbid_unknown_fields=True):
    """The place of a finding.

    ``element`` names an element or component (``SV101-2``), ``line`` is a service line from 1,
    ``segment_number`` counts the segments of the input from 1, ``byte`` is the segment's offset in the
    input from 0. ``None`` if a finding has no such place.
    """

    loop: str | None = None
    segment: str | None = None
    element: str | None = None
    line: int | None = None
    segment_number: int | None = None
    byte: int | None = None


class AppliedFix(Value, frozen=True, forbid_unknown_fields=True):
    """A fix in the report: what it would change or, if ``applied``, has changed."""

    safety: Safety
    applied: bool
    before: str
    after: str


class Finding(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One fault as reported.

    ``message`` states the fault, ``to_do`` what to change. ``denials`` are CARC and RARC numbers,
    ``claim_status`` the pairs for the 277CA, ``snip`` the SNIP level, ``pack`` the pack that decided.
    ``about`` is the part of a service line that it concerns: its link to a ``drug``, to ``diagnoses`` or to
    an ``ndc``, or the ``line`` itself; empty if that follows from the element. ``claims`` is how many claims
    share a fault of a level above them (billing provider, payer); ``None`` if it concerns one.
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
        """Return the sort key of reports: by place, then by edit, whatever order the edits were run in."""
        where = self.where
        return where.segment_number or 0, self.edit, where.element or ""

    @property
    def is_fixed(self) -> bool:
        """Return True if the fault was fixed in the output."""
        return self.fix is not None and self.fix.applied

    @property
    def holds(self) -> bool:
        """Return True if a claim with this finding must not be sent."""
        return self.severity == "reject" and not self.is_fixed

    def fixed(self) -> Finding:
        """Return the same finding after its fix was applied."""
        assert self.fix is not None
        return replace(self, fix=replace(self.fix, applied=True))


class Suppressed(Struct, frozen=True):
    """A finding that an edit override accepts, with the reason and owner given in the configuration.

    ``number`` is the override's position in the configuration, from 0. ``baseline`` is true if it is one of
    the baseline's.
    """

    finding: Finding
    reason: str
    owner: str
    number: int
    baseline: bool = False


class UncheckedEdit(Value, frozen=True, forbid_unknown_fields=True):
    """An edit that could not be evaluated, and why; ``*`` means all edits."""

    edit: str
    why: str


class EditFailure(Struct, frozen=True):
    """An edit that raised: the kind of error, and the file and line where it arose.

    The error's text is not kept, since it may hold values of a claim. ``frames`` is the traceback from the
    edit's check to the error, one place in the code each.
    """

    edit: str
    error: str
    file: str
    line: int
    frames: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return which edit failed, and where."""
        return f"{self.edit} failed: {self.error} in {self.file}, line {self.line}"


def where_of(hit: Hit) -> Where:
    """Return the place of a `Hit`, from its field, its segment or its line."""
    at, segment, element, loop = hit.at, hit.segment, hit.element or None, hit.loop
    if isinstance(at, Field):
        element, loop = element or at.name or None, loop or at.loop
    return Where(
        loop=loop or ("2400" if hit.line else None),
        segment=segment.id if segment else None,
        element=element,
        line=hit.line.index if hit.line else None,
        segment_number=segment.number if segment else None,
        byte=segment.offset if segment else hit.byte,
    )
