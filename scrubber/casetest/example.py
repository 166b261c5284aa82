"""Make the example of a manual page from a case: what differs from the base claim, and what the edit says."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from pathlib import Path

from scrubber.casetest.case import CASES, Case, base_case, load_cases
from scrubber.casetest.workbench import Workbench
from scrubber.engine.discovery import Example
from scrubber.engine.edit import Edit
from scrubber.engine.finding import AppliedFix
from scrubber.engine.history import NO_HISTORY
from scrubber.engine.rulebook import Rulebook
from scrubber.errors import ConfigurationError, TableError

_MOST_SEGMENTS = 14
_MOST_TAKEN_AWAY = 4


def example_in(path: Path, edit: str, bench: Workbench) -> Example | None:
    """Return the first case of a file in which the edit fires, evaluated; ``None`` where there is none."""
    if not path.is_file():
        return None
    case = next((case for case in load_cases(path) if case.kind == "fires"), None)
    finding = (
        next((found for found in bench.run(case).findings if found.edit == edit), None) if case else None
    )
    if case is None or finding is None:
        return None
    says = f"{finding.severity} by {finding.pack}: {finding.message}"
    return Example(case.name, tuple(_segments(case)), says, _fix(finding.fix))


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


def _segments(case: Case) -> Iterator[str]:
    """The segments in which a case differs from the base claim; where little is left of that, its own."""
    own = _split(case.raw)
    if case.history is not NO_HISTORY:
        # It is about what was received before, not about a claim: the envelope tells one file from another.
        yield from (segment for segment in own if segment.startswith(("ISA*", "GS*")))
        return
    if not case.loop:
        yield from _first(own)
        return
    base = _split(base_case(case.filing, case.loop).raw)
    # A total that only follows the lines is no change of its own.
    changed = _changes(base, own, _without_total) or _changes(base, own, str)
    if not changed or sum(line.startswith("-") for line in changed) > _MOST_TAKEN_AWAY:
        start = next(at for at, segment in enumerate(own) if segment.startswith("CLM*"))
        end = next((at for at, segment in enumerate(own) if segment.startswith("SE*")), len(own))
        yield from _first(own[start:end])
    else:
        yield from _first(changed)


def _changes(base: list[str], own: list[str], read: Callable[[str], str]) -> list[str]:
    """Return what is gone and what is new, the trailer's count aside."""
    compared = difflib.ndiff([read(segment) for segment in base], [read(segment) for segment in own])
    lines = [f"{line[0]} {line[2:]}" for line in compared if line[0] in "+-"]
    return [line for line in lines if not line[2:].startswith("SE*")]


def _first(segments: list[str]) -> list[str]:
    """Return as many as an example shows."""
    return segments if len(segments) <= _MOST_SEGMENTS else [*segments[:_MOST_SEGMENTS], "…"]


def _split(raw: bytes) -> list[str]:
    text = raw[:20_000].decode(errors="replace").replace("\n", "")
    return [segment[:106] for segment in text.split("~") if segment]


def _without_total(segment: str) -> str:
    """Return a CLM whose total follows from the lines so that it does not count as a change."""
    parts = segment.split("*")
    return "*".join((*parts[:2], "…", *parts[3:])) if parts[0] == "CLM" and len(parts) > 2 else segment


def _fix(fix: AppliedFix | None) -> str:
    return f"{fix.before} becomes {fix.after or 'nothing'}" if fix and fix.safety == "safe" else ""
