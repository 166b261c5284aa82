"""Run the edits on one claim or one envelope: a pure function of segments and policy."""

from __future__ import annotations

import traceback
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from msgspec import Struct, field

from scrubber.claim.level import Level, unit_faults
from scrubber.claim.model import Claim, build_claim
from scrubber.claim.pairing import Administration
from scrubber.engine.context import NO_OTHERS, Context, Others
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
from scrubber.engine.fixing import ClaimDraft
from scrubber.engine.history import NO_HISTORY, History
from scrubber.engine.limit import limited
from scrubber.engine.pack import PackDecision
from scrubber.engine.policy import Policy
from scrubber.engine.result import ClaimModel, ClaimResult
from scrubber.engine.rulebook import BASE
from scrubber.engine.subjects import subjects_of
from scrubber.envelopes.scan import Envelope
from scrubber.errors import TableError
from scrubber.guide.fault import Fault
from scrubber.tables import Lookups
from scrubber.x12 import Segment

_OF_PATIENT = frozenset({"N3", "N4", "DMG"})
"""What the TR3 requires of a subscriber who is the patient."""
_Subject = TypeVar("_Subject")
MAX_ROUNDS = 8
"""The most rounds of fixing and running the edits again; a longer chain of fixes is an edit's fault."""


class Raised(Struct, frozen=True):
    """A finding of one round, with its fix still attached; ``yields`` if its edit does, ``explains`` if its
    hit does.
    """

    finding: Finding
    fix: Fix | None
    suppressed: Suppressed | None
    yields: bool
    explains: bool = False


class Round(Struct):
    """The outcome of running all edits on a claim once."""

    claim: Claim
    pack: str
    administrations: tuple[Administration, ...]
    raised: list[Raised] = field(default_factory=list)
    unchecked: set[UncheckedEdit] = field(default_factory=set)
    failures: set[EditFailure] = field(default_factory=set)
    places: set[tuple[str, int | None, str | None]] = field(default_factory=set)

    def add(self, results: Iterable[CheckResult], decision: PackDecision, policy: Policy) -> None:
        """Take what an edit yields."""
        edit = decision.edit
        for result in results:
            if isinstance(result, Unchecked):
                self.unchecked.add(UncheckedEdit(edit.id, result.why))
                continue
            finding = finding_of(result, decision, policy)
            place = edit.id, finding.where.segment_number, finding.where.element
            if not (result.once and place in self.places):
                self.places.add(place)
                suppressed = _suppression(self.claim, finding, policy)
                self.raised.append(Raised(finding, result.fix, suppressed, edit.yields, result.explains))


def settle(raised: Sequence[Raised]) -> list[Raised]:
    """Return findings without those that a more specific edit supersedes, in the order of reports."""
    # By segment: a claim with thousands of findings must not compare each with each.
    specific: defaultdict[int | None, list[Finding]] = defaultdict(list)
    for item in raised:
        if not item.yields:
            specific[item.finding.where.segment_number].append(item.finding)
    explaining = {item.finding.where.segment_number: item.finding for item in raised if item.explains}
    kept = [
        item
        for item in raised
        if not _is_explained(item.finding, explaining)
        and not (
            item.yields
            and any(_supersedes(other, item.finding) for other in specific[item.finding.where.segment_number])
        )
    ]
    return sorted(kept, key=lambda item: item.finding.order)


