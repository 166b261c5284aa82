"""Suggestions from what was counted. They have their numbers with them, and nothing is changed by itself."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.answers.money import amount
from scrubber.feedback.figures import Rate, Suggestion
from scrubber.feedback.sent import MarkState
from scrubber.feedback.tally import EditTally, FeedbackTally
from scrubber.text import dollars, in_dollars

LEAST = 5
"""Of fewer claims nothing follows."""
_HALF = 0.5
_KINDS: dict[MarkState, tuple[str, str]] = {
    "warns": ("raise", "raise {edit} to reject for payer {payer}"),
    "off": ("enable", "switch {edit} on for payer {payer}"),
    "overridden": ("review_override", "review the edit override of {edit} for payer {payer}"),
}


def suggestions(tally: FeedbackTally) -> list[Suggestion]:
    """Return what the counts suggest, what costs most first."""
    found = [
        entry
        for (edit, payer), of_edit in tally.edits.items()
        for entry in (
            *_raised(edit, payer, of_edit),
            *_lowered(edit, payer, of_edit),
            *_unchecked(edit, payer, of_edit),
        )
    ]
    return [
        entry
        for _, entry in sorted(found, key=lambda each: (-each[0], each[1].edit, each[1].payer, each[1].kind))
    ]


def _raised(edit: str, payer: str, tally: EditTally) -> Iterator[tuple[int, Suggestion]]:
    """Yield what to do about an edit that did not hold claims which were then denied."""
    for state, (kind, text) in _KINDS.items():
        fate = tally.fates.get(state)
        if fate is None or fate.decided < LEAST:
            continue
        rate = Rate.made(fate.denied.count, fate.decided)
        if rate.low is not None and rate.low > _HALF:
            yield fate.denied.cents, _made(kind, edit, payer, rate, fate.denied.cents, text, "were denied")


def _lowered(edit: str, payer: str, tally: EditTally) -> Iterator[tuple[int, Suggestion]]:
    """Yield that an edit holds claims which are then paid."""
    fate = tally.fates.get("rejects")
    if fate is None or fate.decided < LEAST:
        return
    rate = Rate.made(fate.paid.count, fate.decided)
    if rate.low is not None and rate.low > _HALF:
        text = "lower {edit} to warn for payer {payer}"
        yield fate.paid.cents, _made("lower", edit, payer, rate, fate.paid.cents, text, "were not denied")


def _unchecked(edit: str, payer: str, tally: EditTally) -> Iterator[tuple[int, Suggestion]]:
    """Yield that an edit could not be evaluated on claims that were then denied for what it is about."""
    missed = tally.missed.get("unchecked")
    if missed is None or missed.count < LEAST:
        return
    why = next((why for why, _ in tally.whys.most_common(1)), "")
    rate = Rate.made(missed.count, missed.count)
    text = (
        f"make {edit} checkable for payer {payer or '(none)'}: {missed.count} denials with its codes were on"
        f" claims on which it was unchecked, ${dollars(in_dollars(missed.cents))} ({why})"
    )
    yield (
        missed.cents,
        Suggestion(
            kind="import_table", edit=edit, payer=payer, rate=rate, dollars=amount(missed.cents), text=text
        ),
    )


def _made(kind: str, edit: str, payer: str, rate: Rate, cents: int, text: str, fate: str) -> Suggestion:
    low, high = (f"{share:.0%}" for share in (rate.low or 0.0, rate.high or 0.0))
    what = text.format(edit=edit, payer=payer or "(none)")
    claims, money = f"{rate.count} of {rate.of} such claims {fate}", dollars(in_dollars(cents))
    numbers = f"{claims}, ${money} (95% interval {low} to {high})"
    return Suggestion(
        kind=kind, edit=edit, payer=payer, rate=rate, dollars=amount(cents), text=f"{what}: {numbers}"
    )
