"""The spool's own page, ``reports/index.html``: how the clean-claim rate goes, and links to the reports."""

from __future__ import annotations

from datetime import date, timedelta

from scrubber.output.formats.html_page import banner, navigation, opening
from scrubber.output.formats.html_tags import (
    Element,
    add,
    add_tile,
    bar,
    clipped,
    render,
    row,
    scrolling,
    table,
    tag,
)
from scrubber.output.money import counted, dollars, in_dollars, percent
from scrubber.spool.durable import write_whole
from scrubber.spool.layout import Spool
from scrubber.spool.ledger import JobRow, Ledger
from scrubber.spool.summary import Part, Summary, summarise

NAME = "index.html"
DAYS = 90
JOBS = 200
_LONGEST = 60
_REPORTS = ("html", "txt", "xlsx", "json")
"""Suffixes of reports, the one that a person would open first before the others."""


def write_page(spool: Spool, ledger: Ledger, today: date) -> None:
    """Write the page anew from the ledger, whole or not at all. Raises OSError, SpoolError."""
    summary = summarise(ledger, today - timedelta(days=DAYS - 1), today)
    recent = list(ledger.jobs())[-JOBS:]
    write_whole(spool.reports / NAME, page(spool, summary, recent[::-1], today).encode("utf-8"))


def page(spool: Spool, summary: Summary, jobs: list[JobRow], today: date) -> str:
    """The page as HTML; nothing in it is of a patient, but what senders called their files."""
    whole = summary.whole
    places = {"days": "Days", "payers": "Payers", "edits": "Edits", "claims": "Files"}
    body = tag("main", _days(summary), _payers(summary), _edits(summary), _jobs(spool, jobs))
    done = f"{counted(whole.files, 'file')}, {counted(whole.claims, 'claim')}"
    told = f"The last {DAYS} days up to {today}: {done}."
    return "".join(
        (
            opening("Clean-claim rate"),
            banner(f"Clean-claim rate {percent(whole.rate)}", told, _tiles(summary, today)),
            navigation(places),
            render(body),
            "\n</body>\n</html>\n",
        )
    )


def _tiles(summary: Summary, today: date) -> Element:
    whole, found = summary.whole, tag("dl", cls="tiles")
    last = next((part for part in summary.days if part.name == today.isoformat()), None)
    week = [part for part in summary.days if part.name > (today - timedelta(days=7)).isoformat()]
    claims, accepted = sum(part.claims for part in week), sum(part.accepted for part in week)
    add_tile(
        found, "Today", percent(last.rate if last else None), counted(last.claims if last else 0, "claim")
    )
    add_tile(found, "Seven days", percent(accepted / claims if claims else None), counted(claims, "claim"))
    add_tile(found, f"{DAYS} days", percent(whole.rate), counted(whole.claims, "claim"))
    held = f"${dollars(in_dollars(whole.held_cents))}"
    add_tile(found, "Held", f"{whole.held:,}", f"worth {held}", "red" if whole.held else "green")
    odd = summary.unreadable + summary.failed
    add_tile(found, "Unreadable or failed", f"{odd:,}", "files", "red" if odd else "")
    return found


def _days(summary: Summary) -> Element:
    found, body = table(
        "Clean-claim rate by day", ("Day", "Files", "Claims", "Held", "Held, in dollars", "Rate"), _NUMBERS
    )
    add(body, *(_part_row(part) for part in summary.days[::-1]))
    return _section("days", "By day", found, empty=not summary.days)


def _payers(summary: Summary) -> Element:
    heads = ("Payer", "Files", "Claims", "Held", "Held, in dollars", "Rate")
    found, body = table("Clean-claim rate by payer", heads, _NUMBERS)
    add(body, *(_part_row(part) for part in summary.payers))
    return _section("payers", "By payer", found, empty=not summary.payers)


def _edits(summary: Summary) -> Element:
    found, body = table("Edits that hold most claims", ("Edit", "Claims held", "Charges"), (1, 2))
    for edit in summary.edits:
        body.append(row(edit.edit, f"{edit.claims:,}", dollars(in_dollars(edit.cents)), numbers=(1, 2)))
    return _section("edits", "Edits", found, empty=not summary.edits)


def _jobs(spool: Spool, jobs: list[JobRow]) -> Element:
    found, body = table("The files decided last, the latest first", ("Job", "File", "Day", "Verdict"))
    for job in jobs:
        verdict = tag("span", job.verdict, cls=f"sev {job.verdict}")
        body.append(row(_link(spool, job), job.stem, job.day.isoformat(), verdict))
    return _section("claims", "Files", found, empty=not jobs)


def _link(spool: Spool, job: JobRow) -> Element | str:
    """To the job's report, where there is one still; its name is in harmless characters."""
    folder = f"{job.day.isoformat()}/{job.label}"
    for suffix in _REPORTS:
        name = f"{folder}/{job.stem}.report.{suffix}"
        if (spool.reports / name).exists():
            return tag("a", job.job, href=name)
    return job.job


def _part_row(part: Part) -> Element:
    share = bar(part.held, part.claims, f"{part.held:,} of {counted(part.claims, 'claim')} held")
    name = tag("div", clipped(part.name, _LONGEST) or "unknown", share)
    money = dollars(in_dollars(part.held_cents))
    cells = (f"{part.files:,}", f"{part.claims:,}", f"{part.held:,}", money, percent(part.rate))
    return row(name, *cells, numbers=_NUMBERS)


def _section(place: str, title: str, content: Element, *, empty: bool) -> Element:
    inner = tag("p", "Nothing yet.") if empty else tag("div", scrolling(content, title), cls="rank")
    return tag("section", tag("h2", title), inner, id=place)


_NUMBERS = (1, 2, 3, 4, 5)