def evaluate_claim(
    levels: Mapping[str, Level], segments: Sequence[Segment], policy: Policy, others: Others = NO_OTHERS
) -> ClaimResult:
    """Fix what the policy allows, then evaluate the fixed claim. ``levels`` are those above it by name.

    ``others`` is what other claims of the file are to it.
    """
    draft = ClaimDraft(levels, tuple(segments))
    fixed: list[Finding] = []
    received_faults = unit_faults("2300", segments)
    lookups = Lookups(policy.tables)
    for round_number in range(MAX_ROUNDS):
        claim_faults = unit_faults("2300", draft.segments) if round_number else received_faults
        current = _run_edits(draft, claim_faults, policy, lookups, others)
        fixable = [
            item
            for item in current.raised
            if item.fix and not item.suppressed and policy.fixes.allow(item.finding.edit, item.fix)
        ]
        before = len(fixed)
        if round_number < MAX_ROUNDS - 1:
            for item, fix in _compatible(fixable):
                after = draft.with_fix(item.finding.edit, fix)
                if after:
                    draft = after
                    fixed.append(item.finding.fixed())
        if len(fixed) == before:
            break
    findings, omitted = limited([*fixed, *(item.finding for item in current.raised if not item.suppressed)])
    return ClaimResult(
        model=ClaimModel(
            claim=current.claim,
            codes=policy.rulebook.codes,
            segments=draft.segments,
            levels=levels,
            original=tuple(segments),
            known_pairs=current.administrations,
        ),
        pack=current.pack,
        replaced=draft.replaced,
        findings=findings,
        omitted=omitted,
        suppressed=tuple(item.suppressed for item in current.raised if item.suppressed),
        unchecked=tuple(sorted(current.unchecked, key=lambda entry: (entry.edit, entry.why))),
        fixed_segments=tuple(draft.fixed_segments(segments)),
        faults=received_faults,
        tables=frozenset(lookups.used),
        failures=tuple(sorted(current.failures, key=str)),
    )


def skip_claim(
    levels: Mapping[str, Level], segments: Sequence[Segment], policy: Policy, why: str
) -> ClaimResult:
    """Return the result of a claim on which no edit is run, and why."""
    model = model_of(levels, segments, policy)
    return ClaimResult(model, policy.pack_for(model.claim), unchecked=(UncheckedEdit("*", why),))


def model_of(levels: Mapping[str, Level], segments: Sequence[Segment], policy: Policy) -> ClaimModel:
    """Return the model of a claim as received."""
    claim = build_claim(levels, segments)
    own = tuple(segments)
    return ClaimModel(claim, policy.rulebook.codes, own, levels, own)


def evaluate_envelope(
    envelope: Envelope, policy: Policy, history: History = NO_HISTORY
) -> Iterator[tuple[Finding, Hit] | EditFailure]:
    """Yield the findings about one envelope, each with the edit's hit, and the edits that failed on it."""
    results = list(_envelope_results(envelope, policy, history))
    explaining = {
        result[0].where.segment_number: result[0]
        for result in results
        if not isinstance(result, EditFailure) and result[1].explains
    }
    for result in results:
        if isinstance(result, EditFailure) or not _is_explained(result[0], explaining):
            yield result


def _envelope_results(
    envelope: Envelope, policy: Policy, history: History
) -> Iterator[tuple[Finding, Hit] | EditFailure]:
    pack = policy.pack or BASE
    for decision in policy.rulebook.decisions(pack, policy.as_of):
        check = decision.edit.checks.get("envelope")
        if check is not None:
            lookups = Lookups(policy.tables)
            context = Context(
                policy.as_of, policy.rulebook.codes, lookups, decision.parameters, history=history
            )
            results = results_of(decision.edit, check, envelope, context)
            if isinstance(results, EditFailure):
                yield results
                results = [Unchecked(str(results))]
            for result in results:
                # The report has no list of unchecked edits for envelopes, so that becomes a finding, too.
                hit = (
                    Hit(envelope.first, f"Not checked: {result.why}.")
                    if isinstance(result, Unchecked)
                    else result
                )
                finding = finding_of(hit, decision, policy)
                applied = policy.fixes.allow(finding.edit, hit.fix)
                yield (finding.fixed() if applied else finding), hit


def _run_edits(
    draft: ClaimDraft, claim_faults: tuple[Fault, ...], policy: Policy, lookups: Lookups, others: Others
) -> Round:
    """Run every edit of its pack on the claim in its current state, once."""
    levels = draft.current_levels()
    claim = build_claim(levels, draft.segments)
    pack = policy.pack_for(claim)
    # Faults of the transaction header are reported on the envelope, not on each claim.
    above = (fault for name in levels if name != "HEADER" for fault in _level_faults(levels, name))
    faults = (*above, *claim_faults)
    rulebook = policy.rulebook
    context = Context(policy.as_of, rulebook.codes, lookups, {}, faults, others, _claim=claim)
    current = Round(claim, pack, context.administrations)
    needs = rulebook.needs(pack, claim.first_service or policy.as_of)
    for subject, thing, traits in subjects_of(claim, context, needs):
        for decision in needs.met(subject, traits):
            context.parameters = decision.parameters
            results = results_of(decision.edit, decision.edit.checks[subject], thing, context)
            if isinstance(results, EditFailure):
                current.failures.add(results)
                current.unchecked.add(UncheckedEdit(decision.edit.id, str(results)))
            else:
                current.add(results, decision, policy)
    current.raised = settle(current.raised)
    return current


