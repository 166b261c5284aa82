"""A claim in a few lines: an accepted one, or a held one where there is no room for a card."""

from __future__ import annotations

from collections.abc import Sequence

from scrubber.engine.finding import Finding
from scrubber.html.tags import Element, add, tag
from scrubber.report.claim_view import ClaimView, FileView
from scrubber.report.html.claim import charge_of, cut, number_of, payer_of
from scrubber.report.html.finding import (
    change_lines,
    more_findings,
    more_suppressed,
    short_finding,
    suppressed_item,
)
from scrubber.report.writer import Style
from scrubber.text import counted

_MOST_RECOUNTED = 50
_MOST = 10
"""So many findings, repaired segments, or findings that are set aside, are shown of a claim."""


def short_card(view: ClaimView) -> Element:
    """A held claim: who and when, then a line for each finding that holds it."""
    holding = [finding for finding in view.report.findings if finding.holds]
    found = tag("li", _who(view))
    add(found, _findings(holding) if holding else tag("p", "Held with its envelope."))
    return found


def has_notes(view: ClaimView, style: Style) -> bool:
    """Whether there is more to know of an accepted claim than its repairs."""
    report = view.report
    more = report.suppressed or any(not finding.is_fixed for finding in report.findings)
    return bool(more) and not style.quiet


def notes(view: ClaimView) -> Element:
    """What is said of an accepted claim, but for its repairs."""
    items = _findings([finding for finding in view.report.findings if not finding.is_fixed])
    entries = view.report.suppressed
    add(items, *(suppressed_item(entry, None) for entry in entries[:_MOST]), more_suppressed(entries[_MOST:]))
    return tag("li", _who(view), items)


def has_repairs(view: ClaimView, style: Style) -> bool:
    """Whether something was repaired in an accepted claim."""
    return not style.quiet and any(finding.is_fixed for finding in view.report.findings)


def repairs(view: ClaimView) -> Element:
    """What was repaired in an accepted claim, before and after."""
    items = _findings([finding for finding in view.report.findings if finding.is_fixed])
    found = tag("li", _who(view), items, *(change_lines(change) for change in view.changes[:_MOST]))
    if len(view.changes) > _MOST:
        add(found, tag("p", f"and {counted(len(view.changes) - _MOST, 'more segment')}", cls="mute"))
    return found


def recounts(file: FileView) -> Element | None:
    """What the cleaned file counts anew: no edit asked for it, but it is not as it came."""
    count = file.recount.segments
    if not count:
        return None
    changes = list(file.recounted())[:_MOST_RECOUNTED]
    told = f"Levels and trailers counted anew, since claims were taken out: {count:,}"
    found = tag("details", tag("summary", told), cls="box")
    add(found, *(change_lines(change) for change in changes))
    if count > len(changes):
        add(found, tag("p", f"The first {len(changes)} are shown; the diff (--diff) has all.", cls="mute"))
    return found


def _findings(findings: Sequence[Finding]) -> Element:
    items = tag("ul", *(short_finding(finding) for finding in findings[:_MOST]))
    add(items, more_findings(findings[_MOST:]))
    return items


def _who(view: ClaimView) -> Element:
    parts = (cut(view.patient), cut(payer_of(view)), view.service_date, charge_of(view))
    return tag("p", tag("b", number_of(view)), " ", tag("small", ", ".join(part for part in parts if part)))
