"""The work list as CSV and XLSX: a row a finding, texts that stay texts, the same bytes again."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import re
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from lxml import etree
from msgspec.structs import replace

from scrubber.cli.main import main
from scrubber.engine.finding import AppliedFix, Where
from scrubber.engine.steps import deliver
from scrubber.pipeline.scrub import scrub_source
from scrubber.report.fan_out import ReportSink
from scrubber.report.formats import FORMATS, Style
from scrubber.report.worklist import sheet
from scrubber.report.worklist.rows import HEADINGS, file_rows
from scrubber.text import cell
from scrubber.x12.source import source_of_bytes
from tests.support.mutations import mutated_files
from tests.support.reporting import reports
from tests.support.running import shipped
from tests.support.scrubbed import file_of, plain_finding

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures" / "837"
EXAMPLE = (FIXTURES / "broken" / "example.837").read_bytes()
CLEAN = (FIXTURES / "clean" / "injection-patient.837").read_bytes()
DOTTED = CLEAN.replace(b"ABK:M5450", b"ABK:M54.50")
MISCOUNT = (FIXTURES / "broken" / "wrong-se-count.837").read_bytes()
FORMULAS = (
    CLEAN.replace(b"FENWICK", b"=FENWICK()").replace(b"CLM*INJ", b"CLM*@INJ").replace(b"*46.4*", b"*46.5*")
)


def _rows(*files: bytes, fixes: tuple[str, ...] = (), **style: Any) -> list[dict[str, str]]:
    raw = reports(*files, policy=shipped(*fixes), formats=("csv",), **style)["csv"]
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def _part(raw: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        return etree.fromstring(book.read(name))


def _sheet(raw: bytes, number: int) -> list[list[tuple[str, str]]]:
    """The cells of a sheet as kind (``inlineStr``, or ``n`` for a number) and text; empty ones left out."""
    return [
        [(found.get("t", "n"), "".join(map(str, found.itertext()))) for found in row.iter(f"{_MAIN}c")]
        for row in _part(raw, f"xl/worksheets/sheet{number}.xml").iter(f"{_MAIN}row")
    ]


def _workbook(*files: bytes, **style: Any) -> bytes:
    return reports(*files, policy=shipped(), formats=("xlsx",), **style)["xlsx"]


# ------------------------------------------------------------------------------------------- CSV


def test_a_row_has_what_a_biller_sorts_by() -> None:
    """A finding is one row with claim, payer, patient, day, amount, place, what is wrong and what to do."""
    row = next(row for row in _rows(EXAMPLE) if row["edit"] == "NDC-03")
    assert tuple(row) == HEADINGS
    assert row | {"to do": "", "title": ""} == {
        "file": "input", "claim": "EX-1003", "verdict": "held", "severity": "reject", "edit": "NDC-03",
        "title": "", "payer id": "MCD01", "payer name": "STATE MEDICAID", "pack": "medicaid",
        "patient": "ROOK, ISOLDE", "service date": "2026-05-13", "charge": "44.20", "line": "2",
        "procedure": "J0696", "element": "LIN03", "segment": "64",
        "what is wrong": "Line 2: NDC 00143-9857-25 is not written as 11 digits.", "to do": "",
        "fixed": "", "fix": "00143-9857-25 -> 00143985725", "denial codes": "CO-16, M119",
        "claims": "",
    }  # fmt: skip
    assert row["title"] == "NDC is not 11 digits"
    assert row["to do"].startswith("Enter the 11-digit")


def test_a_fixed_finding_says_so() -> None:
    """What was fixed is a row with before and after and nothing to do; offered fixes are not marked."""
    (row,) = _rows(DOTTED, fixes=("safe",))
    assert (row["fixed"], row["fix"], row["to do"]) == ("yes", "M54.50 -> M5450", "")
    (row,) = _rows(DOTTED)
    assert (row["fixed"], row["fix"], row["verdict"]) == ("", "M54.50 -> M5450", "held")


def test_a_row_has_the_day_of_its_line() -> None:
    """A finding about a line has that line's day, one about the claim the first of all days."""
    drug = b"SV1*HC:J0696*14.2*UN*4***1~\nDTP*472*D8*202605"
    raw = EXAMPLE.replace(drug + b"13", drug + b"15").replace(b"EX-1003*44.2*", b"EX-1003*45*")
    days = {row["edit"]: row["service date"] for row in _rows(raw) if row["claim"] == "EX-1003"}
    assert (days["NDC-03"], days["BILL-01"]) == ("2026-05-15", "2026-05-13")


