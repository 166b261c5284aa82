"""A claim in a few lines: an accepted claim, or a held one if there is no space for its card."""

from __future__ import annotations

from collections.abc import Sequence

from scrubber.engine.finding import Finding
from scrubber.html.tags import Element, add, tag
from scrubber.report.claim_view import ClaimView
from scrubber.report.file_view import FileView
from scrubber.report.html.claim import head_of
from scrubber.report.html.finding import (
    change_lines,
    more_findings,
    more_suppressed,
    references,
    short_finding,
    suppressed_item,
)
from scrubber.report.wording import held_unchecked, why_held
from scrubber.report.writer import Style
from scrubber.text import counted

_MOST_RECOUNTED = 50
_MOST = 10
"""The most findings, fixed segments, or overridden findings that are shown of a claim."""


def short_card(view: ClaimView) -> Element:
    """Return a held claim: patient, payer and date, then a line for each finding that holds it."""
    holding = [finding for finding in view.report.findings if finding.holds]
    told = references([entry for entry in view.report.shared if entry.holds])
    unchecked = view.result.holding_unchecked
    if not (holding or told):
        why = held_unchecked(view.report, unchecked) if unchecked else why_held(view.report)
        return tag("li", head_of(view), tag("p", why))
    items = _findings(holding, view.omitted(quiet=True))
    add(items, *told)
    return tag("li", head_of(view), items)


def has_notes(view: ClaimView, style: Style) -> bool:
    """Return True if an accepted claim has findings that were not fixed."""
    report = view.report
    more = report.overridden or any(not finding.is_fixed for finding in report.findings)
    return bool(more) and not style.quiet


def notes(view: ClaimView) -> Element:
    """Return an accepted claim with its findings that were not fixed."""
    omitted = [finding for finding in view.omitted() if not finding.is_fixed]
    items = _findings([finding for finding in view.report.findings if not finding.is_fixed], omitted)
    entries = view.report.suppressed
    add(items, *(suppressed_item(entry, None) for entry in entries[:_MOST]), more_suppressed(entries[_MOST:]))
    return tag("li", head_of(view), items)


def has_fixes(view: ClaimView, style: Style) -> bool:
    """Return True if something was fixed in an accepted claim."""
    return not style.quiet and any(finding.is_fixed for finding in view.report.findings)


def fixes(view: ClaimView) -> Element:
    """Return an accepted claim with what was fixed in it, before and after."""
    omitted = [finding for finding in view.omitted() if finding.is_fixed]
    items = _findings([finding for finding in view.report.findings if finding.is_fixed], omitted)
    claim = tag("li", head_of(view), items, *(change_lines(change) for change in view.changes[:_MOST]))
    if len(view.changes) > _MOST:
        add(claim, tag("p", f"and {counted(len(view.changes) - _MOST, 'more segment')}", cls="mute"))
    return claim


def recounts(file: FileView) -> Element | None:
    """Return what the clean file recounts: segments that no edit fixed, but that differ from the input."""
    count = file.recount.segments
    if not count:
        return None
    changes = list(file.recounted())[:_MOST_RECOUNTED]
    summary = f"HL loops and trailers recounted without the held claims: {count:,}"
    details = tag("details", tag("summary", summary), cls="box")
    add(details, *(change_lines(change) for change in changes))
    if count > len(changes):
        add(details, tag("p", f"The first {len(changes)} are shown; the diff (--diff) has all.", cls="mute"))
    return details


def _findings(findings: Sequence[Finding], omitted: Sequence[Finding]) -> Element:
    items = tag("ul", *(short_finding(finding) for finding in findings[:_MOST]))
    add(items, more_findings((*findings[_MOST:], *omitted)))
    return items
