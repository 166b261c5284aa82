"""What all formats have in common: the verbs of a writer, how it is to write, and where it keeps things."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from scrubber.engine.edit import Edit
from scrubber.report.claim_view import ClaimView, FileView
from scrubber.report.model import Report


@dataclass(frozen=True, slots=True)
class Style:
    """How a report is written. ``width`` is in characters; ``edits`` explain themselves by their pages.

    ``quiet`` leaves out all but held claims, ``statistics`` adds numbers by edit and payer, ``diff`` shows
    every repaired segment before and after.
    """

    edits: Mapping[str, Edit] = field(default_factory=dict)
    masked: bool = False
    colour: bool = False
    width: int = 80
    quiet: bool = False
    statistics: bool = False
    diff: bool = False

    def title(self, edit: str) -> str:
        """What an edit is called."""
        return self.edits[edit].title if edit in self.edits else ""


class Writer(Protocol):
    """What every format can do. Memory stays flat: what must wait for something later is kept on disk."""

    def __init__(self, out: BinaryIO, style: Style) -> None: ...

    def claim(self, claim: ClaimView) -> None:
        """Take the next claim of the current file."""

    def file(self, file: FileView) -> None:
        """Close the current file."""

    def abandon(self) -> None:
        """Forget the claims of the current file, which could not be finished."""

    def finish(self, report: Report) -> None:
        """Close the report: all files are complete. The stream stays open."""
