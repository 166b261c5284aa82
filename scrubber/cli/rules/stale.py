"""Edits whose sources have grown old: what `edits list --stale DATE` prints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from scrubber.cli.rules.manual import cited, edit_statuses
from scrubber.engine.edit import Edit
from scrubber.engine.finding import SEVERITIES, Severity
from scrubber.engine.loading.sources import STANDING
from scrubber.engine.rulebook import Rulebook

YEARS = 2
"""How old the newest source of an edit may be."""
_SAID = re.compile(r"\(([^()]*)\)$")
_DAY = re.compile(r"\b((?:19|20)[0-9]{2})(?:-([0-9]{2})(?:-([0-9]{2}))?)?\b", re.ASCII)


def stale_edits(rulebook: Rulebook, day: date) -> Iterator[str]:
    """Yield a line for each edit whose sources are all older than two years on a day, or have no date.

    Those that reject come first. Laws and standards do not age.
    """
    limit = f"{day.year - YEARS:04}-{day:%m-%d}"
    found = []
    for edit in rulebook.edits.values():
        severity, citations = _strongest(edit, rulebook, day), cited(edit, rulebook, day)
        if severity == "info" or not citations or any(STANDING in _said(text) for text in citations):
            continue
        newest = max(map(_newest, citations))
        if newest < limit[: len(newest)] or not newest:
            found.append((SEVERITIES.index(severity), edit.id, newest or "no date", edit.title))
    for rank, edit_id, newest, title in sorted(found):
        yield f"{edit_id:<8}  {SEVERITIES[rank]:<6}  {newest:<10}  {title}"


def _strongest(edit: Edit, rulebook: Rulebook, day: date) -> Severity:
    """Return the highest severity that any pack gives the edit; ``info`` where it is off in all."""
    given: list[Severity] = ["info"]
    for status in edit_statuses(edit, rulebook, day):
        if status.decision:
            given += [status.decision.severity, *status.decision.variants.values()]
    return min(given, key=SEVERITIES.index)


def _said(citation: str) -> str:
    """Return the date of a citation as it is written."""
    match = _SAID.search(citation)
    return match[1] if match else ""


def _newest(citation: str) -> str:
    """Return the latest day, month or year in a citation's date; empty if there is none."""
    days = ["-".join(filter(None, match)) for match in _DAY.findall(_said(citation))]
    return max(days, default="")
