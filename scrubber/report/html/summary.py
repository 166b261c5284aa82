"""The totals of a report as HTML: how many claims are held, their charges, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scrubber.html.tags import (
    Element,
    add,
    add_tile,
    bar,
    clipped,
    link,
    row,
    scrolling,
    table,
    tag,
)
from scrubber.report.html.finding import anchor_of
from scrubber.report.model import FileReport, Report
from scrubber.report.tally import Sum, Tally
from scrubber.report.wording import REPORT_ONLY, baseline_of, failure_of, verdict_of
from scrubber.report.writer import Style
from scrubber.text import counted, dollars, partial_run, percent, spoken

_TOP = 8
_MOST = 160
"""The most edits, and the most payers, that have a row."""
_MOST_SUPPRESSIONS = 60
_MOST_FAILURES = 20
_LONGEST = 60
_LONGEST_REASON = 200
_LONGEST_NAME = 200
_LONGEST_AMOUNT = 40
FILES = ("File", "Verdict", "Claims", "Held", "Held charges", "Clean-claim rate")
"""The columns of the table of files."""
FILE_NUMBERS = (2, 3, 4, 5)
"""The positions of the numeric columns, from 0."""
_ENVELOPE, _FAILED = "", "!"
"""What holds claims that no finding of their own holds, in the table of edits."""


def headline(tally: Tally, verdicts: Mapping[str, int]) -> str:
    """Return the main result in one sentence."""
    total = tally.total
    if not total.claims:
        return "There are no claims in this report"
    if total.held:
        return _headline_of_held(total)
    if set(verdicts) - {"clean", "partly_checked", "would_be_held"}:
        return f"No claim is held, but other parts of the input are ({counted(total.claims, 'claim')})"
    return "The claim is accepted" if total.claims == 1 else f"All {total.claims:,} claims are accepted"


def notices(report: Report) -> tuple[Element, ...]:
    """Return what a reader must know first: that the run was partial or report-only, or that edits failed."""
    elements = []
    if report.partial:
        left_out = partial_run(report.partial.select, report.partial.ignore)
        elements.append(tag("p", tag("b", "Partial run: "), f"{left_out}.", cls="left"))
    if report.report_only:
        elements.append(tag("p", tag("b", "Report-only run: "), f"{REPORT_ONLY}.", cls="left"))
    if report.edit_errors:
        items = [tag("li", failure_of(error)) for error in report.edit_errors[:_MOST_FAILURES]]
        rest = len(report.edit_errors) - len(items)
        items += [tag("li", f"and {rest:,} more")] if rest else []
        are = "would be" if report.report_only else "are"
        lead = f"Edits failed. Claims on which an edit failed {are} held."
        elements.append(tag("div", tag("b", lead), tag("ul", *items), cls="left"))
    return tuple(elements)


def tiles(tally: Tally, *, unchecked: bool) -> Element:
    """Return the main totals as a list of terms; ``unchecked`` if the page has a Not checked section."""
    total, terms = tally.total, tag("dl", cls="tiles")
    of_all = f"of {total.claims:,}"
    add_tile(terms, total.held_heading("claims"), f"{total.held:,}", of_all, "red" if total.held else "green")
    add_tile(
        terms, total.held_heading("charges"), f"${dollars(total.dollars)}", f"of ${dollars(tally.charges)}"
    )
    add_tile(terms, "Clean-claim rate", percent(total.rate), "of claims accepted")
    add_tile(terms, "Fixed", f"{tally.fixed:,}", "faults fixed in the output")
    note = f"claims, ${dollars(tally.incomplete_charges)}{'; see Not checked' if unchecked else ''}"
    color = "amber" if tally.incomplete else ""
    add_tile(terms, "Not fully checked", f"{tally.incomplete:,}", note, color)
    return terms


def reasons(tally: Tally, envelope: Sum, failed: Sum, style: Style) -> Element | None:
    """Return why claims are held, by edit and by payer, with bars; ``None`` if none is.

    ``envelope`` sums claims that are held with their envelope, ``failed`` those held because an edit failed.
    """
    held = tally.total.held
    if not held:
        return None
    word = tally.total.held_word
    title = "Why claims would be held" if word == "would be held" else f"Why claims are {word}"
    section = tag("section", tag("h2", title), id="why", cls="two")

    def edit_row(edit: str, claims: Sum) -> Element:
        if edit == _ENVELOPE:
            name, title = tag("b", "Envelope"), "is at fault, and everything in it is held"
        elif edit == _FAILED:
            name, title = tag("b", "Failed edit"), "held because an edit could not be run"
        else:
            name, title = link(anchor_of(edit), edit), style.title(edit)
        picture = bar(claims.held, held, f"{claims.held:,} of {held:,} {word}")
        cell = tag("div", name, " ", tag("small", title), picture)
        return row(cell, f"{claims.held:,}", _dollars(claims), numbers=(1, 2))

    def payer_row(payer: str, claims: Sum) -> Element:
        picture = bar(
            claims.held, claims.claims, f"{claims.held:,} of {counted(claims.claims, 'claim')} {word}"
        )
        name = tag("small", clipped(tally.names.get(payer, ""), _LONGEST))
        cell = tag("div", clipped(payer, _LONGEST) or "unknown", " ", name, picture)
        numbers = (f"{claims.held:,} of {claims.claims:,}", _dollars(claims), percent(claims.rate))
        return row(cell, *numbers, numbers=(1, 2, 3))

    others = {_ENVELOPE: envelope, _FAILED: failed}
    by_edit = tally.edits | {name: claims for name, claims in others.items() if claims.held}
    heads = ("Edit (share of held claims)", "Claims", "Charges")
    section.append(_ranking("By edit", heads, by_edit, edit_row))
    columns = ("Payer (share of its claims held)", "Held", "Held charges", "Clean-claim rate")
    section.append(_ranking("By payer", columns, tally.payers, payer_row))
    return section


def file_row(file: FileReport, claims: Sum, anchor: str) -> Element:
    """Return a file's row in the table of files."""
    name = link(anchor, clipped(file.name, _LONGEST_NAME))
    cells = (
        verdict_of(file),
        f"{claims.claims:,}",
        f"{claims.held:,}",
        _dollars(claims),
        percent(claims.rate),
    )
    return row(name, *cells, numbers=FILE_NUMBERS)


