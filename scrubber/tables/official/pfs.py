"""The physician fee schedule's relative value file (PPRRVU): payment policy indicators of each procedure.

Neither values nor descriptions are kept, only what an edit asks: status, PC/TC, global days, surgery
indicators and supervision. CMS publishes it as CSV, workbook and fixed-width text.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import islice

from scrubber.errors import TableError
from scrubber.tables.answer import CoveredDays
from scrubber.tables.official.columns import CsvRecord, Layout, columns_of, rows_of_cells
from scrubber.tables.official.official_file import HEAD, OfficialFile, OnProgress
from scrubber.tables.official.release import (
    MONTHS,
    FileKind,
    ImportOptions,
    Release,
    first_day,
    last_day,
    quarter_of,
)
from scrubber.tables.rows import PaymentPolicy
from scrubber.tables.vintage import TableRow

# The headings are spread over several rows, and a release may have one column more than the last.
LAYOUT = Layout(
    {
        "HCPCS": "HCPCS",
        "MOD": "MOD",
        "STATUS CODE": "STATUS CODE",
        "PCTC IND": "PCTC IND",
        "GLOB DAYS": "GLOB DAYS",
        "MULT PROC": "MULT PROC",
        "BILAT SURG": "BILAT SURG",
        "ASST SURG": "ASST SURG",
        "CO-SURG": "CO SURG",
        "TEAM SURG": "TEAM SURG",
        "SUPERVISION": "(PHYSICIAN SUPERVISION OF )?DIAGNOSTIC PROCEDURES",
    }
)
_STACKED = 5
_FORMS = {
    "STATUS CODE": (re.compile(r"[A-Z]"), "a status code"),
    "PCTC IND": (re.compile(r"[0-9]"), "a PC/TC indicator"),
    "GLOB DAYS": (re.compile(r"000|010|090|MMM|XXX|YYY|ZZZ"), "a global period"),
    "MULT PROC": (re.compile(r"[0-9]"), "a multiple procedure indicator"),
    "BILAT SURG": (re.compile(r"[0-9]"), "a bilateral surgery indicator"),
    "ASST SURG": (re.compile(r"[0-9]"), "an assistant surgery indicator"),
    "CO-SURG": (re.compile(r"[0-9]"), "a co-surgery indicator"),
    "TEAM SURG": (re.compile(r"[0-9]"), "a team surgery indicator"),
    "SUPERVISION": (re.compile(r"[0-9][0-9A]?"), "a supervision indicator"),
}
_CODE = re.compile(r"[0-9A-Z]{5}", re.ASCII)
_MODIFIER = re.compile(r"([0-9A-Z]{2})?", re.ASCII)
_HDR = re.compile(r"HDR\b")
_TEXT = re.compile(
    # Code, modifier and description, status, then the values, whose widths are not all the same every year.
    r"(?P<code>[0-9A-Z]{5})(?P<modifier>[0-9A-Z]{2}|  ).{50}(?P<status>[A-Z])[ \d.NA-]*?"
    r"(?P<pctc>\d)(?P<days>000|010|090|MMM|XXX|YYY|ZZZ)(?:\.\d\d){3}"
    r"(?P<multiple>\d)(?P<bilateral>\d)(?P<assistant>\d)(?P<co>\d)(?P<team>\d)"
    r".*? +\d+\.\d{4} ?(?P<supervision>\d[0-9A]).*",
    re.ASCII,
)
_NAME = re.compile(r"RVU(?:20)?(\d\d)[_-]?([A-D](?![A-Z])|[A-Z]{3})", re.IGNORECASE)
_NOTICE = re.compile(r"(20\d\d) National Physician Fee Schedule.*?([A-Z][a-z]{2})[a-z]* Release")
CODES_OF_A_RELEASE = 15_000


def _stacked_columns(file: OfficialFile, rows: Iterator[tuple[int, Sequence[str]]]) -> Mapping[str, int]:
    """Read up to the last row of headings and return the positions of the columns."""
    above: deque[Sequence[str]] = deque(maxlen=_STACKED)
    for _, cells in islice(rows, HEAD):
        above.append(cells)
        if cells and cells[0].strip().upper() == "HCPCS":
            joined = [
                # The notice is in the column of the descriptions, whose heading nobody needs.
                " ".join(row[index].strip() for row in above if index < len(row))
                for index in range(len(cells))
            ]
            if columns := columns_of(joined, LAYOUT.columns):
                return columns
    raise TableError(f"{file.name}: no rows have the headings of the fee schedule")


def _is_table(file: OfficialFile) -> bool:
    try:
        return bool(_stacked_columns(file, rows_of_cells(file, LAYOUT, head=True)))
    except TableError:
        return False


def _is_text(file: OfficialFile) -> bool:
    head = [line.rstrip("\r\n") for line in file.head() if not _HDR.match(line) and line.strip()]
    return not file.sheet and bool(head) and all(_TEXT.fullmatch(line) for line in head[:3])


def _recognizes(file: OfficialFile) -> bool:
    return _is_text(file) or _is_table(file)


def _day(file: OfficialFile) -> date | None:
    """Return the first day of the quarter, from the name (RVU25D, PPRRVU2025_Oct) or the notice."""
    match = _NAME.search(file.names) or _NOTICE.search(" ".join(file.head(_STACKED)))
    if not match:
        return None
    year, quarter = 2000 + int(match[1]) % 100, match[2].upper()
    month = 3 * "ABCD".index(quarter) + 1 if len(quarter) == 1 else MONTHS.get(quarter)
    return date(year, month, 1) if month else None


def _release(files: Sequence[OfficialFile], options: ImportOptions) -> Release:
    published = first_day(files, options, _day)
    last = last_day(published, options, quarter_of(published).last)
    # A zip has the same as CSV and text, and from 2026 on for two conversion factors, which are not kept.
    file = next((each for each in files if _is_table(each)), files[0])
    read = _table if _is_table(file) else _text
    return Release(
        published.isoformat(),
        published,
        CoveredDays(published, last),
        lambda on_progress: read(file, on_progress),
        CODES_OF_A_RELEASE,
    )


def _table(file: OfficialFile, on_progress: OnProgress) -> Iterator[TableRow]:
    rows = rows_of_cells(file, LAYOUT, on_progress)
    columns = _stacked_columns(file, rows)
    needed = 1 + max(columns.values())
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) < needed and not file.sheet:
            raise TableError(f"{file.name}:{line}: column {len(cells)}: the record ends here")
        record = CsvRecord(file.name, line, cells, columns)
        yield _row(
            record.matching("HCPCS", _CODE, "a procedure code"),
            record.matching("MOD", _MODIFIER, "a modifier"),
            [record.matching(name, form, what) for name, (form, what) in _FORMS.items()],
        )


def _text(file: OfficialFile, on_progress: OnProgress) -> Iterator[TableRow]:
    for number, line in enumerate(file.lines(on_progress), 1):
        text = line.rstrip("\r\n\x1a")
        if not text.strip() or _HDR.match(text):
            continue
        match = _TEXT.fullmatch(text)
        if not match:
            raise TableError(f"{file.name}:{number}: column {_first_wrong(text)}: not a fee schedule record")
        values = match.groupdict()
        code, modifier = values.pop("code"), values.pop("modifier").strip()
        yield _row(code, modifier, list(values.values()))


def _first_wrong(text: str) -> int:
    """Return the column at which a text deviates from a record."""
    for column, pattern in ((1, r"[0-9A-Z]{5}"), (6, r".{5}([0-9A-Z]{2}|  )"), (58, r".{57}[A-Z]")):
        if not re.match(pattern, text, re.ASCII):
            return min(column, len(text))
    return min(59, len(text))


def _row(code: str, modifier: str, indicators: Sequence[str]) -> TableRow:
    *others, supervision = indicators
    policy = PaymentPolicy(code, modifier, *[*others, supervision.zfill(2)])
    return TableRow(policy.key, date.min, date.max, policy.to_value())


PFS = FileKind(
    "pfs",
    "physician fee schedule, payment policy indicators",
    "CMS",
    "rows above the first code have the headings HCPCS, MOD, STATUS CODE, PCTC IND; a text has HDR lines",
    _recognizes,
    _release,
)
