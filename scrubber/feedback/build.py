"""Build the feedback report from the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TypeVar

from scrubber.answers import PaymentDone
from scrubber.answers.money import amount
from scrubber.feedback.codes import shown
from scrubber.feedback.figures import (
    CountedDollars,
    EditFigures,
    FeedbackReport,
    GroupFigures,
    Money,
    Rate,
    UnmatchedFigures,
)
from scrubber.feedback.joining import Joined, outcomes
from scrubber.feedback.lessons import suggestions
from scrubber.feedback.patterns import Patterns
from scrubber.feedback.store import Store
from scrubber.feedback.tally import CountedCents, EditTally, FeedbackTally, GroupTally
from scrubber.version import __version__

MOST_PATTERNS = 50
_Name = TypeVar("_Name", bound=str)


def feedback_report(store: Store, *, least: int = 2, mask: bool = False) -> FeedbackReport:
    """Return what the answers of a store teach; patterns have so many denials at ``least``.

    With ``mask``, files have numbers in place of their names, which may be those of patients.
    """
    joined, tally, patterns = Joined(), FeedbackTally(), Patterns()
    with store.reading():
        for outcome in outcomes(store, joined):
            tally.add(outcome)
            patterns.add(outcome)
        money = _money(store)
        claims = store.count_claims()
    found = patterns.found(least)
    files = {
        name: f"file {n}" for n, name in enumerate(dict.fromkeys(each.file for each in joined.places), 1)
    }
    totals = tally.all
    return FeedbackReport(
        version=__version__,
        claims=claims,
        answered=totals.answered.count,
        matched=dict(sorted(joined.matched.items())),
        unmatched={f"{kind} {why}": count for (kind, why), count in sorted(joined.unmatched.items())},
        unmatched_places=tuple(
            UnmatchedFigures(
                files[each.file] if mask else each.file, each.segment, each.kind, each.why, each.fitting
            )
            for each in joined.places
        ),
        receipts_rejected=dict(sorted(joined.receipts.items())),
        money=money,
        denials=_sums(totals.denials),
        missed=_sums(tally.missed),
        rejections=_sums(totals.rejections),
        false_alarms=_sum(totals.false_alarms),
        reversals_of_unknown=tally.unknown_reversals,
        ambiguous_lines=tally.ambiguous_lines,
        unmatched_lines=tally.unmatched_lines,
        edits=tuple(_edit(edit, "", each) for edit, each in sorted(tally.by_edit().items())),
        edits_by_payer=tuple(_edit(edit, payer, each) for (edit, payer), each in sorted(tally.edits.items())),
        packs=tuple(_group(name, each) for name, each in sorted(tally.packs.items())),
        payers=tuple(_group(name, each) for name, each in sorted(tally.payers.items())),
        suggestions=tuple(suggestions(tally)),
        patterns=tuple(found[:MOST_PATTERNS]),
        more_patterns=max(0, len(found) - MOST_PATTERNS),
    )


def _money(store: Store) -> Money:
    payments = repeated = unbalanced = total = paid = 0
    seen: set[tuple[object, ...]] = set()
    adjusted: Counter[str] = Counter()
    for stored in store.answers("total"):
        done = stored.answer
        assert isinstance(done, PaymentDone)
        head = done.payment
        payments += 1
        identity = head.payer_ids, head.trace, head.paid_on, head.amount
        if head.trace and identity in seen:
            repeated += 1
            continue
        seen.add(identity)
        unbalanced += not done.balances
        total += done.payment.amount or 0
        paid += done.paid
        for each in done.adjustments:
            adjusted[shown(each.reason)] += each.cents
    return Money(
        payments=payments,
        repeated=repeated,
        unbalanced=unbalanced,
        amount=amount(total),
        claims_paid=amount(paid),
        provider_adjustments={reason: amount(cents) for reason, cents in sorted(adjusted.items())},
    )


def _edit(edit: str, payer: str, tally: EditTally) -> EditFigures:
    fate, warned = tally.fates["rejects"], tally.fates["warns"]
    missed = sum(each.count for each in tally.missed.values())
    return EditFigures(
        edit=edit,
        payer=payer,
        denied=_sum(fate.denied),
        paid=_sum(fate.paid),
        other=fate.other,
        precision=Rate.made(fate.denied.count, fate.decided),
        warned=Rate.made(warned.denied.count, warned.decided),
        caught=_sum(tally.caught),
        missed=_sums(tally.missed),
        recall=Rate.made(tally.caught.count, tally.caught.count + missed),
    )


def _group(name: str, tally: GroupTally) -> GroupFigures:
    refused: Counter[str] = Counter()
    for sums in (tally.denials, tally.rejections):
        refused.update({verdict: each.count for verdict, each in sums.items()})
    foreseeable = refused["caught"] + refused["missed"] + refused["no_edit"]
    return GroupFigures(
        name=name,
        title=next((title for title, _ in tally.titles.most_common(1)), ""),
        answered=_sum(tally.answered),
        allowed=_sum(tally.allowed),
        held=tally.held,
        false_alarms=_sum(tally.false_alarms),
        denials=_sums(tally.denials),
        precision=Rate.made(tally.confirmed, tally.confirmed + tally.false_alarms.count),
        recall=Rate.made(refused["caught"], foreseeable),
    )


def _sum(amounts: CountedCents) -> CountedDollars:
    return CountedDollars(amounts.count, amount(amounts.cents))


def _sums(amounts: Mapping[_Name, CountedCents]) -> dict[str, CountedDollars]:
    return {name: _sum(each) for name, each in sorted(amounts.items())}
