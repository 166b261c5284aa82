"""What was not checked, listed once for the whole page: why, by which edits, and on how many claims."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from scrubber.html.tags import Element, clipped, tag
from scrubber.report.model import NotCheckedReport
from scrubber.text import counted, dollars

_MOST_KEPT = 2000
_MOST_SHOWN = 60
_NAMED = 3
_LONGEST = 300
_LONGEST_NAME = 60


@dataclass(slots=True)
class _Reason:
    """What one reason left unchecked in all files."""

    edits: set[str] = field(default_factory=set)
    claims: int = 0
    charges: Decimal = field(default_factory=Decimal)
    numbers: list[str] = field(default_factory=list)
    files: int = 0


@dataclass(slots=True)
class UncheckedSection:
    """The reasons of all files, up to a limit; ``others`` counts those beyond it."""

    _reasons: dict[str, _Reason] = field(default_factory=dict)
    _others: int = 0

    def add(self, not_checked: Iterable[NotCheckedReport]) -> None:
        """Add the reasons of another file."""
        for found in not_checked:
            if found.why not in self._reasons and len(self._reasons) >= _MOST_KEPT:
                self._others += 1
                continue
            reason = self._reasons.setdefault(found.why, _Reason())
            reason.edits.update(found.edits)
            reason.claims += found.claims
            reason.charges += Decimal(found.charges)
            reason.numbers += found.first_claims[: _NAMED - len(reason.numbers)]
            reason.files += 1

    def section(self) -> Element | None:
        """Return the section of the page, the highest charges first; ``None`` if all was checked."""
        if not self._reasons:
            return None
        ranked = sorted(self._reasons.items(), key=lambda item: (-item[1].charges, -item[1].claims, item[0]))
        items = tag("ul", *(self._item(why, reason) for why, reason in ranked[:_MOST_SHOWN]))
        if rest := len(ranked) - _MOST_SHOWN + self._others if len(ranked) > _MOST_SHOWN else 0:
            items.append(tag("li", f"{counted(rest, 'more reason')}: the JSON report lists them by claim."))
        note = tag("p", "These edits could not be evaluated. Not checked does not mean passed.")
        return tag("section", tag("h2", "Not checked"), note, items, id="unchecked")

    @staticmethod
    def _item(why: str, reason: _Reason) -> Element:
        more = " and others" if reason.claims > len(reason.numbers) else ""
        numbers = ", ".join(clipped(number, _LONGEST_NAME) or "without a number" for number in reason.numbers)
        edits = ", ".join("all edits" if edit == "*" else edit for edit in sorted(reason.edits))
        files = f" in {reason.files:,} files" if reason.files > 1 else ""
        concerned = f"{counted(reason.claims, 'claim')}, ${dollars(reason.charges)}{files}"
        text = f"{edits}: {concerned} ({numbers}{more})"
        return tag("li", tag("b", clipped(why, _LONGEST)), tag("br"), text)
