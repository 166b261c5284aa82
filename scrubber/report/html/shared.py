"""Faults that claims share, and the claims that are held by nothing else."""

from __future__ import annotations

from scrubber.html.tags import Element, add, link, tag
from scrubber.report.claim_view import ClaimView
from scrubber.report.html.claim import head_of
from scrubber.report.html.finding import anchor_of, references
from scrubber.report.shared import SharedFaults
from scrubber.report.wording import failed_on, why_held
from scrubber.report.writer import Style
from scrubber.text import counted

_MOST = 50
"""The most shared faults that are listed for a file."""


def shared_faults(shared: SharedFaults) -> Element:
    """Return the faults that several claims of a file share, each with the number of its claims."""
    faults = shared.faults
    items = tag("ul")
    for fault in faults[:_MOST]:
        edit = link(anchor_of(fault.finding.edit), fault.finding.edit)
        add(items, tag("li", edit, " ", fault.finding.title, tag("small", f": {fault.sharing}")))
    if len(faults) > _MOST:
        add(items, tag("li", f"and {len(faults) - _MOST:,} more", cls="mute"))
    lead = "A fault that several claims share is reported with the first of them."
    return tag("div", tag("h3", f"Shared faults ({counted(len(faults), 'fault')})"), tag("p", lead), items)


def is_told_elsewhere(view: ClaimView, style: Style) -> bool:
    """Return True if a held claim has nothing to show but what is told at other claims."""
    report = view.report
    has_own = any(finding.holds or not style.quiet for finding in report.findings)
    return bool(report.shared) and not (has_own or report.suppressed or failed_on(report))


def told_elsewhere(view: ClaimView) -> Element:
    """Return a claim that is held only by what is told at other claims, or by its envelope."""
    why = None if view.report.held_by else tag("p", why_held(view.report))
    return tag("li", head_of(view), why, tag("ul", *references(view.report.shared)))
