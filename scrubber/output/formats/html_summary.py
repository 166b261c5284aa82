"""The numbers of a report as HTML: how many claims are held, what they are worth, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scrubber.output.formats.base import Style
from scrubber.output.formats.html_finding import anchor_of
from scrubber.output.formats.html_tags import (
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
from scrubber.output.formats.tally import Sum, Tally
from scrubber.output.money import counted, dollars, percent
from scrubber.report import FileReport, Report

_TOP = 8
_LONGEST = 60
FILES = ("File", "Verdict", "Claims", "Held", "Held, in dollars", "Clean-claim rate")
"""The columns of the table of files."""


def headline(tally: Tally, verdicts: Mapping[str, int]) -> str:
    """The one thing to know."""
    total = tally.total
    if total.held:
        return f"{_share(total.held, total.claims)} go out yet"
    if not total.claims:
        return "There are no claims in this report"
    if set(verdicts) != {"clean"}:
        return f"No claim is held, but other parts of the input are ({counted(total.claims, 'claim')})"
    return "The claim may go out" if total.claims == 1 else f"All {total.claims} claims may go out"


def tiles(tally: Tally) -> Element:
    """The numbers that matter, as a list of terms."""
    total = tally.total
    found = tag("dl", cls="tiles")
    add_tile(
        found, "Held claims", f"{total.held:,}", f"of {total.claims:,}", "red" if total.held else "green"
    )
    add_tile(found, "Worth", f"${dollars(total.dollars)}", f"of ${dollars(tally.charges)} charged")
    add_tile(found, "Clean-claim rate", percent(total.rate), "of claims may go out")
    add_tile(found, "Repaired", f"{tally.repaired:,}", "faults, without a change to what is billed")
    checked = f"{tally.incomplete:,}"
    add_tile(
        found,
        "Not fully checked",
        checked,
        "claims: see what was not checked",
        "amber" if tally.incomplete else "",
    )
    return found


def reasons(tally: Tally, style: Style) -> Element | None:
    """Why claims are held: by edit and by payer, with bars; ``None`` where none is."""
    held = tally.total.held
    if not held:
        return None
    section = tag("section", tag("h2", "Why claims are held"), id="why", cls="two")
    by_edit = sorted(tally.edits.items(), key=lambda item: (-item[1].held, -item[1].dollars, item[0]))

    def edit_row(edit: str, found: Sum) -> Element:
        name = tag("div", link(anchor_of(edit), edit), " ", tag("small", style.title(edit)))
        picture = bar(found.held, held, f"{found.held:,} of {held:,} held")
        name.append(picture)
        return row(name, f"{found.held:,}", dollars(found.dollars), numbers=(1, 2))

    if by_edit:
        heads = ("Edit, its share of held claims", "Claims", "Dollars")
        section.append(_ranking("By edit", heads, by_edit, edit_row))
    payers = sorted(tally.payers.items(), key=lambda item: (-item[1].held, -item[1].dollars, item[0]))

    def payer_row(payer: str, found: Sum) -> Element:
        name = tag("div", clipped(payer, _LONGEST) or "unknown", " ")
        picture = bar(found.held, found.claims, f"{found.held:,} of {counted(found.claims, 'claim')} held")
        add(name, tag("small", clipped(tally.names.get(payer, ""), _LONGEST)), picture)
        numbers = (f"{found.held:,} of {found.claims:,}", dollars(found.dollars), percent(found.rate))
        return row(name, *numbers, numbers=(1, 2, 3))

    columns = ("Payer, share of its claims that is held", "Held", "Dollars", "Clean")
    section.append(_ranking("By payer", columns, payers, payer_row))
    return section


def file_row(file: FileReport, tally: Tally, place: str) -> Element:
    """A file's row in the table of files."""
    counts = file.counts
    cells = (file.verdict, f"{counts.claims:,}", f"{counts.held:,}", dollars(tally.total.dollars))
    return row(link(place, file.name), *cells, percent(tally.total.rate), numbers=(2, 3, 4, 5))


def not_checked(tally: Tally) -> tuple[Element, ...]:
    """What was not checked in a file, by reason."""
    if not tally.unchecked:
        return ()
    items = tag("ul")
    for why, reason in sorted(tally.unchecked.items()):
        more = " and others" if reason.claims > len(reason.numbers) else ""
        numbers = ", ".join(clipped(number, _LONGEST) or "without a number" for number in reason.numbers)
        edits = ", ".join("all edits" if edit == "*" else edit for edit in sorted(reason.edits))
        text = f"{edits}: {counted(reason.claims, 'claim')} ({numbers}{more})"
        items.append(tag("li", tag("b", why), tag("br"), text))
    told = tag("p", "These edits could not decide. What was not checked has not passed.")
    return tag("h3", "Not checked"), told, items


def suppressions(report: Report) -> tuple[Element, ...]:
    """The suppressions of the configuration, used or not."""
    if not report.suppressions:
        return ()
    heads = ("Edit", "Payer", "Provider", "Procedure", "Reason", "Owner", "Until", "Set aside")
    found, body = table("Suppressions of the configuration", heads, (7,))
    for entry in report.suppressions:
        until = entry.expires.isoformat() if entry.expires else "no end"
        count = f"{entry.findings:,}" if entry.findings else "0: remove it?"
        cells = (
            entry.payer or "any",
            entry.provider or "any",
            entry.procedure or "any",
            entry.reason,
            entry.owner,
        )
        until += " (expired)" if entry.expired else ""
        body.append(row(entry.edit, *cells, until, count, numbers=(7,)))
    return tag("h3", "Set aside by your configuration"), scrolling(found, "Suppressions")


def sources(report: Report) -> Element:
    """By what the report was made: version, day, packs and tables."""
    told = f"scrubber {report.version}, judged as of {report.as_of.isoformat()}."
    section = tag(
        "section", tag("h2", "How this was judged"), tag("p", told), *suppressions(report), id="run"
    )
    found, body = table("Packs and tables", ("Kind", "Id", "Version", "sha256"))
    for pack in report.packs:
        body.append(row("pack", pack.id, pack.version, tag("code", pack.sha256)))
    for vintage in report.tables:
        body.append(row("table", vintage.table, vintage.vintage, tag("code", vintage.sha256)))
    section.append(tag("details", tag("summary", "Packs and tables"), scrolling(found, "Packs and tables")))
    return section


def _ranking(
    caption: str,
    heads: tuple[str, ...],
    ranked: list[tuple[str, Sum]],
    make: Callable[[str, Sum], Element],
) -> Element:
    """The first rows, and all others in an element that opens."""
    numbers = tuple(range(1, len(heads)))
    found, body = table(caption, heads, numbers)
    add(body, *(make(*item) for item in ranked[:_TOP]))
    block = tag("div", found, cls="rank")
    if len(ranked) > _TOP:
        rest, others = table(f"{caption}: the others", heads, numbers)
        add(others, *(make(*item) for item in ranked[_TOP:]))
        block.append(tag("details", tag("summary", f"{len(ranked) - _TOP} more"), rest))
    return block


def _share(held: int, claims: int) -> str:
    if claims == 1:
        return "The only claim must not"
    return f"{held:,} of {claims:,} claims must not" if held < claims else f"None of {claims:,} claims may"
