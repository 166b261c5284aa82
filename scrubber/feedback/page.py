"""The feedback report as one HTML page, without script, with a picture of each rate and its interval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from scrubber.feedback.figures import CountedDollars, EditFigures, FeedbackReport, GroupFigures, Rate
from scrubber.html.page import banner, navigation, opening
from scrubber.html.tags import Element, add, add_tile, clipped, render, row, scrolling, table, tag
from scrubber.text import counted, dollars, spoken

_LONGEST = 80
_RATE = ("Of", "Share", "95% interval", "")


def page(report: FeedbackReport) -> Iterator[str]:
    """Yield the page in parts."""
    sections = {id_: (title, element) for id_, title, element in _sections(report) if element is not None}
    told = f"{counted(report.claims, 'claim')} sent, {report.answered:,} answered"
    yield opening("Payers' answers")
    yield banner("Payers' answers", told, _tiles(report))
    yield navigation({id_: title for id_, (title, _) in sections.items()})
    yield '<main id="claims">\n'
    for id_, (title, element) in sections.items():
        yield render(tag("section", tag("h2", title, id=id_), element)) + "\n"
    yield "</main>\n</body>\n</html>\n"


def _tiles(report: FeedbackReport) -> Element:
    tiles = tag("dl", cls="tiles")
    nothing = CountedDollars(0, "0.00")
    for name, verdict, color in (
        ("Caught", "caught", "green"),
        ("Missed", "missed", "red"),
        ("No edit", "no_edit", ""),
    ):
        found = report.denials.get(verdict, nothing)
        add_tile(
            tiles, f"{name}: denials", f"{found.count:,}", _money(found.dollars), color if found.count else ""
        )
    alarms, money = report.false_alarms, report.money
    add_tile(
        tiles, "False alarms", f"{alarms.count:,}", _money(alarms.dollars), "amber" if alarms.count else ""
    )
    color = "red" if money.unbalanced else ""
    add_tile(tiles, "Payments (835)", f"{money.payments:,}", f"{money.unbalanced:,} do not balance", color)
    return tiles


def _sections(report: FeedbackReport) -> Iterator[tuple[str, str, Element | None]]:
    yield "consider", "To consider", _suggestions(report)
    yield "denials", "Denials", _denials(report)
    yield "edits", "Edits", _edits(report.edits)
    yield "packs", "Packs", _groups("Packs", report.packs)
    yield "payers", "Payers", _groups("Payers", report.payers)
    yield "patterns", "Denials without an edit", _patterns(report)
    yield "unmatched", "Not matched", _unmatched(report)


def _suggestions(report: FeedbackReport) -> Element | None:
    if not report.suggestions:
        return None
    items = (tag("li", each.text) for each in report.suggestions)
    return tag("div", tag("p", "Nothing is changed by itself.", cls="mute"), tag("ul", *items))


def _denials(report: FeedbackReport) -> Element | None:
    parts: list[tuple[str, Mapping[str, CountedDollars]]] = [
        ("", report.denials),
        ("missed: ", report.missed),
        ("rejected by a 277CA: ", report.rejections),
    ]
    if not any(sums for _, sums in parts):
        return None
    found, body = table("Denials by what the edits had said", ("Verdict", "Denials", "Amount"), (1, 2))
    for prefix, sums in parts:
        for name, entry in sums.items():
            body.append(
                row(f"{prefix}{spoken(name)}", f"{entry.count:,}", _money(entry.dollars), numbers=(1, 2))
            )
    return found


def _edits(edits: Sequence[EditFigures]) -> Element | None:
    kept = [edit for edit in edits if edit.precision.of or edit.recall.of or edit.warned.of]
    heads = ("Edit", "Measure", *_RATE, "Amount")
    found, body = table("Precision and recall by edit", heads, (2, 3, 4, 6))
    for edit in kept:
        measures = (
            ("precision", edit.precision, _money(edit.denied.dollars)),
            ("precision as a warning", edit.warned, ""),
            ("recall", edit.recall, _money(edit.caught.dollars)),
        )
        for measure, rate, money in measures:
            if rate.of:
                cells = (measure, *_rate(rate), money)
                body.append(row(edit.edit, *cells, numbers=(2, 3, 4, 6)))
    return scrolling(found, "Precision and recall by edit") if kept else None


def _groups(title: str, groups: Sequence[GroupFigures]) -> Element | None:
    heads = (title[:-1], "Measure", *_RATE)
    found, body = table(f"{title}: held claims that were denied, denials that were caught", heads, (2, 3, 4))
    for group in groups:
        name = clipped(f"{group.name or '(none)'} {group.title}".strip(), _LONGEST)
        for measure, rate in (("precision", group.precision), ("recall", group.recall)):
            if rate.of:
                body.append(row(name, measure, *_rate(rate), numbers=(2, 3, 4)))
    return scrolling(found, title) if len(body) else None


def _patterns(report: FeedbackReport) -> Element | None:
    if not report.patterns:
        return None
    heads = ("Payer", "Procedure", "Modifiers", "Diagnosis", "CARC", "RARC", *_RATE, "Amount")
    numbers = (6, 7, 8, 10)
    found, body = table("Denials without an edit, by what they have in common", heads, numbers)
    for each in report.patterns:
        codes = (each.procedure or "whole claim", each.modifiers, each.diagnosis, each.carc, each.remarks)
        cells = (*(clipped(code, _LONGEST) for code in codes), *_rate(each.rate), _money(each.dollars))
        body.append(row(clipped(each.payer or "(none)", _LONGEST), *cells, numbers=numbers))
    more = f"{report.more_patterns:,} more are in the JSON report." if report.more_patterns else None
    return tag("div", scrolling(found, "Denials without an edit"), tag("p", more) if more else None)


def _unmatched(report: FeedbackReport) -> Element | None:
    if not report.unmatched:
        return None
    items = [tag("li", f"{reason}: {count:,}") for reason, count in report.unmatched.items()]
    found, body = table("The first of them", ("File", "Segment", "Kind", "Why", "Claims that fit"), (1, 4))
    for each in report.unmatched_places:
        cells = (f"{each.segment:,}", each.kind, each.why, f"{each.fitting:,}")
        body.append(row(clipped(each.file, _LONGEST), *cells, numbers=(1, 4)))
    return tag("div", tag("ul", *items), scrolling(found, "Answers without a claim"))


def _rate(rate: Rate) -> tuple[str | Element, ...]:
    """Return the cells of a rate: its numbers, its share, its interval as text and as a picture."""
    if rate.value is None or rate.low is None or rate.high is None:
        return f"{rate.count:,} of {rate.of:,}", "", "", ""
    interval = f"{rate.low:.0%} to {rate.high:.0%}"
    picture = tag("svg", viewBox="0 0 100 10", preserveAspectRatio="none", role="img", cls="bar")
    add(picture, tag("title", interval), tag("rect", cls="whole", width=100, height=10))
    left, right = round(100 * rate.low), round(100 * rate.high)
    picture.append(tag("rect", cls="part", x=left, width=max(1, right - left), height=10))
    return f"{rate.count:,} of {rate.of:,}", f"{rate.value:.0%}", interval, picture


def _money(amount: str) -> str:
    return f"${dollars(Decimal(amount))}"
