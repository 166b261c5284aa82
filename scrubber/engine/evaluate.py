"""Putting one claim, or one envelope, to its edits: a pure function of segments and policy."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from scrubber.claim.level import Level, unit_faults
from scrubber.claim.model import Claim, build_claim
from scrubber.claim.pairing import Administration, pair
from scrubber.engine.context import Context
from scrubber.engine.edit import Edit
from scrubber.engine.finding import (
    SEVERITIES,
    AppliedFix,
    CheckResult,
    EditFailure,
    Finding,
    Fix,
    Hit,
    Suppressed,
    Unchecked,
    UncheckedEdit,
    where_of,
)
from scrubber.engine.history import NO_HISTORY, History
from scrubber.engine.pack import PackDecision
from scrubber.engine.policy import Policy
from scrubber.engine.repair import ClaimDraft
from scrubber.engine.result import ClaimResult
from scrubber.engine.rulebook import BASE
from scrubber.engine.traits import traits_of
from scrubber.envelopes.scan import Envelope
from scrubber.errors import TableError
from scrubber.guide.fault import Fault
from scrubber.tables import Lookups
from scrubber.x12 import Segment

_Subject = TypeVar("_Subject")
MAX_ROUNDS = 8
"""Repair and look again at most so often; a chain of repairs longer than this is a fault of an edit."""


@dataclass(frozen=True, slots=True)
class _Raised:
    """One thing found in one round, with the fix still attached."""

    finding: Finding
    fix: Fix | None
    suppressed: Suppressed | None
    yields: bool


@dataclass(slots=True)
class _Round:
    """What all edits together say of a claim in one round."""

    claim: Claim
    pack: str
    administrations: tuple[Administration, ...]
    said: list[_Raised] = field(default_factory=list)
    unchecked: set[UncheckedEdit] = field(default_factory=set)
    failures: set[EditFailure] = field(default_factory=set)

    def settle(self) -> None:
        """Bring it in order; where two edits see the same fault, only the more specific one speaks."""
        special = [item.finding for item in self.said if not item.yields]
        self.said = [
            item
            for item in self.said
            if not (item.yields and any(_says_more(other, item.finding) for other in special))
        ]
        self.said.sort(key=lambda item: item.finding.order)


def evaluate_claim(
    levels: Mapping[str, Level], segments: Sequence[Segment], policy: Policy, repeats: int = 0
) -> ClaimResult:
    """Repair as the policy allows, then judge the repaired claim. ``levels`` are those above it by name.

    ``repeats`` is the number of the segment with which the claim begins that this one repeats, or 0.
    """
    draft = ClaimDraft(levels, tuple(segments))
    repaired: list[Finding] = []
    received = unit_faults("2300", segments)
    lookups = Lookups(policy.tables)
    for round_number in range(MAX_ROUNDS):
        own = unit_faults("2300", draft.segments) if round_number else received
        asked = _ask(draft, own, policy, lookups, repeats)
        wanted = [
            item
            for item in asked.said
            if item.fix and not item.suppressed and policy.fixes.allow(item.finding.edit, item.fix)
        ]
        before = len(repaired)
        if round_number < MAX_ROUNDS - 1:
            for item, fix in _compatible(wanted):
                after = draft.with_fix(item.finding.edit, fix)
                if after:
                    draft = after
                    repaired.append(item.finding.fixed())
        if len(repaired) == before:
            break
    findings = [*repaired, *(item.finding for item in asked.said if not item.suppressed)]
    return ClaimResult(
        claim=asked.claim,
        pack=asked.pack,
        administrations=asked.administrations,
        segments=draft.segments,
        replaced=draft.replaced,
        findings=tuple(sorted(findings, key=lambda finding: finding.order)),
        suppressed=tuple(item.suppressed for item in asked.said if item.suppressed),
        unchecked=tuple(sorted(asked.unchecked, key=lambda entry: (entry.edit, entry.why))),
        repairs=tuple(draft.repairs(segments)),
        faults=received,
        tables=frozenset(lookups.used),
        levels=levels,
        original=tuple(segments),
        failures=tuple(sorted(asked.failures, key=str)),
    )


def skip_claim(
    levels: Mapping[str, Level], segments: Sequence[Segment], policy: Policy, why: str
) -> ClaimResult:
    """A claim that no edit is run on, with the reason said."""
    claim = build_claim(levels, segments)
    return ClaimResult(
        claim=claim,
        pack=policy.pack_for(claim),
        administrations=pair(claim, policy.rulebook.codes),
        segments=tuple(segments),
        replaced={},
        findings=(),
        suppressed=(),
        unchecked=(UncheckedEdit("*", why),),
        levels=levels,
        original=tuple(segments),
    )


def evaluate_envelope(
    envelope: Envelope, policy: Policy, history: History = NO_HISTORY
) -> Iterator[tuple[Finding, Hit] | EditFailure]:
    """Yield the findings about one envelope, each with the edit's hit, and the edits that failed on it."""
    pack = policy.pack or BASE
    for decision in policy.rulebook.decisions(pack, policy.as_of):
        check = decision.edit.check_envelope
        if check is not None:
            lookups = Lookups(policy.tables)
            context = Context(
                policy.as_of, policy.rulebook.codes, lookups, (), decision.parameters, history=history
            )
            outcomes = _outcomes(decision.edit, check, envelope, context)
            if isinstance(outcomes, EditFailure):
                yield outcomes
                outcomes = [Unchecked(str(outcomes))]
            for outcome in outcomes:
                # The report has no list of what is unchecked about envelopes: that is a finding, too.
                found = (
                    Hit(envelope.first, f"Not checked: {outcome.why}.")
                    if isinstance(outcome, Unchecked)
                    else outcome
                )
                finding = _finding(found, decision, policy)
                applied = policy.fixes.allow(finding.edit, found.fix)
                yield (finding.fixed() if applied else finding), found


