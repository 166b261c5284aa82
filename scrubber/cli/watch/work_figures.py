"""The claim work list as text, CSV, JSON or a workbook, and the history of one claim; masked on request."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import xlsxwriter

from scrubber.report.masking import HIDDEN
from scrubber.report.worklist.sheet import Column, SheetTable, fill
from scrubber.report.worklist.xlsx import BOOK_OPTIONS
from scrubber.spool.corrections.apply import findings_at, places_of
from scrubber.spool.corrections.table import NEW_VALUE, SHEET
from scrubber.spool.corrections.values import ClaimCorrection
from scrubber.spool.worklist.line import WITH_ENVELOPE, WorkLine, line_of, text_of
from scrubber.spool.worklist.states import is_allowed
from scrubber.spool.worklist.worklist import Moment, WorkItem
from scrubber.text import cell, counted, dollars, plain, spoken

_MARK = "\ufeff"
"""Without it, Excel decodes the text in a legacy code page."""


class CorrectionLine(NamedTuple):
    """A value that can be corrected, as it is listed. ``new_value`` is left to people."""

    id: str
    claim: str
    state: str
    owner: str
    edits: str
    what_is_wrong: str
    to_do: str
    line: int | None
    loop: str
    element: str
    segment: int | None
    value: str
    new_value: str
    place: str
    job: str


_CORRECTIONS = (
    Column("id", 12), Column("claim", 18), Column("state", 11), Column("owner", 14), Column("edits", 14),
    Column("what is wrong", 60), Column("to do", 60), Column("line", 6), Column("loop", 8),
    Column("element", 10), Column("segment", 9), Column("value", 24), Column(NEW_VALUE, 24, "entry"),
    Column("place", 14), Column("job", 26),
)  # fmt: skip
_COLUMNS = (
    Column("id", 12), Column("claim", 18), Column("state", 11), Column("owner", 14), Column("days", 6),
    Column("charges", 12, "money"), Column("payer id", 12), Column("payer", 26), Column("edits", 20),
    Column("patient", 24), Column("service date", 12, "date"), Column("provider", 28),
    Column("what is wrong", 60), Column("to do", 60), Column("note", 50), Column("notes", 6),
    Column("job", 26),
)  # fmt: skip


def correction_lines(item: WorkItem, *, masked: bool) -> Iterator[CorrectionLine]:
    """Yield what can be corrected of a claim by a new value, each place once, if it may be changed now."""
    row, record = item.row, item.record
    if record is None or not is_allowed(row.state, "changed"):  # type: ignore[arg-type] # the ledger has no others
        return
    for place in places_of(item).values():
        asking = findings_at(item, place)
        first = asking[0]
        yield CorrectionLine(
            id=row.id,
            claim=HIDDEN if masked else plain(record.number),
            state=spoken(row.state),
            owner=plain(row.owner),
            edits=" ".join(dict.fromkeys(one.edit for one in asking)),
            what_is_wrong=plain(first.title if masked else first.message),
            to_do="" if masked else plain(first.to_do),
            line=place.line or None,
            loop=place.loop,
            element=place.element if place.segment else "REF02 (F8)",
            segment=place.segment or None,
            value=_value(place.value, is_hidden=masked and place.is_hidden),
            new_value="",
            place=place.name,
            job=row.job,
        )


def correction_text(correction: ClaimCorrection, *, masked: bool) -> str:
    """Return what became of the new values of a claim, a line for each."""
    number = HIDDEN if masked and correction.number else plain(correction.number)
    text = [f"{plain(correction.claim)}  claim {number}".rstrip()]
    for change in correction.changes:
        is_hidden = masked and change.place.is_hidden
        before = _value(change.place.value, is_hidden=is_hidden) or "empty"
        text.append(f"    {change.place}: {before} -> {_value(change.after, is_hidden=is_hidden)}")
    if correction.why:
        text.append(f"    refused: {correction.why}")
    elif correction.outcome == "known":
        text.append(f"    entered before, in {correction.file}")
    return "\n".join(text)


def _value(value: str, *, is_hidden: bool) -> str:
    return HIDDEN if is_hidden and value else plain(value)


def list_text(lines: Sequence[WorkLine], _today: date) -> bytes:
    """Format the list for a terminal: a line for each claim, its last note below, then the total."""
    total = f"{counted(len(lines), 'claim')}, ${dollars(_sum(lines))} at stake\n"
    if not lines:
        return total.encode()
    heads = ("id", "claim", "state", "owner", "days", "charges", "payer", "edits", "patient")
    cells = [
        (
            one.id, one.claim, one.state, one.owner, str(one.days), dollars(one.charges), one.payer_id,
            one.edits.replace(" ", ",") or WITH_ENVELOPE, one.patient,
        )
        for one in lines
    ]  # fmt: skip
    widths = [max(len(row[at]) for row in (heads, *cells)) for at in range(len(heads))]
    text = [_aligned(heads, widths)]
    for one, row in zip(lines, cells, strict=True):
        text.append(_aligned(row, widths))
        if one.note:
            text.append(f"    note: {one.note}")
    return "\n".join([*text, total]).encode("utf-8", "replace")


def list_csv(lines: Sequence[WorkLine], _today: date) -> bytes:
    """Format the list as CSV for a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(column.heading for column in _COLUMNS)
    writer.writerows(map(_csv_cells, lines))
    return (_MARK + out.getvalue()).encode("utf-8", "replace")


