"""What all report formats have in common: the methods of a writer, and the style of a report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO, Protocol

from msgspec import Struct, field

from scrubber.engine.edit import Edit
from scrubber.report.claim_view import ClaimView
from scrubber.report.file_view import FileView
from scrubber.report.model import Report


class Style(Struct, frozen=True):
    """How a report is written. ``width`` is in characters; ``edits`` provide titles and manual pages.

    ``quiet`` leaves out all but held claims, ``statistics`` adds counts by edit and payer, ``diff`` shows
    every fixed segment before and after.
    """

    edits: Mapping[str, Edit] = field(default_factory=dict)
    masked: bool = False
    color: bool = False
    width: int = 80
    quiet: bool = False
    statistics: bool = False
    diff: bool = False

    def title(self, edit: str) -> str:
        """Return the title of an edit."""
        return self.edits[edit].title if edit in self.edits else ""


class Writer(Protocol):
    """The methods of every format's writer. Memory stays flat: what must wait is kept on disk."""

    def __init__(self, out: BinaryIO, style: Style) -> None: ...

    def claim(self, claim: ClaimView) -> None:
        """Take the next claim of the current file."""

    def file(self, file: FileView) -> None:
        """Close the current file."""

    def abandon(self) -> None:
        """Discard the claims of the current file, which could not be completed."""

    def finish(self, report: Report) -> None:
        """Close the report: all files are complete. The stream stays open."""
