"""Faults that claims share: of the billing provider, the payer, a subscriber, an envelope.

Each is told at the first claim that has it; the claims after it refer to that one. Two claims share a fault
if the same is wrong at the same place of equal segments: whether a level is opened once for all of its claims
or again for each of them, its fault is one. How many claims share it is known at the end of the file.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Mapping
from itertools import takewhile

from msgspec import Struct, field, structs

from scrubber.claim.level import Level
from scrubber.engine.finding import Finding
from scrubber.engine.result import ClaimResult
from scrubber.report.claim_view import ClaimView
from scrubber.report.model import ClaimReport, SharedReport
from scrubber.text import counted, plain
from scrubber.x12 import Segment

_MOST = 1000
"""The most shared faults of a file that are counted, and the most others that are kept in mind."""
_NAMED = 10
_OF_CLAIM = ("23", "24")
"""How the names of the loops of a claim itself begin."""


class Sharing(Struct):
    """The claims that have something in common: how many, and the numbers of the first of them."""

    claims: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, number: str) -> None:
        """Count a claim."""
        self.claims += 1
        if len(self.first) < _NAMED:
            self.first.append(number)

    def __str__(self) -> str:
        """Return the number of claims, and the first of them."""
        numbers = ", ".join(plain(number) or "without a number" for number in self.first)
        return f"{counted(self.claims, 'claim')} ({numbers}{' …' if self.claims > len(self.first) else ''})"


Told = Mapping[int, Mapping[int, Sharing]]


class SharedFault(Struct):
    """A fault, and the claim at which it is told: the claim's ordinal, and the index among its findings."""

    finding: Finding
    ordinal: int
    index: int
    sharing: Sharing = field(default_factory=Sharing)


class SharedFaults:
    """The faults of one file that claims may share; memory is bounded, whatever the file contains.

    A fault that many others have followed is forgotten, and told once more if it comes again.
    """

    def __init__(self) -> None:
        self.envelope = Sharing()
        """The claims that are held with their envelope only."""
        self._shared: dict[Hashable, SharedFault] = {}
        self._single: OrderedDict[Hashable, SharedFault] = OrderedDict()

    @property
    def faults(self) -> tuple[SharedFault, ...]:
        """Return the faults that several claims share, in the order in which they are told."""
        return tuple(sorted(self._shared.values(), key=lambda fault: (fault.ordinal, fault.index)))

    def told(self) -> Told:
        """Return which claims share a fault, by the claim (ordinal) and the finding (index) that tells it."""
        found: dict[int, dict[int, Sharing]] = {}
        for fault in self._shared.values():
            found.setdefault(fault.ordinal, {})[fault.index] = fault.sharing
        return found

    def take(self, view: ClaimView) -> ClaimView:
        """Return a claim without the findings that were told before; it refers to them."""
        report = view.report
        if report.is_rejected and not (report.held_by or view.result.failures):
            self.envelope.add(report.control_number)
        if not any(map(may_be_shared, report.findings)):
            return view
        own: list[Finding] = []
        shared: list[SharedReport] = []
        for raw, finding in zip(view.result.findings, report.findings, strict=True):
            key = key_of(raw, view.result)
            fault = self._known(key) if key is not None else None
            if fault is None:
                if key is not None:
                    self._keep(key, SharedFault(finding, view.ordinal, len(own)), report.control_number)
                own.append(finding)
            else:
                shared.append(_reference(finding, fault))
                fault.sharing.add(report.control_number)
        if not shared:
            return view
        rest = structs.replace(report, findings=tuple(own), shared=tuple(shared))
        return structs.replace(view, report=rest)

    def _keep(self, key: Hashable, fault: SharedFault, number: str) -> None:
        fault.sharing.add(number)
        self._single[key] = fault
        if len(self._single) > _MOST:
            self._single.popitem(last=False)

    def _known(self, key: Hashable) -> SharedFault | None:
        """Return the fault if an earlier claim has it and it is counted."""
        fault = self._shared.get(key)
        if fault is None and len(self._shared) < _MOST:
            fault = self._single.pop(key, None)
            if fault is not None:
                self._shared[key] = fault
        return fault


def sharing_of(told: Told, ordinal: int, index: int) -> Sharing | None:
    """Return the claims that share the fault which this claim tells in this finding; ``None`` if none do."""
    return told.get(ordinal, {}).get(index)


def with_counts(report: ClaimReport, told: Mapping[int, Sharing]) -> ClaimReport:
    """Return a claim's report in which shared findings, given by index, have the number of their claims."""
    findings = [*report.findings]
    for index, sharing in told.items():
        findings[index] = structs.replace(findings[index], claims=sharing.claims)
    return structs.replace(report, findings=tuple(findings))


def _reference(finding: Finding, fault: SharedFault) -> SharedReport:
    return SharedReport(
        edit=finding.edit,
        severity=finding.severity,
        fixed=finding.is_fixed,
        segment_number=finding.where.segment_number or 0,
        claim=fault.sharing.first[0],
    )


def may_be_shared(finding: Finding) -> bool:
    """Return False if a finding is certainly about the claim itself, not about what is above it."""
    where = finding.where
    return where.line is None and bool(where.segment_number) and not (where.loop or "").startswith(_OF_CLAIM)


def key_of(finding: Finding, result: ClaimResult) -> Hashable | None:
    """Return what a finding about something above the claim is known by; ``None`` for any other."""
    if not may_be_shared(finding):
        return None
    where, fix = finding.where, finding.fix
    number = where.segment_number or 0
    for level in result.levels.values():
        segments = level.segments
        if segments and segments[0].number <= number <= segments[-1].number:
            part = _part(level, number)
            bodies = tuple(segment.body for segment in part)
            fault = finding.edit, finding.severity, finding.message, finding.to_do
            place = where.loop, where.element, number - part[0].number
            return fault, place, fix, bodies
    return None


def _part(level: Level, number: int) -> list[Segment]:
    """Return the segments of a level that a fault in it concerns: of the payer alone, or of the whole level.

    The HL segment, whose numbers differ, does not count.
    """
    segments = [segment for segment in level.segments if segment.id != "HL"] or list(level.segments)
    starts = [at for at, segment in enumerate(segments) if segment.id == "NM1" and segment.number <= number]
    if starts and segments[starts[-1]].get(1) == "PR":
        first, *rest = segments[starts[-1] :]
        return [first, *takewhile(lambda segment: segment.id != "NM1", rest)]
    return segments
