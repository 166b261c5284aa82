"""Putting one claim, or one envelope, to its edits: a pure function of segments and policy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from scrubber.claim.build import build_claim
from scrubber.claim.model import Claim
from scrubber.claim.pairing import Administration, pair
from scrubber.edit.context import Context
from scrubber.edit.finding import (
    AppliedFix,
    Change,
    Finding,
    Fix,
    Found,
    Outcome,
    Suppressed,
    Unchecked,
    UncheckedEdit,
    where_of,
)
from scrubber.edit.pack import Decision
from scrubber.edit.policy import Policy
from scrubber.guide.loops import Loop, parse_loops
from scrubber.survey import Envelope
from scrubber.x12 import Segment

MAX_ROUNDS = 8
"""Repair and look again at most so often; a chain of repairs longer than this is a fault of an edit."""

Levels = Mapping[str, Sequence[Segment]]
"""The segments above a claim by level: HEADER, 2000A, 2000B, 2000C."""


@dataclass(frozen=True, slots=True)
class Repair:
    """One segment that repairs changed, and the ids of the edits that asked for it."""

    before: Segment
    after: Segment
    edits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What came out for one claim: the claim as it stands after repairs, and all that was said.

    ``segments`` are the claim's own after repairs; ``replaced`` holds repaired segments of the levels
    above it by segment number.
    """

    claim: Claim
    pack: str
    administrations: tuple[Administration, ...]
    segments: tuple[Segment, ...]
    replaced: Mapping[int, Segment]
    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]
    unchecked: tuple[UncheckedEdit, ...]
    repairs: tuple[Repair, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether a finding says that the claim must not be sent."""
        return any(finding.holds for finding in self.findings)


@dataclass(frozen=True, slots=True)
class _Said:
    """One thing found in one round, with the decision and the fix still attached."""

    finding: Finding
    fix: Fix | None
    suppressed: Suppressed | None


def judge_claim(
    levels: Levels, segments: Sequence[Segment], policy: Policy, loops: Mapping[str, Loop]
) -> Judged:
    """Repair as the policy allows, then judge the repaired claim.

    ``loops`` are the levels already sorted into loops; they are sorted anew only where a repair touches
    them.
    """
    own, replaced = tuple(segments), dict[int, Segment]()
    repaired: list[Finding] = []
    for round_number in range(MAX_ROUNDS):
        current = _loops(levels, loops, replaced) if replaced else loops
        claim = build_claim(dict(current), own)
        pack = policy.pack_for(claim)
        administrations = pair(claim, policy.rulebook.codes)
        said, unchecked = _ask(claim, pack, administrations, policy)
        wanted = [
            item for item in said if not item.suppressed and policy.fixes.allow(item.finding.edit, item.fix)
        ]
        changes = _compatible(wanted) if round_number < MAX_ROUNDS - 1 else []
        if not changes:
            break
        numbers = {segment.number for segment in own}
        done: list[Finding] = []
        for item, fix in changes:
            if _applies(fix, numbers, levels):
                own, replaced = _apply(fix, own, replaced, levels)
                done.append(item.finding.repaired())
        if not done:
            break
        repaired += done
    findings = [*repaired, *(item.finding for item in said if not item.suppressed)]
    return Judged(
        claim=claim,
        pack=pack,
        administrations=administrations,
        segments=own,
        replaced=replaced,
        findings=tuple(sorted(findings, key=lambda finding: finding.order)),
        suppressed=tuple(item.suppressed for item in said if item.suppressed),
        unchecked=tuple(unchecked),
        repairs=_repairs(levels, segments, own, replaced, repaired),
    )


def leave_claim(segments: Sequence[Segment], policy: Policy, loops: Mapping[str, Loop], why: str) -> Judged:
    """A claim that no edit is run on, with the reason said."""
    claim = build_claim(dict(loops), segments)
    return Judged(
        claim=claim,
        pack=policy.pack_for(claim),
        administrations=pair(claim, policy.rulebook.codes),
        segments=tuple(segments),
        replaced={},
        findings=(),
        suppressed=(),
        unchecked=(UncheckedEdit("*", why),),
    )


def judge_envelope(envelope: Envelope, policy: Policy) -> Iterator[tuple[Finding, Found]]:
    """All findings about one envelope, each with what the edit said."""
    pack = policy.pack or "base"
    for decision in policy.rulebook.decisions(pack, policy.as_of):
        check = decision.edit.check_envelope
        if check is not None:
            context = Context(policy.as_of, policy.rulebook.codes, (), decision.parameters)
            for outcome in check(envelope, context):
                if isinstance(outcome, Found):
                    finding = _finding(outcome, decision, policy)
                    applied = policy.fixes.allow(finding.edit, outcome.fix)
                    yield (finding.repaired() if applied else finding), outcome


def _ask(
    claim: Claim, pack: str, administrations: tuple[Administration, ...], policy: Policy
) -> tuple[list[_Said], list[UncheckedEdit]]:
    """Put the claim to every edit of its pack, once."""
    said: list[_Said] = []
    unchecked: list[UncheckedEdit] = []
    day = claim.first_service or policy.as_of
    for decision in policy.rulebook.decisions(pack, day):
        if decision.edit.check_claim is None:
            continue
        context = Context(policy.as_of, policy.rulebook.codes, administrations, decision.parameters)
        for outcome in _outcomes(decision, claim, context):
            if isinstance(outcome, Unchecked):
                entry = UncheckedEdit(decision.edit.id, outcome.why)
                if entry not in unchecked:
                    unchecked.append(entry)
            else:
                finding = _finding(outcome, decision, policy)
                said.append(_Said(finding, outcome.fix, _suppression(claim, finding, policy)))
    said.sort(key=lambda item: item.finding.order)
    unchecked.sort(key=lambda entry: (entry.edit, entry.why))
    return said, unchecked


def _outcomes(decision: Decision, claim: Claim, context: Context) -> Iterable[Outcome]:
    check = decision.edit.check_claim
    assert check is not None
    try:
        return list(check(claim, context))
    except Exception as error:  # noqa: BLE001 - a faulty edit must not end the run, and must be said
        # The kind of error only: its text may hold values of the claim.
        return [Unchecked(f"the edit itself failed ({type(error).__name__})")]


def _suppression(claim: Claim, finding: Finding, policy: Policy) -> Suppressed | None:
    for entry in policy.suppressions:
        if entry.matches(claim, finding, policy.as_of):
            return Suppressed(finding, entry.reason, entry.owner)
    return None


def _finding(found: Found, decision: Decision, policy: Policy) -> Finding:
    edit = decision.edit
    return Finding(
        edit=edit.id,
        severity=decision.variants.get(found.variant, decision.severity),
        message=found.message,
        where=where_of(found),
        fix=_described(found.fix),
        denials=edit.denials,
        claim_status=edit.claim_status,
        snip=edit.snip,
        pack=decision.pack,
        sources=policy.rulebook.cite(decision.sources),
    )


def _described(fix: Fix | None) -> AppliedFix | None:
    if fix is None:
        return None
    before = " ".join(str(change.field) for change in fix.changes)
    after = " ".join(change.after for change in fix.changes)
    return AppliedFix(fix.safety, applied=False, before=before, after=after)


def _compatible(wanted: list[_Said]) -> list[tuple[_Said, Fix]]:
    """The fixes that do not touch each other's elements; the others wait for the next round."""
    taken: set[tuple[int, int]] = set()
    chosen: list[tuple[_Said, Fix]] = []
    for item in wanted:
        assert item.fix is not None
        places = {
            (change.field.segment.number, change.field.element)
            for change in item.fix.changes
            if change.field.segment
        }
        if places and not places & taken:
            taken |= places
            chosen.append((item, item.fix))
    return chosen


def _applies(fix: Fix, own: set[int], levels: Levels) -> bool:
    """Whether all changes lie in the claim or in its hierarchical levels, and are plain text.

    A transaction's own header is shared by claims of many payers, so a claim's edit may not change it.
    """
    above = {segment.number for name, level in levels.items() if name != "HEADER" for segment in level}
    for change in fix.changes:
        segment = change.field.segment
        if segment is None or segment.number not in own | above:
            return False
        marks = segment.delimiters
        raw = change.after.encode()
        if any(mark in raw for mark in (marks.element, marks.component, marks.terminator)):
            return False
    return True


def _apply(
    fix: Fix, own: tuple[Segment, ...], replaced: dict[int, Segment], levels: Levels
) -> tuple[tuple[Segment, ...], dict[int, Segment]]:
    segments = {segment.number: segment for segment in own}
    above = {segment.number: segment for level in levels.values() for segment in level} | replaced
    for change in fix.changes:
        number = _number(change)
        if number in segments:
            segments[number] = _changed(segments[number], change)
        else:
            above[number] = _changed(above[number], change)
            replaced = {**replaced, number: above[number]}
    return tuple(segments[segment.number] for segment in own), replaced


def _repairs(
    levels: Levels,
    before: Sequence[Segment],
    own: tuple[Segment, ...],
    replaced: Mapping[int, Segment],
    repaired: Sequence[Finding],
) -> tuple[Repair, ...]:
    """What was changed in all, segment by segment."""
    if not repaired:
        return ()
    after = {segment.number: segment for segment in own} | dict(replaced)
    everything = [*(segment for level in levels.values() for segment in level), *before]
    return tuple(
        Repair(segment, now, _repaired_by(segment.number, repaired))
        for segment in everything
        if (now := after.get(segment.number, segment)).body != segment.body
    )


def _repaired_by(number: int, repaired: Sequence[Finding]) -> tuple[str, ...]:
    return tuple(sorted({finding.edit for finding in repaired if finding.where.segment_number == number}))


def _number(change: Change) -> int:
    assert change.field.segment is not None
    return change.field.segment.number


def _changed(segment: Segment, change: Change) -> Segment:
    return segment.replace(change.field.element, change.after.encode(), change.field.component)


def _loops(levels: Levels, loops: Mapping[str, Loop], replaced: Mapping[int, Segment]) -> dict[str, Loop]:
    """The levels with repaired segments in place of the input's."""
    result: dict[str, Loop] = {}
    for name, segments in levels.items():
        if any(segment.number in replaced for segment in segments):
            result[name] = parse_loops(name, [replaced.get(segment.number, segment) for segment in segments])
        else:
            result[name] = loops[name]
    return result
