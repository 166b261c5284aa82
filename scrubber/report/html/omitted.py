"""What a page leaves out, stated plainly: a browser can open only so much."""

from __future__ import annotations

from dataclasses import dataclass, fields

from scrubber.html.tags import Element, tag
from scrubber.text import counted

_WORK_LIST = "The work list (--format csv or xlsx) has every finding."


@dataclass(slots=True)
class PageCoverage:
    """How much is shown of a file, or of all files.

    ``cards`` and ``short`` are held claims that are shown in full and summarized, ``told`` those whose faults
    are told at other claims. All others are only counted: ``held`` claims, accepted claims with findings
    (``notes``) or that were ``fixed``, ``findings`` about files, and ``files``.
    """

    cards: int = 0
    short: int = 0
    told: int = 0
    held: int = 0
    notes: int = 0
    fixed: int = 0
    findings: int = 0
    files: int = 0

    def add(self, other: PageCoverage) -> None:
        """Add the coverage of another file."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))

    def of_held(self) -> Element | None:
        """Return how held claims are shown; ``None`` if each has a card."""
        text = self._text_of_held()
        return tag("p", text, " ", _WORK_LIST, cls="left") if text else None

    def on_top(self) -> Element | None:
        """Return what the page leaves out; ``None`` if nothing."""
        counts = (
            (self.files, "file", ""),
            (self.findings, "finding", " about files"),
            (self.notes, "accepted claim", " with findings"),
            (self.fixed, "fixed claim", ""),
        )
        rest = ", ".join(f"{counted(count, thing)}{more}" for count, thing, more in counts if count)
        parts = [self._text_of_held(), f"Only counted: {rest}." if rest else ""]
        text = " ".join(part for part in parts if part)
        lead = tag("b", "This page does not show everything.")
        return tag("p", lead, f" {text} {_WORK_LIST}", cls="left") if text else None

    def _text_of_held(self) -> str:
        if not (self.short or self.held):
            return ""
        claims = counted(self.cards + self.short + self.told + self.held, "held claim")
        shown = f"{self.cards:,} with a card, {self.short + self.told:,} summarized"
        return f"Of {claims}: {shown}, {self.held:,} only counted."
