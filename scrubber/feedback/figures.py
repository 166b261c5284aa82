"""What the feedback teaches, as plain values: one definition for text, CSV and JSON. Amounts are dollars."""

from __future__ import annotations

from math import sqrt

from msgspec import Struct

_Z = 1.959963984540054
"""The normal quantile of a 95% interval."""


class Rate(Struct, frozen=True):
    """``count`` of ``of`` with the 95% interval of Wilson; all else is ``None`` for 0 of 0."""

    count: int
    of: int
    value: float | None
    low: float | None
    high: float | None

    @classmethod
    def made(cls, count: int, of: int) -> Rate:
        """Return a rate with its interval, rounded to four places."""
        if not of:
            return cls(count, of, None, None, None)
        share, square = count / of, _Z * _Z
        middle = (share + square / (2 * of)) / (1 + square / of)
        half = _Z / (1 + square / of) * sqrt(share * (1 - share) / of + square / (4 * of * of))
        return cls(
            count, of, round(share, 4), round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)
        )


class CountedDollars(Struct, frozen=True):
    """How many, and what they are worth in dollars."""

    count: int
    dollars: str


class EditFigures(Struct, frozen=True, kw_only=True):
    """An edit at one payer (all, if ``payer`` is empty), on claims that were answered.

    ``denied`` are claims on which it rejected and a denial has its code; ``paid`` those of which nothing was
    denied where it rejected: false alarms. ``other`` were denied for another reason, and count for neither.
    ``precision`` is denied of denied and paid, ``warned`` the same for claims on which it only warned.
    ``missed`` are denials that it is about and did not hold, by why; ``recall`` is caught of caught and
    missed denials.
    """

    edit: str
    payer: str
    denied: CountedDollars
    paid: CountedDollars
    other: int
    precision: Rate
    warned: Rate
    caught: CountedDollars
    missed: dict[str, CountedDollars]
    recall: Rate


class GroupFigures(Struct, frozen=True, kw_only=True):
    """All claims and denials of a pack or payer.

    ``denials`` counts by verdict. ``false_alarms`` are held claims that were sent and of which nothing was
    denied. ``precision`` is of held claims those of which an edit foresaw a denial; ``recall`` is caught
    denials of all that a claim shows (caught, missed, no edit).
    """

    name: str
    title: str
    answered: CountedDollars
    allowed: CountedDollars
    held: int
    false_alarms: CountedDollars
    denials: dict[str, CountedDollars]
    precision: Rate
    recall: Rate


class Suggestion(Struct, frozen=True, kw_only=True):
    """Something to consider, with its numbers; nothing is ever changed by itself."""

    kind: str
    edit: str
    payer: str
    rate: Rate
    dollars: str
    text: str


class Pattern(Struct, frozen=True, kw_only=True):
    """Denials for which there is no edit, of the same payer, procedure, modifiers, diagnosis and CARC.

    An empty modifier or diagnosis of a pattern with ``is_broad`` means any. ``rate`` is of all lines like it
    that were answered.
    """

    payer: str
    procedure: str
    modifiers: str
    diagnosis: str
    carc: str
    remarks: str
    is_broad: bool
    rate: Rate
    dollars: str


class UnmatchedFigures(Struct, frozen=True):
    """An answer that belongs to no claim of the store: where it is, and why.

    ``fitting`` is how many claims (for a receipt, files) fit.
    """

    file: str
    segment: int
    kind: str
    why: str
    fitting: int


class Money(Struct, frozen=True, kw_only=True):
    """The payments (835) of the store: how many balance, and their sums in dollars.

    ``repeated`` are those that another file has, too (same payer, trace number, day and amount): their money
    counts once.
    """

    payments: int
    repeated: int
    unbalanced: int
    amount: str
    claims_paid: str
    provider_adjustments: dict[str, str]


class FeedbackReport(Struct, frozen=True, kw_only=True):
    """The whole report."""

    schema: str = "scrubber.feedback/1"
    version: str
    claims: int
    answered: int
    matched: dict[str, int]
    unmatched: dict[str, int]
    unmatched_places: tuple[UnmatchedFigures, ...]
    receipts_rejected: dict[str, int]
    money: Money
    denials: dict[str, CountedDollars]
    missed: dict[str, CountedDollars]
    rejections: dict[str, CountedDollars]
    false_alarms: CountedDollars
    reversals_of_unknown: int
    ambiguous_lines: int
    unmatched_lines: int
    edits: tuple[EditFigures, ...]
    edits_by_payer: tuple[EditFigures, ...]
    packs: tuple[GroupFigures, ...]
    payers: tuple[GroupFigures, ...]
    suggestions: tuple[Suggestion, ...]
    patterns: tuple[Pattern, ...]
    more_patterns: int
