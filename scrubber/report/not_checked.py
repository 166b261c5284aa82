"""What was not checked in one file, by reason: which edits, and how many claims and charges it concerns.

Memory is bounded whatever the claims contain: the number of reasons has a limit.
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct, field

from scrubber.report.model import ClaimReport, NotCheckedReport, cents

_MOST_REASONS = 1000
_NAMED = 3
_OTHER_REASONS = "for other reasons, listed with each claim in the JSON report"


class _Reason(Struct):
    edits: set[str] = field(default_factory=set)
    claims: int = 0
    charges: Decimal = field(default_factory=Decimal)
    numbers: list[str] = field(default_factory=list)


class NotCheckedTally:
    """The reasons of one file. A claim counts once for each of its reasons, with its whole charge."""

    def __init__(self) -> None:
        self._reasons: dict[str, _Reason] = {}

    def add(self, claim: ClaimReport, charge: Decimal | None) -> None:
        """Count a claim; ``charge`` is its total, ``None`` if that is not a number."""
        seen: set[str] = set()
        for entry in claim.unchecked:
            known = entry.why in self._reasons or len(self._reasons) < _MOST_REASONS
            why = entry.why if known else _OTHER_REASONS
            reason = self._reasons.setdefault(why, _Reason())
            reason.edits.add(entry.edit)
            if why in seen:
                continue
            seen.add(why)
            reason.claims += 1
            reason.charges += charge or 0
            if len(reason.numbers) < _NAMED:
                reason.numbers.append(claim.control_number)

    def report(self) -> tuple[NotCheckedReport, ...]:
        """Return the reasons, the one with the highest charges first."""
        ranked = sorted(self._reasons.items(), key=lambda item: (-item[1].charges, -item[1].claims, item[0]))
        return tuple(
            NotCheckedReport(
                why=why,
                edits=tuple(sorted(reason.edits)),
                claims=reason.claims,
                charges=cents(reason.charges),
                first_claims=tuple(reason.numbers),
            )
            for why, reason in ranked
        )