def corrections_csv(lines: Sequence[CorrectionLine]) -> bytes:
    """Format what can be corrected as CSV, with a column to fill in."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(column.heading for column in _CORRECTIONS)
    writer.writerows(map(_csv_cells, lines))
    return (_MARK + out.getvalue()).encode("utf-8", "replace")


def _csv_cells(line: Iterable[object]) -> list[object]:
    # An amount is a number: its minus sign does not start a formula.
    return [
        f"{value:.2f}" if isinstance(value, Decimal) else cell(value) if isinstance(value, str) else value
        for value in line
    ]


def list_json(lines: Sequence[WorkLine], today: date) -> bytes:
    """Format the list as ``scrubber.work/1``; amounts are texts in dollars."""
    record = {
        "schema": "scrubber.work/1",
        "as_of": today.isoformat(),
        "count": len(lines),
        "charges": f"{_sum(lines):.2f}",
        "claims": [_record(one) for one in lines],
    }
    return _dumped(record)


def list_xlsx(lines: Sequence[WorkLine], today: date, corrections: Iterable[CorrectionLine] = ()) -> bytes:
    """Format the list as an Excel workbook, with a sheet of what can be corrected by a new value."""
    rows = (
        [
            date.fromisoformat(value) if name == "service_date" and value else value
            for name, value in one._asdict().items()
        ]
        for one in lines
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book.xlsx"
        book = xlsxwriter.Workbook(path, {**BOOK_OPTIONS, "tmpdir": folder})
        # A workbook contains its time of creation; the same list must give the same bytes.
        book.set_properties({"title": "Claims", "created": datetime.combine(today, time())})
        fill(book, SheetTable("claims", _COLUMNS, rows), SheetTable(SHEET, _CORRECTIONS, corrections))
        book.close()
        return path.read_bytes()


LISTS: dict[str, Callable[..., bytes]] = {
    "text": list_text,
    "csv": list_csv,
    "json": list_json,
    "xlsx": list_xlsx,
}


def claim_text(item: WorkItem, history: Sequence[Moment], today: date, *, masked: bool) -> bytes:
    """Format a claim and its history for a terminal."""
    line = line_of(item, today, masked=masked)
    owner = f", owner {line.owner}" if line.owner else ""
    age, charges = counted(line.days, "day"), dollars(line.charges)
    text = [
        f"{line.id}  claim {line.claim}: {line.state}{owner}, {age}, ${charges}",
        f"  patient   {line.patient}",
        f"  provider  {line.provider}",
        f"  payer     {line.payer_id} {line.payer}".rstrip(),
        f"  service   {line.service_date}",
        "",
    ]
    if item.refusal:
        text += ["Refused", f"  {plain(item.refusal)}", ""]
    text.append("Held for")
    findings = item.record.findings if item.record else ()
    for one in findings:
        place = f"line {one.line}: " if one.line else ""
        text.append(f"  {one.edit:<9} {place}{plain(one.title if masked else one.message)}")
        if not masked:
            text.append(f"  {'':<9} to do: {plain(one.to_do)}")
        for value in one.places:
            now = _value(value.value, is_hidden=masked and value.is_hidden) or "empty"
            text.append(f"  {'':<9} value: {value.name} ({value}) is {now}")
    if not findings:
        text.append(f"  {line.edits or ('-' if item.refusal else line.what_is_wrong)}")
    text += ["", "History (UTC)"]
    for moment in history:
        told = text_of(moment, masked=masked)
        by = f"by {plain(moment.user)}" if moment.user else f"file {moment.job}"
        text.append(f"  {_time(moment.at)}  {spoken(moment.what):<11} {by}" + (f": {told}" if told else ""))
    return ("\n".join(text) + "\n").encode("utf-8", "replace")


def claim_json(item: WorkItem, history: Sequence[Moment], today: date, *, masked: bool) -> bytes:
    """Format a claim and its history as ``scrubber.work-claim/1``."""
    findings = item.record.findings if item.record else ()
    record = {
        "schema": "scrubber.work-claim/1",
        **_record(line_of(item, today, masked=masked)),
        "refusal": item.refusal,
        "findings": [
            {
                "edit": one.edit, "title": one.title, "line": one.line or None,
                "message": "" if masked else one.message, "to_do": "" if masked else one.to_do,
                "places": [
                    {
                        "place": each.name, "loop": each.loop, "element": each.element,
                        "segment": each.segment or None,
                        "value": _value(each.value, is_hidden=masked and each.is_hidden),
                    }
                    for each in one.places
                ],
            }
            for one in findings
        ],
        "history": [
            {
                "at": moment.at, "what": moment.what, "job": moment.job, "user": moment.user,
                "text": text_of(moment, masked=masked),
            }
            for moment in history
        ],
    }  # fmt: skip
    return _dumped(record)


CLAIMS: dict[str, Callable[..., bytes]] = {"text": claim_text, "json": claim_json}


def _record(line: WorkLine) -> dict[str, object]:
    return {**line._asdict(), "charges": f"{line.charges:.2f}", "edits": line.edits.split()}


def _dumped(record: object) -> bytes:
    return (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    numbers = (4, 5)
    parts = [
        text.rjust(width) if at in numbers else text.ljust(width)
        for at, (text, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(parts).rstrip()


def _sum(lines: Sequence[WorkLine]) -> Decimal:
    return sum((line.charges for line in lines), Decimal())


def _time(at: str) -> str:
    return at[:16].replace("T", " ")
