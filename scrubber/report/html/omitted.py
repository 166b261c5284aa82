"""What a page leaves out, said plainly: there is only so much that a browser can open."""

from __future__ import annotations

from dataclasses import dataclass, fields

from scrubber.html.tags import Element, tag
from scrubber.text import counted

_WORK_LIST = "The work list (--format csv or xlsx) has every finding."


@dataclass(slots=True)
class PageCoverage:
    """How much of a file, or of all, is shown.

    ``cards`` and ``short`` are held claims that are shown whole and in short. All others are only counted:
    ``held`` claims, accepted claims with something to know (``notes``) or with ``repairs``, ``findings``
    about files, and ``files``.
    """

    cards: int = 0
    short: int = 0
    held: int = 0
    notes: int = 0
    repairs: int = 0
    findings: int = 0
    files: int = 0

    def add(self, other: PageCoverage) -> None:
        """Count what is shown of one more file."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))

    def of_held(self) -> Element | None:
        """How held claims are shown; ``None`` where each has a card."""
        told = self._told_of_held()
        return tag("p", told, " ", _WORK_LIST, cls="left") if told else None

    def on_top(self) -> Element | None:
        """What the page leaves out; ``None`` where that is nothing."""
        counts = (
            (self.files, "file", ""),
            (self.findings, "finding", " about files"),
            (self.notes, "accepted claim", " with something to know"),
            (self.repairs, "repaired claim", ""),
        )
        rest = ", ".join(f"{counted(count, what)}{more}" for count, what, more in counts if count)
        told = [self._told_of_held(), f"Only counted are {rest}." if rest else ""]
        texts = " ".join(text for text in told if text)
        first = tag("b", "This page cannot show everything.")
        return tag("p", first, f" {texts} {_WORK_LIST}", cls="left") if texts else None

    def _told_of_held(self) -> str:
        if not (self.short or self.held):
            return ""
        whole = counted(self.cards + self.short + self.held, "held claim")
        told = f"Of {whole}, {self.cards:,} have a card, {self.short:,} are told in short"
        return f"{told} and {self.held:,} only counted."