def test_a_finding_about_a_segment_names_it() -> None:
    """A finding about no element names its segment: a group has no trailer."""
    rows = _rows(EXAMPLE.replace(b"GE*1*1~\n", b""))
    assert ("STR-07", "GS", "2") in {(row["edit"], row["element"], row["segment"]) for row in rows}


def test_a_claim_with_warnings_in_a_held_envelope() -> None:
    """A claim that is held with its envelope counts in the row that says so, besides its own warnings."""
    raw = EXAMPLE.replace(b"J3420*6.75*UN*1***1~", b"J3420*6.75*UN*1***1:1~").replace(b"SE*85", b"SE*7")
    rows = _rows(raw)
    own = [(row["edit"], row["severity"]) for row in rows if row["claim"] == "EX-1001"]
    assert own == [("DX-03", "warn")]
    (envelope,) = [row for row in rows if not (row["claim"] or row["edit"])]
    assert "EX-1001" in envelope["what is wrong"]


def test_findings_of_files_and_claims_held_with_them_are_rows() -> None:
    """A fault of the envelope is a row without a claim, and so are all claims that are held with it."""
    rows = _rows(MISCOUNT)
    assert [(row["edit"], row["claim"], row["verdict"]) for row in rows if row["edit"]] == [
        ("STR-01", "", "held")
    ]
    assert [row for row in rows if row["claim"]] == []
    assert (rows[-1]["verdict"], rows[-1]["claims"]) == ("held", "1")
    assert rows[-1]["what is wrong"].startswith("Held with the envelope: 1 claim (")


def test_a_quiet_list_has_only_what_holds() -> None:
    """--quiet leaves warnings and accepted claims out of the list."""
    assert [row["edit"] for row in _rows(EXAMPLE)] == ["PAIR-01", "NDC-03", "DX-02", "EM-01"]
    assert [row["edit"] for row in _rows(EXAMPLE, quiet=True)] == ["PAIR-01", "NDC-03", "DX-02"]
    assert _rows(DOTTED, fixes=("safe",), quiet=True) == []


def test_a_list_of_a_clean_file_has_headings_only() -> None:
    """The bytes of an empty list: the mark of UTF-8, the headings, a line end as RFC 4180 wants it."""
    raw = reports(CLEAN, policy=shipped(), formats=("csv",))["csv"]
    assert raw == b"\xef\xbb\xbf" + ",".join(HEADINGS).encode() + b"\r\n"


_STARTS = ("=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠A")  # noqa: RUF001


@pytest.mark.parametrize("before", ["", " ", "\u00a0", "\u3000", '"', ' " '])
@pytest.mark.parametrize("text", _STARTS)
def test_a_cell_is_no_formula(text: str, before: str) -> None:
    """A text that a spreadsheet could take for a formula gets an apostrophe, behind blanks, too."""
    assert cell(before + text) == f"'{before}{text}"


@pytest.mark.parametrize("text", ["", " ", " A", '"', "A=1", "1-1", "'=1", "M54.50 -> M5450"])
def test_other_cells_stay(text: str) -> None:
    """Every other text stays as it is."""
    assert cell(text) == text


@pytest.mark.parametrize("first", ["A", "="])
def test_a_cell_has_no_more_than_a_spreadsheet_takes(first: str) -> None:
    """A text is cut at 32,767 characters, its apostrophe included; Excel would go on in the next row."""
    assert len(cell(first + "B" * 32_766)) == 32_767
    assert len(cell(first + "B" * 40_000)) == 32_767
    assert cell(first + "B" * 32_000).endswith(first + "B" * 32_000)


