"""A finding as HTML: what is wrong, in its segment, and what to do about it."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from scrubber.engine.finding import AppliedFix, Finding
from scrubber.html.tags import Element, add, clipped, link, tag
from scrubber.report.claim_view import Excerpt, SegmentChange
from scrubber.report.model import SuppressedReport
from scrubber.report.tally import kind_of
from scrubber.text import counted

_AROUND = 160
"""Characters of a segment that are shown before and behind the fault."""
_LONGEST = 400
_LONGEST_MESSAGE = 600
_LONGEST_REASON = 200
_MOST_EDITS = 10
MOST_FINDINGS = 60
"""So many findings are shown of a claim, or of a file; a broken one may have thousands."""
_ID_LETTERS = string.ascii_uppercase + string.digits


def holding_first(findings: Sequence[Finding]) -> list[Finding]:
    """Those that hold the claim before the others."""
    return sorted(findings, key=lambda finding: not finding.holds)


def finding_items(findings: Iterable[tuple[Finding, Excerpt | None]]) -> Iterator[Element]:
    """Yield a list item for each fault with all that is known of it; what to do is said once."""
    told: set[tuple[str, str]] = set()
    for finding, excerpt in findings:
        kind = kind_of(finding)
        item = tag("li", _head(finding, kind), _message(finding), cls=f"f {kind}")
        add(item, _segment(excerpt) if excerpt else None, _fix(finding.fix, "p") if finding.fix else None)
        if not finding.is_fixed and (finding.edit, finding.to_do) not in told:
            told.add((finding.edit, finding.to_do))
            to_do = tag("p", tag("b", "To do: "), finding.to_do) if finding.to_do else None
            add(item, to_do, _codes(finding))
        yield item


def short_finding(finding: Finding) -> Element:
    """A list item with one sentence."""
    kind = kind_of(finding)
    return tag(
        "li", tag("b", kind, cls=f"sev {kind}"), " ", link(anchor_of(finding.edit), finding.edit), " ",
        tag("small", _place(finding)), " ", clipped(finding.message, _LONGEST_MESSAGE),
        _fix(finding.fix, "span") if finding.fix else None,
    )  # fmt: skip


def more_findings(findings: Sequence[Finding]) -> Element | None:
    """A list item for all findings that are too many to be shown: how many, by edit."""
    if not findings:
        return None
    ranked = Counter(finding.edit for finding in findings).most_common()
    names = ", ".join(f"{edit} {count:,}" for edit, count in ranked[:_MOST_EDITS])
    others = " and others" if len(ranked) > _MOST_EDITS else ""
    return tag("li", f"{counted(len(findings), 'more finding')}: {names}{others}", cls="mute")


def suppressed_item(entry: SuppressedReport, excerpt: Excerpt | None) -> Element:
    """A list item: a finding that the configuration has set aside, and why."""
    item = tag(
        "li",
        _head(entry.finding, "suppressed"),
        _message(entry.finding),
        cls="f suppressed",
    )
    if excerpt:
        item.append(_segment(excerpt))
    owner = clipped(entry.owner, _LONGEST_REASON) or "nobody is named"
    add(item, tag("p", tag("b", "Set aside: "), f"{clipped(entry.reason, _LONGEST_REASON)} ({owner})"))
    return item


def more_suppressed(entries: Sequence[SuppressedReport]) -> Element | None:
    """A list item for all that is set aside and too much to be shown."""
    return tag("li", f"and {len(entries):,} more", cls="mute") if entries else None


def change_lines(change: SegmentChange) -> Element:
    """A changed segment, before and after, and the edits that asked for it, if any did."""
    place = f"segment {change.number}, byte {change.byte}"
    body = tag("div", tag("small", ": ".join(filter(None, (place, ", ".join(change.edits))))))
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
    """The segment with the fault marked, between its neighbours; of a long one what is around the fault."""
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
    return tag("pre", _neighbour(excerpt.above), code, _neighbour(excerpt.below))


def _neighbour(text: str) -> Element | None:
    """The beginning of a segment beside the one at fault."""
    return tag("span", clipped(text, _AROUND)) if text else None


def _separator(text: str) -> str:
    """What parts the elements of a segment: it stands behind the id. An empty element is marked by it."""
    return text.lstrip(_ID_LETTERS)[:1]


def _fix(fix: AppliedFix, name: str) -> Element:
    """A repair, made or on offer, as an element of this name."""
    label = "Repaired: " if fix.applied else f"{fix.safety.capitalize()} repair: "
    before = tag("del", clipped(fix.before, _LONGEST)) if fix.before else tag("i", "empty")
    after = tag("ins", clipped(fix.after, _LONGEST)) if fix.after else tag("i", "empty")
    return tag(name, " " if name == "span" else None, tag("b", label), before, " becomes ", after)


def _codes(finding: Finding) -> Element:
    denials = f"Denied as {', '.join(finding.denials)}; decided" if finding.denials else "Decided"
    return tag("p", f"{denials} by pack {finding.pack}.", cls="mute")
