"""The result of a claim on its way from one process to another, without the claim.

Both processes read the same input, so a segment is its number, and only what a fix made of it travels. Equal
values that are one object (what is not checked, facts of the levels) are written once a message by pickle.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from scrubber.claim.model import build_claim
from scrubber.claim.walk import Leaf
from scrubber.engine.evaluate import model_of
from scrubber.engine.facts import ClaimFacts
from scrubber.engine.finding import EditFailure, Finding, Suppressed, UncheckedEdit
from scrubber.engine.fixing import FixedSegment
from scrubber.engine.policy import Policy
from scrubber.engine.result import ClaimModel, ClaimResult
from scrubber.guide.fault import Fault, FaultKind
from scrubber.tables import VintageName
from scrubber.x12 import Segment

_PackedFault = tuple[FaultKind, int, str, int, int, str, str]


class Changes(NamedTuple):
    """What fixes changed. ``replaced`` and ``fixed`` have the new bytes by segment number."""

    replaced: Mapping[int, bytes]
    fixed: tuple[tuple[int, bytes, tuple[str, ...]], ...]


class Rare(NamedTuple):
    """What few claims have."""

    suppressed: tuple[Suppressed, ...]
    changes: Changes | None
    faults: tuple[_PackedFault, ...]
    failures: tuple[EditFailure, ...]
    omitted: tuple[Finding, ...]


class Packed(NamedTuple):
    """A result without segments and model. ``is_sound`` means that the levels have no faults."""

    pack: str
    facts: ClaimFacts
    unchecked: tuple[UncheckedEdit, ...]
    tables: frozenset[VintageName]
    findings: tuple[Finding, ...]
    is_sound: bool
    rare: Rare | None


def pack(result: ClaimResult) -> Packed:
    """Return a result as it travels."""
    rare = None
    if result.suppressed or result.is_changed or result.faults or result.failures or result.omitted:
        changes = None
        if result.is_changed:
            changes = Changes(
                {number: segment.body for number, segment in result.replaced.items()},
                tuple([(each.before.number, each.after.body, each.edits) for each in result.fixed_segments]),
            )
        faults = tuple([_packed_fault(fault) for fault in result.faults])
        rare = Rare(result.suppressed, changes, faults, result.failures, result.omitted)
    # A claim that was recalled without its model has no fault, nor have the levels above it.
    is_sound = not isinstance(result.model, ClaimModel)
    return Packed(result.pack, result.facts, result.unchecked, result.tables, result.findings, is_sound, rare)


def unpack(packed: Packed, leaf: Leaf, policy: Policy) -> ClaimResult:
    """Return the result of a claim from another process; its model is made when it is asked for."""
    if packed.is_sound:
        for name, level in leaf.levels().items():
            if name != "HEADER":  # its faults are reported on the envelope
                level.know_no_faults()
    result = ClaimResult(
        _as_received(leaf, policy),
        packed.pack,
        packed.findings,
        packed.unchecked,
        tables=packed.tables,
        known_facts=packed.facts,
    )
    rare = packed.rare
    if rare:
        result.suppressed, result.failures, result.omitted = rare.suppressed, rare.failures, rare.omitted
        if rare.faults:
            segments = {segment.number: segment for segment in leaf.segments}
            result.faults = tuple([_fault(fault, segments) for fault in rare.faults])
        if rare.changes:
            _change(result, rare.changes, leaf, policy)
    return result


def lighten(result: ClaimResult, leaf: Leaf, policy: Policy) -> None:
    """Let go of what a result that waits for its turn can make again."""
    if not isinstance(result.model, ClaimModel):
        result.model = _as_received(leaf, policy)


def _as_received(leaf: Leaf, policy: Policy) -> Callable[[], ClaimModel]:
    return lambda: model_of(leaf.levels(), leaf.segments, policy)


def _change(result: ClaimResult, changes: Changes, leaf: Leaf, policy: Policy) -> None:
    """Add to a result what fixes changed, and the model after them."""
    levels, received = leaf.levels(), tuple(leaf.segments)
    before = {segment.number: segment for segment in _all(level.segments for level in levels.values())}
    before |= {segment.number: segment for segment in received}
    replaced = {number: _with_body(before[number], body) for number, body in changes.replaced.items()}
    fixed = {
        number: replaced.get(number) or _with_body(before[number], body) for number, body, _ in changes.fixed
    }
    result.replaced = replaced
    result.fixed_segments = tuple(
        [FixedSegment(before[number], fixed[number], edits) for number, _, edits in changes.fixed]
    )

    def model() -> ClaimModel:
        current = {name: level.repaired(replaced) for name, level in levels.items()}
        segments = tuple([fixed.get(segment.number, segment) for segment in received])
        claim = build_claim(current, segments)
        return ClaimModel(claim, policy.rulebook.codes, segments, levels, received)

    result.model = model


def _all(groups: Iterable[Iterable[Segment]]) -> Iterable[Segment]:
    return (segment for group in groups for segment in group)


def _with_body(before: Segment, body: bytes) -> Segment:
    return Segment(body, before.number, before.offset, before.delimiters, before.lead, before.end)


def _packed_fault(fault: Fault) -> _PackedFault:
    return (
        fault.kind, fault.segment.number, fault.loop, fault.element, fault.component, fault.expected,
        fault.missing,
    )  # fmt: skip


def _fault(packed: _PackedFault, segments: Mapping[int, Segment]) -> Fault:
    kind, number, loop, element, component, expected, missing = packed
    return Fault(kind, segments[number], loop, element, component, expected, missing)
