"""A finding as HTML: what is wrong, marked in its segment, and what to do about it."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator, Sequence

from scrubber.engine.finding import AppliedFix, Finding
from scrubber.html.tags import Element, add, clipped, link, tag
from scrubber.report import wording
from scrubber.report.excerpt import Excerpt, SegmentChange
from scrubber.report.model import SharedReport, SuppressedReport
from scrubber.report.tally import kind_of

_AROUND = 160
"""Characters of a segment that are shown before and after the fault."""
_LONGEST = 400
_LONGEST_MESSAGE = 600
_LONGEST_REASON = 200
MOST_FINDINGS = 60
"""The most findings that are shown of a claim or a file; a broken one may have thousands."""
_ID_LETTERS = string.ascii_uppercase + string.digits


def holding_first(findings: Sequence[Finding]) -> list[Finding]:
    """Sort findings so that those that hold the claim come first."""
    return sorted(findings, key=lambda finding: not finding.holds)


def finding_items(findings: Iterable[tuple[Finding, Excerpt | None]]) -> Iterator[Element]:
    """Yield a list item with the details of each finding; each remedy is listed only once."""
    seen: set[tuple[str, str]] = set()
    for finding, excerpt in findings:
        kind = kind_of(finding)
        item = tag("li", _head(finding, kind), _message(finding), cls=f"f {kind}")
        add(item, _segment(excerpt) if excerpt else None, _fix(finding.fix, "p") if finding.fix else None)
        if not finding.is_fixed and (finding.edit, finding.to_do) not in seen:
            seen.add((finding.edit, finding.to_do))
            to_do = (
                tag("p", tag("b", "To do: "), clipped(finding.to_do, _LONGEST_MESSAGE))
                if finding.to_do
                else None
            )
            add(item, to_do, _codes(finding))
        yield item


def short_finding(finding: Finding) -> Element:
    """Return a list item with one sentence."""
    kind = kind_of(finding)
    return tag(
        "li", tag("b", kind, cls=f"sev {kind}"), " ", link(anchor_of(finding.edit), finding.edit), " ",
        tag("small", _place(finding)), " ", clipped(finding.message, _LONGEST_MESSAGE),
        _fix(finding.fix, "span") if finding.fix else None,
    )  # fmt: skip


def more_findings(findings: Sequence[Finding]) -> Element | None:
    """Return a list item for the findings that are not shown: how many there are, by edit."""
    if not findings:
        return None
    return tag("li", wording.more_findings(findings), cls="mute")


def references(shared: Sequence[SharedReport]) -> tuple[Element, ...]:
    """Return list items for the findings of a claim that are told at earlier ones."""
    items = [
        tag(
            "li",
            tag("b", kind := "fixed" if entry.fixed else entry.severity, cls=f"sev {kind}"), " ",
            link(anchor_of(entry.edit), entry.edit), " ",
            tag("small", f"segment {entry.segment_number}: as in claim ", clipped(entry.claim, _AROUND)),
        )
        for entry in shared[:MOST_FINDINGS]
    ]  # fmt: skip
    return tuple(items)


def suppressed_item(entry: SuppressedReport, excerpt: Excerpt | None) -> Element:
    """Return a list item with a finding that an edit override accepts, and the reason."""
    item = tag(
        "li",
        _head(entry.finding, "overridden"),
        _message(entry.finding),
        cls="f overridden",
    )
    if excerpt:
        item.append(_segment(excerpt))
    owner = clipped(entry.owner, _LONGEST_REASON) or "no owner"
    add(item, tag("p", tag("b", "Edit override: "), f"{clipped(entry.reason, _LONGEST_REASON)} ({owner})"))
    return item


def more_suppressed(entries: Sequence[SuppressedReport]) -> Element | None:
    """Return a list item for the overridden findings that are not shown."""
    return tag("li", f"and {len(entries):,} more", cls="mute") if entries else None


def change_lines(change: SegmentChange) -> Element:
    """Return a changed segment before and after, and the edits whose fixes changed it, if any."""
    place = f"segment {change.number}, byte {change.byte}"
    body = tag("div", tag("small", ": ".join(filter(None, (place, ", ".join(change.edits))))))
    for name, sign, text in (("del", "before", change.before), ("ins", "after", change.after)):
        add(body, tag("pre", tag("small", sign, " "), tag(name, clipped(text, _LONGEST))))
    return body


def anchor_of(edit: str) -> str:
    """Return the anchor of the page's explanation of an edit."""
    return f"e-{edit}"


def _head(finding: Finding, kind: str) -> Element:
    return tag(
        "p", tag("b", kind, cls=f"sev {kind}"), " ", link(anchor_of(finding.edit), finding.edit), " ",
        tag("small", _place(finding)),
    )  # fmt: skip


def _message(finding: Finding) -> Element:
    return tag("p", clipped(finding.message, _LONGEST_MESSAGE), cls="msg")


def _place(finding: Finding) -> str:
    where = finding.where
    parts = [f"line {where.line}"] if where.line else []
    if where.element or where.segment:
        parts.append(where.element or where.segment or "")
    if where.segment_number:
        parts.append(f"segment {where.segment_number}")
    if where.byte is not None:
        parts.append(f"byte {where.byte}")
    return ", ".join(parts)


def _segment(excerpt: Excerpt) -> Element:
    """Return the segment with the fault marked, between its neighbors; a long one is cut around the fault."""
    text, start, end = excerpt.text, excerpt.start, excerpt.end
    first, last = max(0, start - _AROUND), max(start, min(end, start + _LONGEST))
    before, fault = text[first:start], text[start:last]
    after = text[last : last + _AROUND]
    code = tag("code", ("…" if first else "") + before)
    if end > len(text):
        add(code, tag("mark", "missing", cls="gap"))
    elif fault and fault == _separator(text):
        add(code, tag("mark", "empty", cls="gap"), fault)
    elif fault:
        add(code, tag("mark", fault))
    add(code, after + ("…" if last + _AROUND < len(text) else ""))
    return tag("pre", _neighbor(excerpt.above), code, _neighbor(excerpt.below))


def _neighbor(text: str) -> Element | None:
    """Return the beginning of a segment next to the one at fault."""
    return tag("span", clipped(text, _AROUND)) if text else None


def _separator(text: str) -> str:
    """Return the element separator of a segment, which follows its id and marks an empty element."""
    return text.lstrip(_ID_LETTERS)[:1]


def _fix(fix: AppliedFix, name: str) -> Element:
    """Return a fix, applied or offered, as an element of this name."""
    label = "Fixed: " if fix.applied else f"{fix.safety.capitalize()} fix: "
    before = tag("del", clipped(fix.before, _LONGEST)) if fix.before else tag("i", "empty")
    after = tag("ins", clipped(fix.after, _LONGEST)) if fix.after else tag("i", "empty")
    return tag(name, " " if name == "span" else None, tag("b", label), before, " becomes ", after)


def _codes(finding: Finding) -> Element:
    denials = f"Typical denial: {', '.join(finding.denials)}. " if finding.denials else ""
    return tag("p", f"{denials}Pack: {finding.pack}.", cls="mute")
