"""A held claim as HTML: its row in the index, and its card."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from scrubber.engine.finding import Finding
from scrubber.html.tags import Element, add, clipped, link, listed, row, scrolling, table, tag
from scrubber.report.claim_view import ClaimView, LineView
from scrubber.report.html.finding import (
    MOST_FINDINGS,
    finding_items,
    holding_first,
    more_findings,
    more_suppressed,
    references,
    suppressed_item,
)
from scrubber.report.html.triad import triads
from scrubber.report.tally import kind_of
from scrubber.report.wording import held_by, held_unchecked, why_held
from scrubber.report.writer import Style
from scrubber.text import dollars

_DATES = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:-([0-9]{4})([0-9]{2})([0-9]{2}))?", re.ASCII)
_AMOUNT = re.compile(r"-?[0-9]{1,12}(?:\.[0-9]{0,2})?", re.ASCII)
_MOST_LINES = 100
_MOST_SUPPRESSED = 20
_MOST_EDITS = 6
_LONGEST = 80
INDEX = ("Claim", "Patient", "Payer", "Service date", "Charge", "Held by")
"""The columns of the index of held claims."""
_COLUMNS = ("Line", "Code", "Date", "POS", "Units", "Charge", "Diagnoses")


def index_row(view: ClaimView, anchor: str) -> Element:
    """Return the claim's row in the index; ``anchor`` is that of its card."""
    return row(
        link(anchor, number_of(view)), cut(view.patient), cut(payer_of(view)), view.service_date,
        charge_of(view), _held_by(view), numbers=(4,),
    )  # fmt: skip


def card(view: ClaimView, anchor: str, style: Style) -> Element:
    """Return a held claim with everything reported on it, as an element that opens."""
    body = tag("div", _facts(view), id=anchor, cls="body")
    add(body, *triads(view.lines, view.administrations, view.report.findings))
    add(body, _findings(view, style), lines_table(view.lines, view.report.findings), *_suppressed(view))
    return tag("details", _summary(view), body, cls="c")


def number_of(view: ClaimView) -> str:
    """Return the claim's number as shown."""
    return cut(view.report.control_number) or "without a number"


def payer_of(view: ClaimView) -> str:
    """Return the payer's name, or else its id."""
    return view.payer_name or view.report.payer.id


def charge_of(view: ClaimView) -> str:
    """Return the claim's total charge."""
    return cut(f"${dollars(view.charge)}") if view.charge is not None else "no amount"


def cut(text: str) -> str:
    """Clip a text to the length of a name."""
    return clipped(text, _LONGEST)


def head_of(view: ClaimView) -> Element:
    """Return what a claim is known by, on one line: its number, patient, payer, date and charge."""
    unsure = view.report.verdict == "accepted" and not view.report.fully_checked
    parts = (
        cut(view.patient), cut(payer_of(view)), view.service_date, charge_of(view),
        "not fully checked" if unsure else "",
    )  # fmt: skip
    return tag("p", tag("b", number_of(view)), " ", tag("small", ", ".join(part for part in parts if part)))


def _held_by(view: ClaimView) -> str:
    return listed(held_by(view.report), _MOST_EDITS, " ")


def _summary(view: ClaimView) -> Element:
    return tag(
        "summary",
        tag("h4", number_of(view)),
        tag("span", _held_by(view), cls="edits"),
        tag("span", ", ".join(cut(text) for text in (view.patient, payer_of(view)) if text), cls="who"),
        tag("span", view.service_date),
        tag("span", charge_of(view), cls="sum"),
    )


def _facts(view: ClaimView) -> Element:
    """Return patient, payer and provider as a list of terms."""
    report = view.report
    payer = f"{cut(view.payer_name)} ({cut(report.payer.id)})" if report.payer.id else cut(view.payer_name)
    facts = {
        "Patient": view.patient,
        "Date of birth": _day(view.birth_date),
        "Member ID": view.member_id,
        "Payer": payer,
        "Billing provider": view.billing_provider,
        "Pack": report.payer.pack,
    }
    terms = tag("dl", cls="facts")
    for name, value in facts.items():
        add(terms, tag("dt", name), tag("dd", cut(value) or "not sent"))
    return terms


def _findings(view: ClaimView, style: Style) -> Element:
    findings = holding_first([one for one in view.report.findings if one.holds or not style.quiet])
    pairs = ((one, view.excerpt(one)) for one in findings[:MOST_FINDINGS])
    items = tag("ol", *finding_items(pairs), cls="fs")
    add(items, more_findings((*findings[MOST_FINDINGS:], *view.omitted(quiet=style.quiet))))
    add(items, *references([entry for entry in view.report.shared if entry.holds or not style.quiet]))
    unchecked = view.result.holding_unchecked
    if view.report.held_by and not unchecked:
        return items
    why = held_unchecked(view.report, unchecked) if unchecked else why_held(view.report)
    return tag("div", tag("p", why), items if len(items) else None)


def _suppressed(view: ClaimView) -> tuple[Element, ...]:
    entries = view.report.suppressed
    if not entries:
        return ()
    items = tag(
        "ul",
        *(suppressed_item(entry, view.excerpt(entry.finding)) for entry in entries[:_MOST_SUPPRESSED]),
        cls="fs",
    )
    add(items, more_suppressed(entries[_MOST_SUPPRESSED:]))
    return tag("h5", "Accepted by edit override"), items


def lines_table(claim_lines: Sequence[LineView], findings: Sequence[Finding]) -> Element:
    """Return the service lines as a table, with the findings on each line."""
    by_line: dict[int, dict[str, None]] = {}
    for finding in findings:
        if finding.where.line:
            by_line.setdefault(finding.where.line, {})[f"{kind_of(finding)} {finding.edit}"] = None
    heads = [*_COLUMNS]
    heads += ["NDC"] if any(line.ndc for line in claim_lines) else []
    heads += ["Findings"] if by_line else []
    lines, body = table("Service lines", tuple(heads), (4, 5))
    for line in claim_lines[:_MOST_LINES]:
        cells = _cells(line)
        if "NDC" in heads:
            cells.append(cut(" ".join(part for part in (line.ndc, line.quantity, line.unit) if part)))
        if by_line:
            cells.append(listed([*by_line.get(line.number, ())], _MOST_EDITS))
        body.append(row(*cells, numbers=(4, 5)))
    if len(claim_lines) > _MOST_LINES:
        rest = f"{len(claim_lines) - _MOST_LINES} more lines are not shown"
        body.append(tag("tr", tag("td", rest, colspan=len(heads))))
    return scrolling(lines, "Service lines")


def _cells(line: LineView) -> list[str]:
    """Return the cells of `_COLUMNS`."""
    return [
        str(line.number), cut("-".join((line.procedure, *line.modifiers))), _day(line.date), cut(line.place),
        cut(line.units), _amount(line.charge), cut(" ".join(line.diagnoses)),
    ]  # fmt: skip


def _amount(text: str) -> str:
    """Format an amount as sent, with cents if that does not change its value."""
    return dollars(Decimal(text)) if _AMOUNT.fullmatch(text) else cut(text)


def _day(text: str) -> str:
    """Format a date or range as sent, with hyphens if it has the form of one."""
    match = _DATES.fullmatch(text)
    if not match:
        return cut(text)
    first = "-".join(match.group(1, 2, 3))
    return f"{first} to {'-'.join(match.group(4, 5, 6))}" if match[4] else first