def _level_faults(levels: Mapping[str, Level], name: str) -> Iterator[Fault]:
    """Yield the faults of a level, without those that concern the claims of another patient only."""
    is_dependent = name == "2000B" and "2000C" in levels
    for fault in levels[name].faults:
        if not (is_dependent and fault.missing in _OF_PATIENT):
            yield fault


def results_of(
    edit: Edit,
    check: Callable[[_Subject, Context], Iterable[CheckResult]],
    subject: _Subject,
    context: Context,
) -> Sequence[CheckResult] | EditFailure:
    """Return the results of a check and what no table covered; or the failure of the edit."""
    try:
        results = list(check(subject, context))
        if results and not all(isinstance(result, Hit | Unchecked) for result in results):
            raise TypeError  # noqa: TRY301 - it is the edit that failed
    except TableError:
        # A damaged table affects every claim: the run cannot continue.
        raise
    except Exception as error:  # noqa: BLE001 - a faulty edit must not end the run; it is reported
        context.tables.take_uncovered()
        return _failure(edit, error)
    if context.tables.uncovered:
        results += (Unchecked(why) for why in context.tables.take_uncovered())
    return results


def _failure(edit: Edit, error: Exception) -> EditFailure:
    """Return where an edit failed, without the error's text: it may hold values of the claim."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__]
    in_edit = [frame for frame in frames if frame.filename == edit.path] or frames
    return EditFailure(
        edit=edit.id,
        error=type(error).__name__,
        file=Path(in_edit[-1].filename).name if in_edit else Path(edit.path).name,
        line=(in_edit[-1].lineno if in_edit else None) or 1,
        frames=tuple(f"{frame.filename}:{frame.lineno} in {frame.name}: {frame.line}" for frame in frames),
    )


def _suppression(claim: Claim, finding: Finding, policy: Policy) -> Suppressed | None:
    for number, entry in enumerate(policy.suppressions):
        if entry.matches(claim, finding, policy.as_of):
            return Suppressed(finding, entry.reason, entry.owner, number, baseline=bool(entry.faults))
    return None


def finding_of(hit: Hit, decision: PackDecision, policy: Policy) -> Finding:
    """Return a hit as it is reported, by the decisions of a pack."""
    edit = decision.edit
    return Finding(
        edit=edit.id,
        title=edit.title,
        severity=decision.variants.get(hit.variant, decision.severity),
        message=hit.message,
        to_do=hit.to_do or edit.to_do,
        where=where_of(hit),
        fix=_described(hit.fix),
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


def _is_explained(finding: Finding, explaining: Mapping[int | None, Finding]) -> bool:
    """Return True if a finding follows from another one, by segment number, that explains its segment."""
    other = explaining.get(finding.where.segment_number)
    return other is not None and other is not finding and _is_as_severe(other, finding)


def _is_as_severe(one: Finding, other: Finding) -> bool:
    return SEVERITIES.index(one.severity) <= SEVERITIES.index(other.severity)


def _supersedes(specific: Finding, general: Finding) -> bool:
    """Return True if a specific finding replaces a general one: at the same place, and at least as severe."""
    return _is_as_severe(specific, general) and _same_place(general, specific)


def _same_place(general: Finding, specific: Finding) -> bool:
    """Return True if both are about the same element, a part of it, or the same (maybe missing) segment."""
    if general.where.segment_number != specific.where.segment_number:
        return False
    one, other = general.where.element or "", specific.where.element or ""
    if not one and not other:
        return general.where.loop == specific.where.loop  # both are about the whole segment
    if not one or not other:
        return False
    return one == other or other.startswith((f"{one}-", one)) or one.startswith(f"{other}-")


def _compatible(fixable: list[Raised]) -> list[tuple[Raised, Fix]]:
    """Return the fixes that change different elements; the others wait for the next round."""
    taken: set[tuple[int, int]] = set()
    chosen: list[tuple[Raised, Fix]] = []
    for item in fixable:
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
