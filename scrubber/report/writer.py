"""What all formats have in common: the verbs of a writer, how it is to write, and where it keeps things."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol

from scrubber.engine.edit import Edit
from scrubber.report.claim_view import ClaimView
from scrubber.report.model import FileReport, Report

_REMEDY = re.compile(r"^How to correct it\n(.*?)(?=^\S|\Z)", re.MULTILINE | re.DOTALL)
_SENTENCE = re.compile(r"(.+?\.)(?:\s|$)", re.DOTALL)


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

    def remedy(self, edit: str) -> str:
        """What to do about a finding of an edit: a sentence of its page; nothing where it is not known."""
        match = _REMEDY.search(self.edits[edit].manual) if edit in self.edits else None
        sentence = _SENTENCE.match(" ".join(match[1].split())) if match else None
        return sentence[1] if sentence else ""


class Writer(Protocol):
    """What every format can do. Memory stays flat: what must wait for something later is kept on disk."""

    def __init__(self, out: BinaryIO, style: Style) -> None: ...

    def claim(self, claim: ClaimView) -> None:
        """Take the next claim of the current file."""

    def file(self, file: FileReport) -> None:
        """The current file is complete."""

    def abandon(self) -> None:
        """The current file could not be finished: forget its claims."""

    def finish(self, report: Report) -> None:
        """All files are complete. The stream stays open."""