def other_files(verdicts: Mapping[str, int], claims: Sum) -> Element:
    """Return the row for all files without a row of their own."""
    name = f"{counted(sum(verdicts.values()), 'more file')}, only counted"
    by_verdict = ", ".join(f"{count:,} {spoken(verdict)}" for verdict, count in sorted(verdicts.items()))
    cells = (by_verdict, f"{claims.claims:,}", f"{claims.held:,}", _dollars(claims), percent(claims.rate))
    return row(name, *cells, numbers=FILE_NUMBERS)


def suppressions(report: Report) -> tuple[Element, ...]:
    """Return the edit overrides of the configuration, used or not."""
    if not report.suppressions:
        return ()
    heads = ("Edit", "Payer", "Provider", "Procedure", "Reason", "Owner", "Until", "Findings")
    overrides, body = table("Edit overrides of your configuration", heads, (7,))
    for entry in report.suppressions[:_MOST_SUPPRESSIONS]:
        until = entry.expires.isoformat() if entry.expires else "no end"
        until += " (expired)" if entry.expired else ""
        count = f"{entry.findings:,}" if entry.findings else "0: remove it?"
        scope = (entry.payer or "any", entry.provider or "any", entry.procedure or "any")
        cells = (*scope, entry.reason, entry.owner, until, count)
        body.append(row(entry.edit, *(clipped(cell, _LONGEST_REASON) for cell in cells), numbers=(7,)))
    rest = len(report.suppressions) - _MOST_SUPPRESSIONS
    more = (tag("p", f"and {rest:,} more, listed in the JSON report"),) if rest > 0 else ()
    return tag("h3", "Edit overrides"), scrolling(overrides, "Edit overrides"), *more


def sources(report: Report) -> Element:
    """Return how the report was made: version, as-of date, configuration, overrides, packs and tables."""
    run = f"scrubber {report.version}, as of {report.as_of.isoformat()}."
    if report.configuration:
        found = ", found with the files" if report.configuration.found else ""
        run += f" Configuration: {report.configuration.file}{found}."
    section = tag(
        "section", tag("h2", "How this run was made"), tag("p", run), *suppressions(report), id="run"
    )
    if report.baseline:
        section.append(tag("p", " ".join(baseline_of(report.baseline))))
    versions, body = table("Packs and tables", ("Kind", "ID", "Version", "SHA-256"))
    for pack in report.packs:
        body.append(row("pack", pack.id, pack.version, tag("code", pack.sha256)))
    for vintage in report.tables:
        body.append(row("table", vintage.id, vintage.vintage, tag("code", vintage.sha256)))
    summary = tag("summary", "Packs and tables")
    section.append(tag("details", summary, scrolling(versions, "Packs and tables")))
    return section


def _ranking(
    caption: str, heads: tuple[str, ...], sums: Mapping[str, Sum], make: Callable[[str, Sum], Element]
) -> Element:
    """Return the top rows; others in an element that opens, and of very many only the number."""
    ranked = sorted(sums.items(), key=lambda item: (-item[1].held, -item[1].dollars, item[0]))
    numbers = tuple(range(1, len(heads)))
    top, body = table(caption, heads, numbers)
    add(body, *(make(*item) for item in ranked[:_TOP]))
    block = tag("div", top, cls="rank")
    if len(ranked) > _TOP:
        rest, others = table(f"{caption}: the others", heads, numbers)
        add(others, *(make(*item) for item in ranked[_TOP:_MOST]))
        block.append(tag("details", tag("summary", f"{len(ranked) - _TOP} more"), rest))
    if omitted := ranked[_MOST:]:
        held = sum(claims.held for _, claims in omitted)
        block.append(tag("p", f"{len(omitted)} of them are not listed; held: {counted(held, 'claim')}."))
    return block


def _dollars(claims: Sum) -> str:
    """Format held charges, clipped since a nonsensical amount can have any number of digits."""
    return clipped(dollars(claims.dollars), _LONGEST_AMOUNT)


def _headline_of_held(total: Sum) -> str:
    held, claims, word = total.held, total.claims, total.held_word
    if claims == 1:
        return f"The only claim {word}" if total.sent_on else "The only claim is held"
    if held < claims:
        return f"{held:,} of {claims:,} claims {word}"
    return f"All {claims:,} claims {word}" if total.sent_on == held else f"All {claims:,} claims are {word}"
