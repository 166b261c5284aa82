"""Make the example of a manual page from a case: the claim as sent, the finding, the claim after a fix."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scrubber.casetest.case import CASES, Case, base_case, load_cases
from scrubber.casetest.workbench import Workbench
from scrubber.engine.edit import Edit
from scrubber.engine.finding import Finding
from scrubber.engine.history import NO_HISTORY
from scrubber.engine.loading.discovery import Example
from scrubber.engine.rulebook import Rulebook
from scrubber.errors import ConfigurationError, TableError

_MOST_SEGMENTS = 14
_MOST_MISSING = 4
_LONGEST_SEGMENT = 106


def example_in(path: Path, edit: str, bench: Workbench) -> Example | None:
    """Return the first case of a file in which the edit fires, evaluated; ``None`` where there is none."""
    if not path.is_file():
        return None
    case = next((case for case in load_cases(path) if case.kind == "fires"), None)
    found = bench.run(case).findings if case else ()
    finding = next((finding for finding in found if finding.edit == edit), None)
    if case is None or finding is None:
        return None
    sent, missing = _segments_of(case, finding)
    fixed: Sequence[str] = ()
    if finding.fix and finding.fix.safety == "safe":
        fixed = _compared(_split(case.raw), _split(bench.fixed(case, (edit,)))).new or ["(removed)"]
    says = f"{finding.severity} by {finding.pack}: {finding.message}"
    return Example(case.name, tuple(sent), says, tuple(missing), tuple(_first(fixed)))


def example_of_own(edit: Edit, rulebook: Rulebook) -> Example | None:
    """Return the example of an edit that is not shipped, from its cases; ``None`` where it has none."""
    if not edit.origin:
        return None
    folder = Path(edit.folder)
    with Workbench(rulebook, (folder.resolve(),)) as bench:
        try:
            return example_in(folder / CASES / f"{edit.id}.toml", edit.id, bench)
        except (ConfigurationError, TableError):
            return None  # `edits test` says what is wrong with the cases


def _segments_of(case: Case, finding: Finding) -> tuple[Sequence[str], Sequence[str]]:
    """Return the segments that show the fault as sent, and those that are missing.

    They are those in which the case differs from the base claim, with the one that the finding is about;
    where little is left of the base claim, all of the claim.
    """
    own = _split(case.raw)
    if case.history is not NO_HISTORY:
        # It is about what was received before, not about a claim: the envelope tells one file from another.
        return [segment for segment in own if segment.startswith(("ISA*", "GS*"))], ()
    if not case.loop:
        return _first(own), ()
    changed = _compared(_split(base_case(case.filing, case.loop).raw), own)
    at = finding.where.segment_number
    if len(changed.old) > _MOST_MISSING or (not changed.places and at is None):
        start = next(at for at, segment in enumerate(own) if segment.startswith("CLM*"))
        end = next((at for at, segment in enumerate(own) if segment.startswith("SE*")), len(own))
        return _first(own[start:end]), ()
    places = sorted({*changed.places, *([at - 1] if at else [])})
    return _first([own[place] for place in places]), () if changed.places else changed.old


@dataclass(frozen=True, slots=True)
class _Compared:
    """How two lists of segments differ: what only the old one has, what only the new one has, and where."""

    old: list[str]
    new: list[str]
    places: list[int]


def _compared(old: Sequence[str], new: Sequence[str]) -> _Compared:
    """Compare two lists of segments, the trailer's count aside and, if anything else differs, the total."""
    found = _differences(old, new, total=False)
    return found if found.old or found.new else _differences(old, new, total=True)


def _differences(old: Sequence[str], new: Sequence[str], *, total: bool) -> _Compared:
    found, at = _Compared([], [], []), 0
    before, after = (
        [segment if total else _without_total(segment) for segment in segments] for segments in (old, new)
    )
    for line in difflib.ndiff(before, after):
        sign, text = line[0], line[2:]
        if sign == "-" and not text.startswith("SE*"):
            found.old.append(text)
        if sign == "+" and not text.startswith("SE*"):
            found.new.append(new[at])
            found.places.append(at)
        at += sign in "+ "
    return found


def _first(segments: Sequence[str]) -> Sequence[str]:
    """Return as many segments as an example shows."""
    return segments if len(segments) <= _MOST_SEGMENTS else [*segments[:_MOST_SEGMENTS], "…"]


def _split(raw: bytes) -> list[str]:
    """Return the segments of an input as text."""
    text = raw[:20_000].decode(errors="replace").replace("\n", "")
    return [
        segment if len(segment) <= _LONGEST_SEGMENT else f"{segment[:_LONGEST_SEGMENT]}…"
        for segment in text.split("~")
        if segment
    ]


def _without_total(segment: str) -> str:
    """Return a CLM without its total, which follows from the lines and is not a change of its own."""
    parts = segment.split("*")
    return "*".join((*parts[:2], *parts[3:])) if parts[0] == "CLM" and len(parts) > 2 else segment
