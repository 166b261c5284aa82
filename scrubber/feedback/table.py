"""The feedback report as CSV: one table, a row for each figure, with the same columns in every section."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import IO

from scrubber.feedback.figures import EditFigures, FeedbackReport, GroupFigures, Rate
from scrubber.text import cell

COLUMNS = (
    "section", "name", "payer", "procedure", "modifiers", "diagnosis", "carc", "remarks", "measure", "count",
    "of", "value", "low", "high", "dollars", "text",
)  # fmt: skip
_Row = dict[str, str]


def write_csv(report: FeedbackReport, out: IO[str]) -> None:
    """Write the report."""
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in _rows(report):
        writer.writerow({name: cell(value) for name, value in row.items()})


def _rows(report: FeedbackReport) -> Iterator[_Row]:
    for section in ("denials", "missed", "rejections"):
        for name, entry in getattr(report, section).items():
            yield _row(section, name, count=str(entry.count), dollars=entry.dollars)
    alarms = report.false_alarms
    yield _row("false alarms", "", count=str(alarms.count), dollars=alarms.dollars)
    for what, count in report.unmatched.items():
        yield _row("unmatched", what, count=str(count))
    for section, groups in (("packs", report.packs), ("payers", report.payers)):
        for group in groups:
            yield from _group(section, group)
    for edit in (*report.edits, *report.edits_by_payer):
        yield from _edit(edit)
    for suggestion in report.suggestions:
        yield _row(
            "suggestions", suggestion.edit, payer=suggestion.payer, measure=suggestion.kind,
            dollars=suggestion.dollars, text=suggestion.text, **_rate(suggestion.rate),
        )  # fmt: skip
    for pattern in report.patterns:
        yield _row(
            "patterns", "", payer=pattern.payer, procedure=pattern.procedure, modifiers=pattern.modifiers,
            diagnosis=pattern.diagnosis, carc=pattern.carc, remarks=pattern.remarks, measure="denied",
            dollars=pattern.dollars, **_rate(pattern.rate),
        )  # fmt: skip


def _group(section: str, group: GroupFigures) -> Iterator[_Row]:
    for measure, rate in (("precision", group.precision), ("recall", group.recall)):
        yield _row(section, group.name, measure=measure, text=group.title, **_rate(rate))
    for verdict, entry in group.denials.items():
        yield _row(section, group.name, measure=verdict, count=str(entry.count), dollars=entry.dollars)


def _edit(edit: EditFigures) -> Iterator[_Row]:
    section = "edits by payer" if edit.payer else "edits"
    measures = (
        ("precision", edit.precision, edit.denied.dollars),
        ("precision as a warning", edit.warned, ""),
        ("recall", edit.recall, edit.caught.dollars),
    )
    for measure, rate, dollars in measures:
        if rate.of:
            yield _row(section, edit.edit, payer=edit.payer, measure=measure, dollars=dollars, **_rate(rate))
    if edit.paid.count:
        yield _row(
            section, edit.edit, payer=edit.payer, measure="false alarms", count=str(edit.paid.count),
            dollars=edit.paid.dollars,
        )  # fmt: skip
    for state, entry in edit.missed.items():
        yield _row(
            section, edit.edit, payer=edit.payer, measure=f"missed: {state}", count=str(entry.count),
            dollars=entry.dollars,
        )  # fmt: skip


def _row(section: str, name: str, **values: str) -> _Row:
    return {"section": section, "name": name, **values}


def _rate(rate: Rate) -> _Row:
    shares = {"value": rate.value, "low": rate.low, "high": rate.high}
    texts = {name: "" if share is None else f"{share:.4f}" for name, share in shares.items()}
    return {"count": str(rate.count), "of": str(rate.of), **texts}