def _ask(
    draft: ClaimDraft, own_faults: tuple[Fault, ...], policy: Policy, lookups: Lookups, repeats: int
) -> _Round:
    """Put the claim as it stands to every edit of its pack, once."""
    levels = draft.current_levels()
    claim = build_claim(levels, draft.segments)
    pack = policy.pack_for(claim)
    administrations = pair(claim, policy.rulebook.codes)
    # The header's faults are its own affair.
    above = (fault for name, level in levels.items() if name != "HEADER" for fault in level.faults)
    faults = (*above, *own_faults)
    asked = _Round(claim, pack, administrations)
    rulebook = policy.rulebook
    context = Context(policy.as_of, rulebook.codes, lookups, administrations, {}, faults, repeats)
    traits = traits_of(claim, context)
    for decision in rulebook.applicable(pack, claim.first_service or policy.as_of, traits):
        check = decision.edit.check_claim
        assert check is not None
        context.parameters = decision.parameters
        outcomes = _outcomes(decision.edit, check, claim, context)
        if isinstance(outcomes, EditFailure):
            asked.failures.add(outcomes)
            asked.unchecked.add(UncheckedEdit(decision.edit.id, str(outcomes)))
            continue
        for outcome in outcomes:
            if isinstance(outcome, Unchecked):
                asked.unchecked.add(UncheckedEdit(decision.edit.id, outcome.why))
            else:
                finding = _finding(outcome, decision, policy)
                suppressed = _suppression(claim, finding, policy)
                asked.said.append(_Raised(finding, outcome.fix, suppressed, decision.edit.yields))
    asked.settle()
    return asked


def _outcomes(
    edit: Edit,
    check: Callable[[_Subject, Context], Iterable[CheckResult]],
    subject: _Subject,
    context: Context,
) -> Sequence[CheckResult] | EditFailure:
    """Return all that a check says, and what no table could tell it; or that it failed."""
    try:
        said = list(check(subject, context))
    except TableError:
        # The tables are at fault, for every claim: the run cannot go on.
        raise
    except Exception as error:  # noqa: BLE001 - a faulty edit must not end the run, and must be said
        context.tables.take_uncovered()
        return _failure(edit, error)
    if context.tables.uncovered:
        said += (Unchecked(why) for why in context.tables.take_uncovered())
    return said


def _failure(edit: Edit, error: Exception) -> EditFailure:
    """Return where an edit failed, without the error's text: it may hold values of the claim."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__]
    own = [frame for frame in frames if frame.filename == edit.path] or frames
    return EditFailure(
        edit=edit.id,
        error=type(error).__name__,
        file=Path(own[-1].filename).name if own else Path(edit.path).name,
        line=(own[-1].lineno if own else None) or 1,
        frames=tuple(f"{frame.filename}:{frame.lineno} in {frame.name}: {frame.line}" for frame in frames),
    )


def _suppression(claim: Claim, finding: Finding, policy: Policy) -> Suppressed | None:
    for number, entry in enumerate(policy.suppressions):
        if entry.matches(claim, finding, policy.as_of):
            return Suppressed(finding, entry.reason, entry.owner, number)
    return None


def _finding(found: Hit, decision: PackDecision, policy: Policy) -> Finding:
    edit = decision.edit
    return Finding(
        edit=edit.id,
        title=edit.title,
        severity=decision.variants.get(found.variant, decision.severity),
        message=found.message,
        to_do=found.to_do or edit.to_do,
        where=where_of(found),
        fix=_described(found.fix),
        denials=edit.denials,
        claim_status=edit.claim_status,
        snip=edit.snip,
        pack=decision.pack,
        sources=policy.rulebook.cite(decision.sources),
        about=edit.about or "",
    )


def _described(fix: Fix | None) -> AppliedFix | None:
    if fix is None:
        return None
    before = " ".join(str(change.field) for change in fix.changes)
    after = " ".join(change.after for change in fix.changes)
    return AppliedFix(fix.safety, applied=False, before=before, after=after)


def _says_more(special: Finding, general: Finding) -> bool:
    """Whether a special finding speaks for a general one: of the same place, and no less severe."""
    severe = SEVERITIES.index(special.severity) <= SEVERITIES.index(general.severity)
    return severe and _same_place(general, special)


def _same_place(general: Finding, special: Finding) -> bool:
    """Whether both speak of the same element, of a part of it, or of the same segment, there or missing."""
    if general.where.segment_number != special.where.segment_number:
        return False
    one, other = general.where.element or "", special.where.element or ""
    if not one and not other:
        return general.where.loop == special.where.loop  # both speak of the whole segment
    if not one or not other:
        return False
    return one == other or other.startswith((f"{one}-", one)) or one.startswith(f"{other}-")


def _compatible(wanted: list[_Raised]) -> list[tuple[_Raised, Fix]]:
    """The fixes that do not touch each other's elements; the others wait for the next round."""
    taken: set[tuple[int, int]] = set()
    chosen: list[tuple[_Raised, Fix]] = []
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
