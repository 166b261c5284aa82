"""ICD-10-CM of CMS and NCHS: the order file, its addenda (what changes from the year before), or a code list.

The order file has fixed columns: 7 to 13 the code, 15 whether it is billable. A list has billable codes only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from scrubber.errors import TableError
from scrubber.tables.answer import CoveredDays
from scrubber.tables.official.official_file import OfficialFile, OnProgress
from scrubber.tables.official.release import FileKind, ImportOptions, Release, first_day, last_day
from scrubber.tables.vintage import TableRow

_LINE = re.compile(r"\d{5} ([A-Z][0-9A-Z]{2,6}) {1,5}([01]) (\S.*)", re.ASCII)
_LISTED = re.compile(r"([A-Z](?=[A-Z]*[0-9])[0-9A-Z]{2,6})(?:\s+\S.*)?\s*", re.ASCII)
_ADDENDUM = re.compile(r"(Add|Delete|Revise from|Revise to): +([01]) ([A-Z][0-9A-Z]{2,6})(?: .*)?", re.ASCII)
_STATED = re.compile(r" *(\d+) codes in \S+", re.ASCII)
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_APRIL = re.compile(r"apr", re.IGNORECASE)
CODES_OF_A_YEAR = 90_000
BILLABLE_OF_A_YEAR = 65_000


def fiscal_year(day: date) -> int:
    """Return the ICD-10-CM (federal fiscal) year of a day; it begins on October 1 of the year before."""
    return day.year + (day.month >= 10)


def _recognizes(file: OfficialFile) -> bool:
    return _is_order(file) or _is_addenda(file) or _is_list(file)


def _is_order(file: OfficialFile) -> bool:
    lines = [line for line in file.head(5) if line.strip()]
    return bool(lines) and all(_LINE.match(line) for line in lines[:3])


def _is_addenda(file: OfficialFile) -> bool:
    lines = [line for line in file.head(5) if line.strip()]
    return bool(lines) and all(_ADDENDUM.match(line) for line in lines[:3])


def _is_list(file: OfficialFile) -> bool:
    lines = [line for line in file.head() if line.strip()]
    codes = [match[1] for line in lines if (match := _LISTED.fullmatch(line))]
    # A list of HCPCS codes looks the same, but each of them has five characters.
    is_list = len(lines) > 3 and all(_LISTED.fullmatch(line) for line in lines[:3])
    return is_list and any(len(code) == 4 for code in codes)


def _day_in_name(file: OfficialFile) -> date | None:
    """Return the effective date from the year in the name; April releases take effect on April 1."""
    match = _YEAR.search(file.stem)
    if not match:
        return None
    year = int(match[1])
    return date(year, 4, 1) if _APRIL.search(file.stem) else date(year - 1, 10, 1)


def _release(files: Sequence[OfficialFile], options: ImportOptions) -> Release:
    addenda = [file for file in files if _is_addenda(file)]
    lists = [file for file in files if file not in addenda]
    for several in (addenda, lists):
        if len(several) > 1:
            raise TableError(
                f"{several[1].name}: ICD-10-CM is a single file; {several[0].name} was given, too"
            )
    published = first_day(addenda or files, options, _day_in_name)
    year = fiscal_year(published)
    last = last_day(published, options, date(year, 9, 30))
    label = f"FY{year}" + ("-April" if (published.month, published.day) == (4, 1) else "")

    def rows(on_progress: OnProgress) -> Iterator[TableRow]:
        if not addenda:
            yield from _codes(lists[0], on_progress)
            return
        eve = published - timedelta(1)
        before = _codes(lists[0], on_progress) if lists else options.before("icd10cm", eve)
        if before is None:
            raise TableError(
                f"{addenda[0].name}: addenda only state what changes; import the list of "
                f"FY{fiscal_year(eve)} first, or give its file, too"
            )
        yield from _amended(addenda[0], before, on_progress)

    fewest = CODES_OF_A_YEAR if lists and _is_order(lists[0]) else BILLABLE_OF_A_YEAR
    return Release(label, published, CoveredDays(published, last), rows, fewest)


def _codes(file: OfficialFile, on_progress: OnProgress) -> Iterator[TableRow]:
    """Yield the codes of an order file or of a code list."""
    is_order = _is_order(file)
    for number, line in enumerate(file.lines(on_progress), 1):
        if not line.strip():
            continue
        match = (_LINE.match if is_order else _LISTED.fullmatch)(line)
        if not match:
            what = (
                f"column {_first_wrong(line)}: not an ICD-10-CM order file line "
                "(five digits, code in columns 7 to 13, 0 or 1 in column 15, text)"
                if is_order
                else "column 1: not an ICD-10-CM code"
            )
            raise TableError(f"{file.name}:{number}: {what}")
        yield TableRow(match[1], date.min, date.max, match[2] if is_order else "1")


def _amended(file: OfficialFile, before: Iterator[TableRow], on_progress: OnProgress) -> Iterator[TableRow]:
    """Yield the codes of the year before with the changes. Raise TableError if they do not fit together."""
    codes = {row.key: row.value for row in before}
    has_headers = "0" in codes.values()
    stated: list[int] = []
    counts = [sum(value == "1" for value in codes.values())]
    for number, line in enumerate(file.lines(on_progress), 1):
        match = _ADDENDUM.fullmatch(line.rstrip())
        if match and not stated:
            what, flag, code = match.groups()
            if what == "Delete" and codes.get(code, "0") == flag:
                codes.pop(code, None)
            elif what == "Delete":
                raise TableError(f"{file.name}:{number}: column 15: {code} is not in the list before")
            elif what == "Add" and (flag == "1" or has_headers):
                codes[code] = flag
        elif found := _STATED.match(line):
            stated.append(int(found[1]))
        elif ":" in line:
            raise TableError(f"{file.name}:{number}: column 1: not a line of addenda")
    # The addenda end with the number of codes of both years.
    counts.append(sum(value == "1" for value in codes.values()))
    if stated != counts:
        raise TableError(
            f"{file.name}: it states {' and '.join(map(str, stated)) or 'no'} codes before and after; "
            f"the list before has {counts[0]}, amended {counts[1]}"
        )
    for code, flag in codes.items():
        yield TableRow(code, date.min, date.max, flag)


def _first_wrong(line: str) -> int:
    """Return the column at which a line deviates from an order file."""
    for column, pattern in ((1, r"\d{5} "), (7, r"\d{5} [A-Z][0-9A-Z]{2,6} "), (15, r".{14}[01] ")):
        if not re.match(pattern, line, re.ASCII):
            return column
    return 17


ICD10CM = FileKind(
    "icd10cm",
    "ICD-10-CM order file, addenda or code list",
    "CMS and NCHS",
    "every line has a number, a code in columns 7 to 13, and 0 or 1 in column 15; or begins with a code",
    _recognizes,
    _release,
)
