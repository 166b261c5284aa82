"""Denials for which there is no edit, counted by what they have in common: where a new edit would pay."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct, field

from scrubber.answers.money import amount
from scrubber.feedback.figures import Pattern, Rate
from scrubber.feedback.outcome import ClaimOutcome
from scrubber.feedback.tally import CountedCents

_ANY = "*"
_WITHOUT_EDIT = ("no_edit", "unclassified")


class _Line(NamedTuple):
    """What lines have in common; ``*`` for any. A denial of a whole claim has no procedure."""

    payer: str
    procedure: str
    modifiers: str
    diagnosis: str

    def broad(self) -> _Line:
        """Return the same with any modifiers and diagnosis."""
        return self._replace(modifiers=_ANY, diagnosis=_ANY)


_Reason = tuple[_Line, str, str]
"""What was denied, with CARC and RARCs."""


class Patterns(Struct):
    """Counts answered lines, and those that were denied without an edit, by reason."""

    answered: Counter[_Line] = field(default_factory=Counter)
    denied: defaultdict[_Reason, CountedCents] = field(default_factory=lambda: defaultdict(CountedCents))

    def add(self, outcome: ClaimOutcome) -> None:
        """Count the lines of a claim, and the claim itself."""
        if not outcome.payments:
            return
        for line in (None, *sorted(outcome.answered_lines)):
            key = _key(outcome, line)
            self.answered[key] += 1
            self.answered[key.broad()] += 1
        found: defaultdict[_Reason, int] = defaultdict(int)
        for denial in outcome.denials:
            if denial.verdict in _WITHOUT_EDIT:
                key, remarks = _key(outcome, denial.line), " ".join(sorted(denial.remarks))
                found[key, denial.carc, remarks] += denial.cents
                found[key.broad(), denial.carc, _ANY] += denial.cents
        for reason, cents in found.items():
            self.denied[reason].add(cents)

    def found(self, least: int) -> list[Pattern]:
        """Return the patterns with so many denials at least, the most expensive first."""
        kept = [pattern for pattern in self._patterns() if pattern[0].count >= least]
        kept.sort(
            key=lambda entry: (
                -entry[0].cents,
                -entry[0].count,
                entry[1].procedure,
                entry[1].carc,
                str(entry[1]),
            )
        )
        return [pattern for _, pattern in kept]

    def _patterns(self) -> Iterator[tuple[CountedCents, Pattern]]:
        parts: Counter[tuple[_Line, str]] = Counter()
        for line, carc, _ in self.denied:
            parts[line.broad(), carc] += line.diagnosis != _ANY
        for (line, carc, remarks), denied in self.denied.items():
            is_broad = line.diagnosis == _ANY
            if is_broad and parts[line, carc] < 2:
                continue  # the narrow one says all of it
            # Lines that were denied twice for one reason count once, so the share is never above 1.
            rate = Rate.made(min(denied.count, self.answered[line]), self.answered[line])
            yield (
                denied,
                Pattern(
                    payer=line.payer,
                    procedure=line.procedure,
                    modifiers=line.modifiers,
                    diagnosis=line.diagnosis,
                    carc=carc,
                    remarks=remarks,
                    is_broad=is_broad,
                    rate=rate,
                    dollars=amount(denied.cents),
                ),
            )


def _key(outcome: ClaimOutcome, line: int | None) -> _Line:
    claim = outcome.claim
    if line is None:
        return _Line(claim.payer, "", "", "")
    billed = claim.lines[line - 1]
    return _Line(claim.payer, billed.procedure, " ".join(billed.modifiers), next(iter(billed.diagnoses), ""))
