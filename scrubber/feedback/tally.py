"""Count what became of claims: by edit, pack and payer, with the money. Amounts are cents here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from msgspec import Struct, field

from scrubber.feedback.outcome import ClaimOutcome, Denial, Verdict
from scrubber.feedback.sent import Mark, MarkState

_FIRED: tuple[MarkState, ...] = ("rejects", "warns", "overridden", "off")


class CountedCents(Struct):
    """How many, and their cents."""

    count: int = 0
    cents: int = 0

    def add(self, cents: int) -> None:
        """Count one."""
        self.count += 1
        self.cents += cents

    def merge(self, other: CountedCents) -> None:
        """Add another sum."""
        self.count += other.count
        self.cents += other.cents


class Fate(Struct):
    """What became of the claims on which an edit fired: denied as it foresaw, not denied there, or else."""

    denied: CountedCents = field(default_factory=CountedCents)
    paid: CountedCents = field(default_factory=CountedCents)
    other: int = 0

    @property
    def decided(self) -> int:
        """Return how many claims say something about the edit."""
        return self.denied.count + self.paid.count

    def merge(self, other: Fate) -> None:
        """Add those of another payer."""
        self.denied.merge(other.denied)
        self.paid.merge(other.paid)
        self.other += other.other


class EditTally(Struct):
    """An edit at one payer: the fates of claims by its state on them, and the denials that it is about.

    ``whys`` are the reasons why it was not evaluated where that cost something.
    """

    fates: defaultdict[MarkState, Fate] = field(default_factory=lambda: defaultdict(Fate))
    caught: CountedCents = field(default_factory=CountedCents)
    missed: defaultdict[MarkState, CountedCents] = field(default_factory=lambda: defaultdict(CountedCents))
    whys: Counter[str] = field(default_factory=Counter)

    def merge(self, other: EditTally) -> None:
        """Add the same edit at another payer."""
        for state, fate in other.fates.items():
            self.fates[state].merge(fate)
        self.caught.merge(other.caught)
        for state, amount in other.missed.items():
            self.missed[state].merge(amount)
        self.whys.update(other.whys)


class GroupTally(Struct):
    """The claims and refusals of a pack or a payer."""

    titles: Counter[str] = field(default_factory=Counter)
    answered: CountedCents = field(default_factory=CountedCents)
    allowed: CountedCents = field(default_factory=CountedCents)
    held: int = 0
    confirmed: int = 0
    false_alarms: CountedCents = field(default_factory=CountedCents)
    denials: defaultdict[Verdict, CountedCents] = field(default_factory=lambda: defaultdict(CountedCents))
    rejections: defaultdict[Verdict, CountedCents] = field(default_factory=lambda: defaultdict(CountedCents))


class FeedbackTally(Struct):
    """All that is counted of the answered claims of a store."""

    all: GroupTally = field(default_factory=GroupTally)
    edits: defaultdict[tuple[str, str], EditTally] = field(default_factory=lambda: defaultdict(EditTally))
    packs: defaultdict[str, GroupTally] = field(default_factory=lambda: defaultdict(GroupTally))
    payers: defaultdict[str, GroupTally] = field(default_factory=lambda: defaultdict(GroupTally))
    missed: defaultdict[MarkState, CountedCents] = field(default_factory=lambda: defaultdict(CountedCents))
    unknown_reversals: int = 0
    ambiguous_lines: int = 0
    unmatched_lines: int = 0

    def add(self, outcome: ClaimOutcome) -> None:
        """Count a claim; one whose payments were all reversed is not answered."""
        self.unknown_reversals += outcome.unknown_reversals
        self.ambiguous_lines += outcome.ambiguous_lines
        self.unmatched_lines += outcome.unmatched_lines
        if not outcome.is_answered:
            return
        claim = outcome.claim
        groups = (self.all, self.packs[claim.pack], self.payers[claim.payer])
        groups[2].titles[claim.payer_name] += 1
        for group in groups:
            _add_to_group(group, outcome)
        for edit, state, marks in _fired(outcome):
            _add_fate(self.edits[edit, claim.payer].fates[state], outcome, marks)
        for refusal in outcome.refusals():
            cents = refusal.cents if isinstance(refusal, Denial) else claim.charge or 0
            if refusal.verdict == "missed":
                self.missed[refusal.marks[0].state].add(cents)
            for mark in refusal.marks:
                tally = self.edits[mark.edit, claim.payer]
                if refusal.verdict == "caught":
                    tally.caught.add(cents)
                else:
                    tally.missed[mark.state].add(cents)
                    tally.whys.update(filter(None, [mark.why]))

    def by_edit(self) -> dict[str, EditTally]:
        """Return each edit at all payers together."""
        merged: defaultdict[str, EditTally] = defaultdict(EditTally)
        for (edit, _), tally in self.edits.items():
            merged[edit].merge(tally)
        return merged


def _add_to_group(group: GroupTally, outcome: ClaimOutcome) -> None:
    claim = outcome.claim
    charge = claim.charge or 0
    group.answered.add(charge)
    if outcome.is_allowed:
        group.allowed.add(charge)
    if claim.held:
        group.held += 1
        if outcome.is_allowed:
            group.false_alarms.add(charge)
        group.confirmed += any(refusal.verdict == "caught" for refusal in outcome.refusals())
    for denial in outcome.denials:
        group.denials[denial.verdict].add(denial.cents)
    if outcome.rejection:
        group.rejections[outcome.rejection.verdict].add(charge)


def _fired(outcome: ClaimOutcome) -> Iterator[tuple[str, MarkState, list[Mark]]]:
    """Yield each edit that fired on a claim, with its marks in one state."""
    found: defaultdict[tuple[str, MarkState], list[Mark]] = defaultdict(list)
    for mark in outcome.claim.marks:
        if mark.state in _FIRED:
            found[mark.edit, mark.state].append(mark)
    for (edit, state), marks in found.items():
        yield edit, state, marks


def _add_fate(fate: Fate, outcome: ClaimOutcome, marks: list[Mark]) -> None:
    """Count a claim for an edit: once, on however many lines it fired."""
    confirmed = [cents for mark in marks if (cents := outcome.confirms(mark)) is not None]
    if confirmed:
        fate.denied.add(max(confirmed) if None in {mark.line for mark in marks} else sum(confirmed))
    elif all(outcome.allows(mark.line) for mark in marks):
        lines = {mark.line for mark in marks}
        fate.paid.add(
            sum(_charge(outcome, line) for line in lines) if None not in lines else _charge(outcome, None)
        )
    else:
        fate.other += 1


def _charge(outcome: ClaimOutcome, line: int | None) -> int:
    """Return what a line charges, or the claim."""
    claim = outcome.claim
    return (claim.charge if line is None else claim.lines[line - 1].charge) or 0
