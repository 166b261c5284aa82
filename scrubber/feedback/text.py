"""The feedback report as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from scrubber.feedback.figures import CountedDollars, EditFigures, FeedbackReport, GroupFigures, Pattern, Rate
from scrubber.text import counted, dollars, plain, spoken

_MOST_ROWS = 30
_MOST_PLACES = 10


def text_lines(report: FeedbackReport) -> Iterator[str]:
    """Yield the lines of the report."""
    yield f"{counted(report.claims, 'claim')} sent, {report.answered:,} answered."
    yield from _matching(report)
    yield from _money(report)
    yield from _sums("Denials by what the edits had said", report.denials, report.missed)
    yield from _sums("Claims rejected by a 277CA", report.rejections, {})
    alarms = report.false_alarms
    held = counted(alarms.count, "held claim")
    yield f"False alarms: {held} sent anyway and not denied, {_money_of(alarms.dollars)}."
    yield from _groups("Packs", report.packs)
    yield from _groups("Payers", report.payers)
    yield from _edits(report.edits)
    yield from _suggestions(report)
    yield from _patterns(report)


def _matching(report: FeedbackReport) -> Iterator[str]:
    for kind, count in report.matched.items():
        yield f"{kind}: {counted(count, 'answer')} matched to claims."
    for what, count in report.receipts_rejected.items():
        yield f"{what}: {counted(count, 'rejection')} of whole sets, batches or interchanges."
    for reason, count in report.unmatched.items():
        yield f"Not matched, {reason}: {count:,}."
    for place in report.unmatched_places[:_MOST_PLACES]:
        fitting = f", {place.fitting} fit" if place.fitting > 1 else ""
        yield f"  {plain(place.file)}, segment {place.segment}: {place.kind} {place.why}{fitting}"
    if report.reversals_of_unknown:
        yield f"Reversals of payments that are not here: {report.reversals_of_unknown:,}."
    if report.ambiguous_lines:
        yield f"Lines of answers that fit two lines of a claim: {report.ambiguous_lines:,}."
    if report.unmatched_lines:
        yield f"Lines of answers that fit no line of their claim: {report.unmatched_lines:,}."


def _money(report: FeedbackReport) -> Iterator[str]:
    money = report.money
    if not money.payments:
        return
    yield ""
    balance = f"{money.unbalanced:,} do not balance" if money.unbalanced else "all balance"
    payments = counted(money.payments, "payment")
    yield f"{payments} (835), {_money_of(money.amount)}: {balance}."
    yield f"  claims paid: {_money_of(money.claims_paid)}"
    if money.repeated:
        yield f"  in two files, counted once: {money.repeated:,}"
    for reason, adjusted in money.provider_adjustments.items():
        yield f"  provider adjustments {reason}: {_money_of(adjusted)}"


def _sums(
    title: str, sums: Mapping[str, CountedDollars], missed: Mapping[str, CountedDollars]
) -> Iterator[str]:
    if not sums:
        return
    yield ""
    yield f"{title}:"
    for name, entry in sums.items():
        yield f"  {spoken(name):16} {entry.count:>7,}  {_money_of(entry.dollars)}"
        if name == "missed":
            for state, part in missed.items():
                yield f"    {state:14} {part.count:>7,}  {_money_of(part.dollars)}"


def _groups(title: str, groups: Sequence[GroupFigures]) -> Iterator[str]:
    if not groups:
        return
    yield ""
    yield f"{title}: answered, denials caught of foreseeable, held claims denied of denied and paid"
    for group in groups:
        name = plain(f"{group.name or '(none)'} {group.title}".strip())
        rates = f"recall {_rate(group.recall)}  precision {_rate(group.precision)}".rstrip()
        yield f"  {name:34} {group.answered.count:>7,}  {rates}"


def _edits(edits: Sequence[EditFigures]) -> Iterator[str]:
    kept = [edit for edit in edits if edit.precision.of or edit.recall.of]
    if not kept:
        return
    kept.sort(key=lambda edit: (-edit.precision.of - edit.recall.of, edit.edit))
    yield ""
    yield "Edits: claims denied of denied and paid (precision), denials caught of caught and missed (recall)"
    for edit in kept[:_MOST_ROWS]:
        alarms = f"  false alarms ${edit.paid.dollars}" if edit.paid.count else ""
        rates = f"precision {_rate(edit.precision)}  recall {_rate(edit.recall)}{alarms}"
        yield f"  {edit.edit:9} {rates}".rstrip()
    if len(kept) > _MOST_ROWS:
        yield f"  {len(kept) - _MOST_ROWS} more: --format csv has all."


def _suggestions(report: FeedbackReport) -> Iterator[str]:
    if not report.suggestions:
        return
    yield ""
    yield "To consider (nothing is changed by itself):"
    for suggestion in report.suggestions:
        yield f"  {plain(suggestion.text)}"


def _patterns(report: FeedbackReport) -> Iterator[str]:
    if not report.patterns:
        return
    yield ""
    yield "Denials without an edit, by what they have in common:"
    for pattern in report.patterns:
        share = f"{pattern.rate.count:,} of {pattern.rate.of:,}"
        yield f"  {plain(_pattern(pattern))}: {share}, {_money_of(pattern.dollars)}"
    if report.more_patterns:
        yield f"  {report.more_patterns:,} more"


def _pattern(pattern: Pattern) -> str:
    remarks = "" if pattern.remarks in ("", "*") else f" {pattern.remarks}"
    what = [pattern.procedure or "whole claim"]
    if not pattern.is_broad:
        what += [pattern.modifiers, f"for {pattern.diagnosis}" if pattern.diagnosis else ""]
    payer, billed = pattern.payer or "(none)", " ".join(filter(None, what))
    return f"payer {payer}, {billed}, CARC {pattern.carc or '-'}{remarks}"


def _money_of(amount: str) -> str:
    """Return an amount of the report as people write it: ``$1,234.50``."""
    return f"${dollars(Decimal(amount))}"


def _rate(rate: Rate) -> str:
    if rate.value is None:
        return f"{'-':>26}"
    numbers = f"{rate.count:,}/{rate.of:,}"
    return f"{numbers:>11} {rate.value:>4.0%} ({rate.low:.0%}-{rate.high:.0%})".ljust(26)