def test_nothing_of_a_claim_is_a_formula_in_csv() -> None:
    """Names and numbers that look like formulas are quoted with an apostrophe, a negative charge is not."""
    (row, *_) = _rows(FORMULAS)
    assert row["patient"].startswith("'=FENWICK()")
    assert row["claim"].startswith("'@INJ")
    (row, *_) = _rows(CLEAN.replace(b"*46.4*", b"*-46.4*"))
    assert row["charge"] == "-46.40"


@pytest.mark.parametrize("start", _STARTS)
@pytest.mark.parametrize("before", ["", " ", '"', ',"', "\r\n", ";"])
def test_hostile_texts_stay_in_their_cells(start: str, before: str) -> None:
    """Whatever names and numbers look like, CSV and workbook have a row a finding with the same texts."""
    text = f"{before}{start}"
    raw = EXAMPLE
    for old in (b"EX-1003", b"ROOK*ISOLDE", b"STATE MEDICAID", b"MCD01", b"J0696", b"00143-9857-25"):
        raw = raw.replace(old, text.encode())
    claims = json.loads(reports(raw, policy=shipped(), formats=("json",))["json"])["files"][0]["claims"]
    rows = _rows(raw)
    kinds = Counter(finding["severity"] for claim in claims for finding in claim["findings"])
    assert len(rows) == kinds["reject"] + kinds["warn"] + bool(kinds["info"])
    assert text.replace("\r\n", "??").replace("\t", "?").replace("\n", "?").replace("\r", "?") in {
        row["claim"].removeprefix("'") for row in rows
    }
    assert _same_texts(_workbook(raw), rows)


def test_a_name_longer_than_a_field_of_csv_is_listed() -> None:
    """A text of more than Python's csv module reads is cut like in the workbook, and the row is whole."""
    raw = EXAMPLE.replace(b"ROOK*ISOLDE", b"R" * 140_000 + b"*ISOLDE")
    rows = _rows(raw)
    assert {row["patient"] for row in rows if row["claim"] == "EX-1003"} == {"R" * 32_767}
    assert _same_texts(_workbook(raw), rows)


def test_the_name_of_a_file_is_one_cell() -> None:
    """Commas, quotes and signs in the name of a file stay in its cell, before the rows of its claims, too."""
    name = '=a,"b".837'
    stream = io.BytesIO()
    style = Style(shipped().rulebook.edits)
    sink = ReportSink([FORMATS["csv"].writer(stream, style)], style, shipped())
    sink.file(deliver(scrub_source(source_of_bytes(EXAMPLE, name), shipped()), sink))
    rows = list(csv.reader(io.StringIO(stream.getvalue().decode("utf-8-sig"), newline="")))[1:]
    assert {(row[0], len(row)) for row in rows} == {(f"'{name}", len(HEADINGS))}


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("44.2", "44.20"), (".5", "0.50"), ("-44", "-44.00"), ("44.125", "44.125"), ("44.1250", "44.1250"),
        ("MANY", ""), ("1" * 18, "1" * 18 + ".00"),
    ],
)  # fmt: skip
def test_a_charge_is_not_rounded(sent: str, shown: str) -> None:
    """An amount has two decimal places, and more where it was sent with more; what is none is left out."""
    rows = _rows(EXAMPLE.replace(b"EX-1003*44.2*", f"EX-1003*{sent}*".encode()))
    assert {row["charge"] for row in rows if row["claim"] == "EX-1003"} == {shown}


def test_a_fix_from_or_to_nothing_says_so() -> None:
    """Where nothing stood before, or will stand, the fix says `empty`."""
    fix = AppliedFix("safe", applied=False, before="", after="")
    finding = plain_finding("DX-01", "", Where(), fix)
    for before, after, shown in (("", "N4", "empty -> N4"), ("N4", "", "N4 -> empty")):
        told = replace(finding, fix=replace(fix, before=before, after=after))
        (row,) = file_rows(file_of(told), Style())
        assert row.fix == shown


