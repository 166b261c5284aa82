"""The numbers of a report as HTML: how many claims are held, what they are worth, and why."""

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
from scrubber.report.writer import Style
from scrubber.text import counted, dollars, percent, spoken

_TOP = 8
_MOST = 160
"""So many edits, and so many payers, have a row."""
_MOST_SUPPRESSIONS = 60
_LONGEST = 60
_LONGEST_REASON = 200
_LONGEST_NAME = 200
_LONGEST_AMOUNT = 40
FILES = ("File", "Verdict", "Claims", "Held", "Held, in dollars", "Clean-claim rate")
"""The columns of the table of files."""
FILE_NUMBERS = (2, 3, 4, 5)
"""Those of them that are numbers, from 0."""


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


def tiles(tally: Tally, *, unchecked: bool) -> Element:
    """The numbers that matter, as a list of terms; ``unchecked``: the page tells what was not checked."""
    total, found = tally.total, tag("dl", cls="tiles")
    of_all = f"of {total.claims:,}"
    add_tile(found, "Held claims", f"{total.held:,}", of_all, "red" if total.held else "green")
    add_tile(found, "Worth", f"${dollars(total.dollars)}", f"of ${dollars(tally.charges)} charged")
    add_tile(found, "Clean-claim rate", percent(total.rate), "of claims may go out")
    add_tile(found, "Repaired", f"{tally.repaired:,}", "faults, no longer in the output")
    note = "claims: see what was not checked" if unchecked else "claims"
    colour = "amber" if tally.incomplete else ""
    add_tile(found, "Not fully checked", f"{tally.incomplete:,}", note, colour)
    return found


def reasons(tally: Tally, envelope: Sum, style: Style) -> Element | None:
    """Why claims are held: by edit and by payer, with bars; ``None`` where none is.

    ``envelope`` sums those that no finding of their own holds.
    """
    held = tally.total.held
    if not held:
        return None
    section = tag("section", tag("h2", "Why claims are held"), id="why", cls="two")

    def edit_row(edit: str, found: Sum) -> Element:
        name = link(anchor_of(edit), edit) if edit else tag("b", "Envelope")
        what = style.title(edit) if edit else "is at fault, and all that is in it is held"
        picture = bar(found.held, held, f"{found.held:,} of {held:,} held")
        cell = tag("div", name, " ", tag("small", what), picture)
        return row(cell, f"{found.held:,}", _dollars(found), numbers=(1, 2))

    def payer_row(payer: str, found: Sum) -> Element:
        picture = bar(found.held, found.claims, f"{found.held:,} of {counted(found.claims, 'claim')} held")
        small = tag("small", clipped(tally.names.get(payer, ""), _LONGEST))
        cell = tag("div", clipped(payer, _LONGEST) or "unknown", " ", small, picture)
        numbers = (f"{found.held:,} of {found.claims:,}", _dollars(found), percent(found.rate))
        return row(cell, *numbers, numbers=(1, 2, 3))

    by_edit = {**tally.edits, "": envelope} if envelope.held else tally.edits
    heads = ("Edit, its share of held claims", "Claims", "Dollars")
    section.append(_ranking("By edit", heads, by_edit, edit_row))
    columns = ("Payer, share of its claims that is held", "Held", "Dollars", "Clean")
    section.append(_ranking("By payer", columns, tally.payers, payer_row))
    return section


def file_row(file: FileReport, found: Sum, place: str) -> Element:
    """A file's row in the table of files."""
    name = link(place, clipped(file.name, _LONGEST_NAME))
    cells = (
        spoken(file.verdict),
        f"{found.claims:,}",
        f"{found.held:,}",
        _dollars(found),
        percent(found.rate),
    )
    return row(name, *cells, numbers=FILE_NUMBERS)


def other_files(verdicts: Mapping[str, int], found: Sum) -> Element:
    """The row for all files that have none of their own."""
    name = f"{counted(sum(verdicts.values()), 'more file')}, only counted"
    told = ", ".join(f"{count:,} {spoken(key)}" for key, count in sorted(verdicts.items()))
    cells = (told, f"{found.claims:,}", f"{found.held:,}", _dollars(found), percent(found.rate))
    return row(name, *cells, numbers=FILE_NUMBERS)


def suppressions(report: Report) -> tuple[Element, ...]:
    """The suppressions of the configuration, used or not."""
    if not report.suppressions:
        return ()
    heads = ("Edit", "Payer", "Provider", "Procedure", "Reason", "Owner", "Until", "Set aside")
    found, body = table("Suppressions of the configuration", heads, (7,))
    for entry in report.suppressions[:_MOST_SUPPRESSIONS]:
        until = entry.expires.isoformat() if entry.expires else "no end"
        until += " (expired)" if entry.expired else ""
        count = f"{entry.findings:,}" if entry.findings else "0: remove it?"
        about = (entry.payer or "any", entry.provider or "any", entry.procedure or "any")
        cells = (*about, entry.reason, entry.owner, until, count)
        body.append(row(entry.edit, *(clipped(cell, _LONGEST_REASON) for cell in cells), numbers=(7,)))
    rest = len(report.suppressions) - _MOST_SUPPRESSIONS
    more = (tag("p", f"and {rest:,} more, which the JSON report names"),) if rest > 0 else ()
    return tag("h3", "Set aside by your configuration"), scrolling(found, "Suppressions"), *more


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
        body.append(row("table", vintage.id, vintage.vintage, tag("code", vintage.sha256)))
    section.append(tag("details", tag("summary", "Packs and tables"), scrolling(found, "Packs and tables")))
    return section


def _ranking(
    caption: str, heads: tuple[str, ...], sums: Mapping[str, Sum], make: Callable[[str, Sum], Element]
) -> Element:
    """Those that hold most; others in an element that opens, and of a great many only the number."""
    ranked = sorted(sums.items(), key=lambda item: (-item[1].held, -item[1].dollars, item[0]))
    numbers = tuple(range(1, len(heads)))
    found, body = table(caption, heads, numbers)
    add(body, *(make(*item) for item in ranked[:_TOP]))
    block = tag("div", found, cls="rank")
    if len(ranked) > _TOP:
        rest, others = table(f"{caption}: the others", heads, numbers)
        add(others, *(make(*item) for item in ranked[_TOP:_MOST]))
        block.append(tag("details", tag("summary", f"{len(ranked) - _TOP} more"), rest))
    if left := ranked[_MOST:]:
        held = sum(found.held for _, found in left)
        block.append(tag("p", f"{len(left)} of them are not listed; held: {counted(held, 'claim')}."))
    return block


def _dollars(found: Sum) -> str:
    """What is held; cut, since a nonsensical amount can have any number of digits."""
    return clipped(dollars(found.dollars), _LONGEST_AMOUNT)


def _share(held: int, claims: int) -> str:
    if claims == 1:
        return "The only claim must not"
    return f"{held:,} of {claims:,} claims must not" if held < claims else f"None of {claims:,} claims may"
