"""A claim as HTML: its row in the index, its card, or what is noted of it where it is accepted."""

from __future__ import annotations

import re
from decimal import Decimal

from scrubber.output.formats.base import Style
from scrubber.output.formats.html_finding import (
    change_lines,
    finding_items,
    short_finding,
    suppressed_item,
)
from scrubber.output.formats.html_tags import Element, add, clipped, link, row, scrolling, table, tag
from scrubber.output.formats.html_triad import triads
from scrubber.output.formats.tally import kind_of
from scrubber.output.money import dollars
from scrubber.output.view import ClaimView, LineView

_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:-([0-9]{4})([0-9]{2})([0-9]{2}))?", re.ASCII)
_AMOUNT = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{0,2})?", re.ASCII)
_MOST_LINES = 100
_LONGEST = 80
INDEX = ("Claim", "Patient", "Payer", "Service", "Charge", "Held by")
"""The columns of the index of held claims."""
_COLUMNS = ("Line", "Code", "Date", "Place", "Units", "Charge", "Diagnoses")


def index_row(view: ClaimView, place: str) -> Element:
    """The claim's row in the index; ``place`` is where its card is."""
    return row(
        link(place, number_of(view)), _cut(view.patient), _cut(view.payer_name or view.report.payer_id),
        view.service_date, _charge(view), " ".join(_holding(view)) or "its envelope", numbers=(4,),
    )  # fmt: skip


def card(view: ClaimView, place: str, style: Style) -> Element:
    """A held claim with all that is said of it, in an element that opens."""
    body = tag("div", _facts(view), id=place, cls="body")
    drawings = list(triads(view))
    if drawings:
        add(body, *drawings)
    add(body, _findings(view, style), _lines(view), *_suppressed(view))
    return tag("details", _summary(view), body, cls="c")


def notes(view: ClaimView, style: Style) -> Element | None:
    """What is said of an accepted claim, in short; ``None`` where nothing but repairs is."""
    findings = [finding for finding in view.report.findings if not finding.is_repaired]
    if style.quiet or not (findings or view.report.suppressed):
        return None
    items = tag("ul", *(short_finding(finding) for finding in findings))
    add(items, *(suppressed_item(entry, None) for entry in view.report.suppressed))
    return tag("li", _who(view), items)


def repairs(view: ClaimView, style: Style) -> Element | None:
    """What was repaired in an accepted claim, before and after; ``None`` where nothing was."""
    findings = [finding for finding in view.report.findings if finding.is_repaired]
    if style.quiet or not findings:
        return None
    items = tag("ul", *(short_finding(finding) for finding in findings))
    return tag("li", _who(view), items, *(change_lines(change) for change in view.changes))


def number_of(view: ClaimView) -> str:
    """The claim's number as people call it."""
    return _cut(view.report.control_number) or "without a number"


def _summary(view: ClaimView) -> Element:
    payer = view.payer_name or view.report.payer_id
    edits = _holding(view)
    shown = " ".join(edits[:6]) + (f" and {len(edits) - 6} more" if len(edits) > 6 else "")
    return tag(
        "summary",
        tag("h4", number_of(view)),
        tag("span", shown or "held with its envelope", cls="edits"),
        tag("span", ", ".join(_cut(text) for text in (view.patient, payer) if text), cls="who"),
        tag("span", view.service_date),
        tag("span", _charge(view), cls="sum"),
    )


def _facts(view: ClaimView) -> Element:
    """Who and when, as a list of terms."""
    report = view.report
    payer = f"{_cut(view.payer_name)} ({_cut(report.payer_id)})" if report.payer_id else _cut(view.payer_name)
    facts = {
        "Patient": view.patient,
        "Born": day(view.birth_date),
        "Member id": view.member_id,
        "Payer": payer,
        "Billed by": view.billing_provider,
        "Pack": report.pack,
        "Transaction": report.transaction,
    }
    found = tag("dl", cls="facts")
    for name, value in facts.items():
        add(found, tag("dt", name), tag("dd", _cut(value) or "not sent"))
    return found


def _findings(view: ClaimView, style: Style) -> Element:
    shown = [finding for finding in view.report.findings if finding.holds or not style.quiet]
    shown.sort(key=lambda finding: not finding.holds)
    found = tag("ol", *finding_items(((one, view.excerpt(one)) for one in shown), style), cls="fs")
    if not any(finding.holds for finding in shown):
        why = tag("p", "Held with its envelope: what is wrong is said of the file, above the claims.")
        return tag("div", why, found)
    return found


def _suppressed(view: ClaimView) -> tuple[Element, ...]:
    entries = view.report.suppressed
    if not entries:
        return ()
    items = (suppressed_item(entry, view.excerpt(entry.finding)) for entry in entries)
    return tag("h5", "Set aside by your configuration"), tag("ul", *items, cls="fs")


def _lines(view: ClaimView) -> Element:
    """The service lines as a table; those with a finding say so."""
    said: dict[int, list[str]] = {}
    for finding in view.report.findings:
        if finding.where.line:
            said.setdefault(finding.where.line, []).append(f"{kind_of(finding)} {finding.edit}")
    heads = [*_COLUMNS]
    heads += ["NDC"] if any(line.ndc for line in view.lines) else []
    heads += ["Said of it"] if said else []
    found, body = table("Service lines", tuple(heads), (4, 5))
    for line in view.lines[:_MOST_LINES]:
        cells = _cells(line)
        if "NDC" in heads:
            cells.append(_cut(" ".join(part for part in (line.ndc, line.quantity, line.unit) if part)))
        if said:
            cells.append(", ".join(dict.fromkeys(said.get(line.number, ()))))
        body.append(row(*cells, numbers=(4, 5)))
    if len(view.lines) > _MOST_LINES:
        rest = f"{len(view.lines) - _MOST_LINES} more lines are not shown"
        body.append(tag("tr", tag("td", rest, colspan=len(heads))))
    return scrolling(found, "Service lines")


def _cells(line: LineView) -> list[str]:
    """What stands in `_COLUMNS`."""
    return [
        str(line.number), _cut("-".join((line.procedure, *line.modifiers))), day(line.date), _cut(line.place),
        _cut(line.units), _amount(line.charge), _cut(" ".join(line.diagnoses)),
    ]  # fmt: skip


def _who(view: ClaimView) -> Element:
    parts = [_cut(text) for text in (view.patient, view.payer_name or view.report.payer_id) if text]
    return tag("p", tag("b", number_of(view)), " ", tag("small", ", ".join([*parts, _charge(view)])))


def _holding(view: ClaimView) -> list[str]:
    return list(dict.fromkeys(finding.edit for finding in view.report.findings if finding.holds))


def _charge(view: ClaimView) -> str:
    return _cut(f"${dollars(view.charge)}") if view.charge is not None else "no amount"


def _amount(text: str) -> str:
    """An amount as it was sent, with cents where that leaves its value as it is."""
    return dollars(Decimal(text)) if _AMOUNT.fullmatch(text) else _cut(text)


def day(text: str) -> str:
    """A date or a range as it was sent, with hyphens where it has the form of one."""
    match = _DAY.fullmatch(text)
    if not match:
        return _cut(text)
    first = "-".join(match.group(1, 2, 3))
    return f"{first} to {'-'.join(match.group(4, 5, 6))}" if match[4] else first


def _cut(text: str) -> str:
    return clipped(text, _LONGEST)