def test_findings_about_a_file_are_no_formulas_either() -> None:
    """What is said of a file goes through the same cells as what is said of claims."""
    finding = plain_finding("STR-01", "=1+1", Where())
    stream = io.BytesIO()
    writer = FORMATS["csv"].writer(stream, Style())
    writer.file(file_of(finding))
    assert b",'=1+1," in stream.getvalue()


@given(mutated_files())
@settings(max_examples=40)
def test_every_line_is_a_row(raw: bytes) -> None:
    """Whatever is in a file, each line of the CSV has all columns, and no cell begins like a formula."""
    text = reports(raw, policy=shipped(), formats=("csv",))["csv"].decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert {len(row) for row in rows} == {len(HEADINGS)}
    assert len(rows) == text.count("\n")
    charge = HEADINGS.index("charge")
    cells = [value for row in rows for at, value in enumerate(row) if at != charge]
    assert [value for value in cells if value.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


# ------------------------------------------------------------------------------------------ XLSX


def test_the_workbook_has_the_same_rows() -> None:
    """The first sheet has the rows of the CSV; dates, amounts and numbers are numbers, the rest is text."""
    head, *rows = _sheet(_workbook(EXAMPLE), 1)
    assert [text for _, text in head] == list(HEADINGS)
    listed = [[value for value in row.values() if value] for row in _rows(EXAMPLE)]
    # 2026-05-12 is day 46154 of Excel's count, which begins with 1900-01-01 as 1 and has a 1900-02-29.
    days = {"46154": "2026-05-12", "46155": "2026-05-13", "46156": "2026-05-14"}
    amounts = {"32": "32.00", "44.2": "44.20", "87.4": "87.40"}
    said = [[(days | amounts).get(text, text) if kind == "n" else text for kind, text in row] for row in rows]
    assert said == listed
    kinds = [kind for kind, _ in rows[0]]
    numbers = {name for name, kind in zip(HEADINGS, kinds, strict=False) if kind == "n"}
    assert numbers == {"service date", "charge", "line", "segment"}


def _same_texts(workbook: bytes, rows: list[dict[str, str]]) -> bool:
    """Whether the cells of text are those of the CSV, in the same order, without its apostrophes."""
    numbers = {"service date", "charge", "line", "segment", "claims"}
    _, *found = _sheet(workbook, 1)
    said = [[text for kind, text in row if kind != "n"] for row in found]
    return said == [
        [value.removeprefix("'") for name, value in row.items() if value and name not in numbers]
        for row in rows
    ]


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*/*.837")), ids=lambda path: path.stem)
def test_both_work_lists_and_the_numbers_agree(path: Path) -> None:
    """CSV and workbook have the same rows, and the numbers of the workbook are those of the CSV's rows."""
    raw = path.read_bytes()
    rows, book = _rows(raw), _workbook(raw)
    assert _same_texts(book, rows)
    listed = Counter((row["edit"], row["severity"]) for row in rows if row["edit"])
    numbers = [[text for _, text in row] for row in _sheet(book, 2)][1:]
    counted = Counter({(row[1], row[3]): int(row[4]) for row in numbers if row[0] == "edit"})
    notes = {edit: count for (edit, severity), count in counted.items() if severity == "info"}
    assert {key: count for key, count in counted.items() if key[1] != "info"} == listed
    assert int(numbers[0][1]) == counted.total()
    told = [row["what is wrong"] for row in rows if row["severity"] == "info"]
    each = ", ".join(f"{edit} ({count:,})" for edit, count in sorted(notes.items()))
    assert told == ([f"For information, not listed: {each}"] if notes else [])


def test_nothing_of_a_claim_is_a_formula_in_xlsx() -> None:
    """No cell is a formula or a link; what looks like one is text, unchanged."""
    raw = _workbook(FORMULAS.replace(b"PERRY", b"HTTP://X.EXAMPLE"), EXAMPLE)
    texts = [text for row in _sheet(raw, 1) for kind, text in row if kind == "inlineStr"]
    assert any(text.startswith("=FENWICK()") for text in texts)
    assert any(text.startswith("@INJ") for text in texts)
    for number in (1, 2, 3):
        part = _part(raw, f"xl/worksheets/sheet{number}.xml")
        assert [found.tag for found in part.iter(f"{_MAIN}f", f"{_MAIN}hyperlink")] == []


def test_the_heading_stays_and_filters() -> None:
    """On every sheet the first row is frozen, and a filter covers the whole table."""
    raw = _workbook(EXAMPLE)
    for number, last in ((1, "V5"), (2, "I9"), (3, "E2")):
        part = _part(raw, f"xl/worksheets/sheet{number}.xml")
        assert [pane.get("ySplit") for pane in part.iter(f"{_MAIN}pane")] == ["1"]
        assert [found.get("ref") for found in part.iter(f"{_MAIN}autoFilter")] == [f"A1:{last}"]


def test_the_numbers_have_a_sheet() -> None:
    """The second sheet counts all, by edit and kind, and by payer; held charges are in dollars."""
    rows = [[text for _, text in row] for row in _sheet(_workbook(EXAMPLE, EXAMPLE), 2)][1:]
    assert rows[0] == ["all", "8", "8", "6", "327.2", "0.25"]
    assert ["edit", "NDC-03", "NDC is not 11 digits", "reject", "2", "2", "88.4"] in rows
    assert ["edit", "EM-01", "99211 with an injection or infusion", "warn", "2"] in rows
    assert ["payer", "MCB01", "MEDICARE PART B", "4", "2", "64", "0.5"] in rows


def test_what_was_not_checked_has_a_sheet() -> None:
    """The third sheet says why something was not checked, which edits, and of how many claims."""
    rows = [[text for _, text in row] for row in _sheet(_workbook(EXAMPLE), 3)]
    assert rows[0] == ["file", "why", "edits", "claims", "charges"]
    why = (
        "NDC directory not imported: get ndctext.zip (FDA: National Drug Code Directory), then run "
        "`scrubber tables import ndc FILE`"
    )
    assert ["input", why, "NDC-13", "3", "298.85"] in rows


def test_a_full_sheet_goes_on_with_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a sheet has as many rows as Excel can read, the list goes on with heading on another."""
    monkeypatch.setattr(sheet, "MOST_ROWS", 3)
    raw = _workbook(EXAMPLE)
    names = [found.get("name") for found in _part(raw, "xl/workbook.xml").iter(f"{_MAIN}sheet")]
    assert names[:4] == ["work list", "numbers", "not checked", "work list 2"]
    first, second = _sheet(raw, 1), _sheet(raw, 4)
    assert (len(first), len(second)) == (3, 3)
    assert first[0] == second[0]
    assert len({tuple(row) for row in first[1:] + second[1:]}) == 4


def test_excels_limit_of_rows() -> None:
    """What Excel can read on one sheet."""
    assert sheet.MOST_ROWS == 2**20


def test_a_text_too_long_for_a_cell_is_cut() -> None:
    """A cell has at most 32,767 characters; a row with a longer text is there all the same."""
    raw = _workbook(FORMULAS.replace(b"=FENWICK()", b"F" * 40_000))
    longest = max((text for row in _sheet(raw, 1) for _, text in row), key=len)
    assert longest == "F" * 32_767


@pytest.mark.parametrize(
    ("amount", "cell"),
    [
        ("1234567890123.45", ("n", "1234567890123.45")),
        ("12345678901234.56", ("inlineStr", "12345678901234.56")),
        ("-12345678901234.56", ("inlineStr", "-12345678901234.56")),
        ("1" * 400, ("inlineStr", "1" * 400 + ".00")),
        ("1" + "0" * 400, ("inlineStr", "1" + "0" * 400 + ".00")),
    ],
    ids=lambda value: str(value)[:20],
)
def test_an_absurd_amount_is_text(amount: str, cell: tuple[str, str]) -> None:
    """An amount with more digits than Excel keeps, fifteen, is not rounded: it is text."""
    raw = _workbook(CLEAN.replace(b"*46.4*", f"*{amount}*".encode()))
    assert cell in _sheet(raw, 1)[1]


def test_a_day_before_excels_count_is_text() -> None:
    """Excel has no right number for a day before 1 March 1900."""
    raw = _workbook(EXAMPLE.replace(b"D8*20260512", b"D8*19000228").replace(b"D8*20260513", b"D8*19000301"))
    days = {row[1][1]: row[10] for row in _sheet(raw, 1)[1:] if row[1][1] in ("EX-1002", "EX-1003")}
    assert days == {"EX-1002": ("inlineStr", "1900-02-28"), "EX-1003": ("n", "61")}


def test_nothing_in_a_workbook_steers_a_terminal() -> None:
    """What is not printable is `?` on every sheet, in names of files and payers, too."""
    stream = io.BytesIO()
    style = Style(shipped().rulebook.edits)
    sink = ReportSink([FORMATS["xlsx"].writer(stream, style)], style, shipped())
    raw = EXAMPLE.replace(b"STATE MEDICAID", b"STATE\x1bMEDICAID").replace(b"MCD01", b"MC\x9bD")
    sink.file(deliver(scrub_source(source_of_bytes(raw, "a\x1b[31m"), shipped()), sink))
    sink.finish()
    texts = {text for number in (1, 2, 3) for row in _sheet(stream.getvalue(), number) for _, text in row}
    assert {"a?[31m", "STATE?MEDICAID", "MC?D"} <= texts
    assert [text for text in texts if not text.isprintable()] == []


def test_the_same_input_gives_the_same_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in a workbook is of the clock: it was made on the day of --as-of."""
    one = _workbook(EXAMPLE)
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    assert _workbook(EXAMPLE) == one
    with zipfile.ZipFile(io.BytesIO(one)) as book:
        assert {entry.date_time[:3] for entry in book.infolist()} == {(1980, 1, 31)}
        assert (
            re.findall(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[^<]*", book.read("docProps/core.xml"))
            == [b"2026-06-30T00:00:00Z"] * 2
        )


def test_a_full_disk_is_an_os_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full while the workbook is made is said as such, and leaves no rows behind."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    path = tmp_path / "in.837"
    path.write_bytes(EXAMPLE)
    monkeypatch.setattr("zipfile.ZipFile.write", full)
    arguments = ["scrub", str(path), "-o", str(tmp_path / "out"), "--format", "xlsx"]
    done = CliRunner().invoke(main, [*arguments, "--as-of", "2026-06-30"])
    assert (done.exit_code, os.strerror(errno.ENOSPC) in done.stderr) == (75, True)
    assert list((tmp_path / "temporary").iterdir()) == []
    assert list((tmp_path / "out").iterdir()) == []


def test_scrub_prints_text_where_only_a_workbook_is_asked_for(tmp_path: Path) -> None:
    """A workbook goes into the folder; on the screen there is text."""
    arguments = ["scrub", str(FIXTURES / "broken" / "example.837"), "-o", str(tmp_path), "--format", "xlsx"]
    done = CliRunner().invoke(main, [*arguments, "--as-of", "2026-06-30"])
    assert "example.837: PARTLY HELD." in done.stdout
    assert (tmp_path / "example.report.xlsx").read_bytes().startswith(b"PK")


def test_a_workbook_is_not_for_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """`check --format xlsx` on a terminal is wrong usage; into a file it is a workbook."""
    arguments = ["check", str(FIXTURES / "broken" / "example.837"), "--format", "xlsx"]
    arguments += ["--as-of", "2026-06-30"]
    assert CliRunner().invoke(main, arguments).stdout_bytes.startswith(b"PK")
    monkeypatch.setattr("scrubber.cli.claims.is_terminal", lambda: True)
    done = CliRunner().invoke(main, arguments)
    assert (done.exit_code, done.stdout_bytes) == (2, b"")
    assert "not for a terminal" in done.stderr
