"""What was not checked, listed once for the whole page: why, by which edits, and on how many claims."""

from __future__ import annotations

from dataclasses import dataclass, field

from scrubber.html.tags import Element, clipped, tag
from scrubber.report.tally import NotChecked, Tally
from scrubber.text import counted

_MOST_KEPT = 2000
_MOST_SHOWN = 60
_NAMED = 3
_LONGEST = 300
_LONGEST_NAME = 60


@dataclass(slots=True)
class UncheckedSection:
    """The reasons of all files, up to a limit; ``others`` counts those beyond it."""

    _reasons: dict[str, NotChecked] = field(default_factory=dict)
    _files: dict[str, int] = field(default_factory=dict)
    _others: int = 0

    def add(self, tally: Tally) -> None:
        """Add the reasons of another file."""
        for why, not_checked in tally.unchecked.items():
            if why not in self._reasons and len(self._reasons) >= _MOST_KEPT:
                self._others += 1
                continue
            reason = self._reasons.setdefault(why, NotChecked())
            reason.edits |= not_checked.edits
            reason.claims += not_checked.claims
            reason.numbers += not_checked.numbers[: _NAMED - len(reason.numbers)]
            self._files[why] = self._files.get(why, 0) + 1

    def section(self) -> Element | None:
        """Return the section of the page, the most common reason first; ``None`` if all was checked."""
        if not self._reasons:
            return None
        ranked = sorted(self._reasons.items(), key=lambda item: (-item[1].claims, item[0]))
        items = tag("ul", *(self._item(why, reason) for why, reason in ranked[:_MOST_SHOWN]))
        if rest := len(ranked) - _MOST_SHOWN + self._others if len(ranked) > _MOST_SHOWN else 0:
            items.append(tag("li", f"{counted(rest, 'more reason')}: the JSON report lists them by claim."))
        note = tag("p", "These edits could not be evaluated. Not checked does not mean passed.")
        return tag("section", tag("h2", "Not checked"), note, items, id="unchecked")

    def _item(self, why: str, reason: NotChecked) -> Element:
        more = " and others" if reason.claims > len(reason.numbers) else ""
        numbers = ", ".join(clipped(number, _LONGEST_NAME) or "without a number" for number in reason.numbers)
        edits = ", ".join("all edits" if edit == "*" else edit for edit in sorted(reason.edits))
        files = f" in {self._files[why]:,} files" if self._files[why] > 1 else ""
        text = f"{edits}: {counted(reason.claims, 'claim')}{files} ({numbers}{more})"
        return tag("li", tag("b", clipped(why, _LONGEST)), tag("br"), text)
