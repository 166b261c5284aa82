"""A finding as HTML: what is wrong, in its segment, and what to do about it."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator

from scrubber.edit.finding import AppliedFix, Finding, Suppressed
from scrubber.output.formats.base import Style
from scrubber.output.formats.html_tags import Element, add, clipped, link, tag
from scrubber.output.formats.tally import kind_of
from scrubber.output.view import Change, Excerpt

_AROUND = 160
"""Characters of a segment that are shown before and behind the fault."""
_LONGEST = 400
_ID_LETTERS = string.ascii_uppercase + string.digits


def finding_items(findings: Iterable[tuple[Finding, Excerpt | None]], style: Style) -> Iterator[Element]:
    """A list item for each fault with all that is said of it; what to do is told once for each edit."""
    told: set[str] = set()
    for finding, excerpt in findings:
        kind = kind_of(finding)
        item = tag("li", _head(finding, kind), tag("p", finding.message, cls="msg"), cls=f"f {kind}")
        add(item, _segment(excerpt) if excerpt else None, _fix(finding.fix) if finding.fix else None)
        if not finding.is_repaired and finding.edit not in told:
            told.add(finding.edit)
            remedy = style.remedy(finding.edit)
            add(item, tag("p", tag("b", "To do: "), remedy) if remedy else None, _codes(finding))
        yield item


def short_finding(finding: Finding) -> Element:
    """A list item with one sentence."""
    kind = kind_of(finding)
    return tag(
        "li", tag("b", kind, cls=f"sev {kind}"), " ", link(anchor_of(finding.edit), finding.edit), " ",
        tag("small", _place(finding)), " ", finding.message, _suffix(finding.fix),
    )  # fmt: skip


def suppressed_item(entry: Suppressed, excerpt: Excerpt | None) -> Element:
    """A list item: a finding that the configuration has set aside, and why."""
    item = tag(
        "li",
        _head(entry.finding, "suppressed"),
        tag("p", entry.finding.message, cls="msg"),
        cls="f suppressed",
    )
    if excerpt:
        item.append(_segment(excerpt))
    add(item, tag("p", tag("b", "Set aside: "), f"{entry.reason} ({entry.owner or 'nobody is named'})"))
    return item


def change_lines(change: Change) -> Element:
    """A repaired segment, before and after."""
    body = tag("div", tag("small", f"segment {change.number}, byte {change.byte}: {', '.join(change.edits)}"))
    for name, sign, text in (("del", "before", change.before), ("ins", "after", change.after)):
        add(body, tag("pre", tag("small", sign, " "), tag(name, clipped(text, _LONGEST))))
    return body


def anchor_of(edit: str) -> str:
    """The place where the page explains an edit."""
    return f"e-{edit}"


def _head(finding: Finding, kind: str) -> Element:
    return tag(
        "p", tag("b", kind, cls=f"sev {kind}"), " ", link(anchor_of(finding.edit), finding.edit), " ",
        tag("small", _place(finding)),
    )  # fmt: skip


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
    """The segment with the fault marked; of a long one what stands around the fault."""
    text, start, end = excerpt.text, excerpt.start, excerpt.end
    first, last = max(0, start - _AROUND), max(start, min(end, start + _LONGEST))
    before, fault = text[first:start], text[start:last]
    behind = text[last : last + _AROUND]
    code = tag("code", ("…" if first else "") + before)
    if end > len(text):
        add(code, tag("mark", "missing", cls="gap"))
    elif fault and fault == _separator(text):
        add(code, tag("mark", "empty", cls="gap"), fault)
    elif fault:
        add(code, tag("mark", fault))
    add(code, behind + ("…" if last + _AROUND < len(text) else ""))
    return tag("pre", code)


def _separator(text: str) -> str:
    """What parts the elements of a segment: it stands behind the id. An empty element is marked by it."""
    return text.lstrip(_ID_LETTERS)[:1]


def _fix(fix: AppliedFix) -> Element:
    label = "Repaired: " if fix.applied else f"{fix.safety.capitalize()} repair: "
    before = tag("del", clipped(fix.before, _LONGEST)) if fix.before else tag("i", "empty")
    after = tag("ins", clipped(fix.after, _LONGEST)) if fix.after else tag("i", "empty")
    return tag("p", tag("b", label), before, " becomes ", after)


def _suffix(fix: AppliedFix | None) -> Element | None:
    if fix is None:
        return None
    return tag(
        "span", " ", tag("del", clipped(fix.before, _LONGEST)), " ", tag("ins", clipped(fix.after, _LONGEST))
    )


def _codes(finding: Finding) -> Element:
    denials = f"Denied as {', '.join(finding.denials)}; decided" if finding.denials else "Decided"
    return tag("p", f"{denials} by pack {finding.pack}.", cls="mute")
