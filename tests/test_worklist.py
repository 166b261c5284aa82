"""The work list as CSV and XLSX: a row a finding, texts that stay texts, the same bytes again."""

from __future__ import annotations

import csv
import errno
import io
import os
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from lxml import etree

from scrubber.cli import main
from scrubber.output.cells import cell
from scrubber.output.formats import sheet
from scrubber.output.formats.worklist import HEADINGS
from tests.support.mutations import mutated_files
from tests.support.reporting import reports
from tests.support.running import shipped

ROOT = Path(__file__).resolve().parent.parent
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
    assert row | {"what to do": "", "title": ""} == {
        "file": "input", "claim": "EX-1003", "verdict": "held", "severity": "reject", "edit": "NDC-03",
        "title": "", "payer id": "MCD01", "payer name": "STATE MEDICAID", "pack": "medicaid",
        "patient": "ROOK, ISOLDE", "service date": "2026-05-13", "charge": "44.20", "line": "2",
        "procedure": "J0696", "element": "LIN03", "segment": "64",
        "what is wrong": "The NDC of line 2 is not eleven digits.", "what to do": "", "repaired": "",
        "repair": "00143-9857-25 -> 00143985725", "denial codes": "CO-16, M119",
    }  # fmt: skip
    assert row["title"] == "NDC is not eleven digits"
    assert row["what to do"].startswith("Hyphens show which part is short")


def test_a_repaired_finding_says_so() -> None:
    """What was repaired is a row with before and after and nothing to do; offered repairs are not marked."""
    (row,) = _rows(DOTTED, fixes=("safe",))
    assert (row["repaired"], row["repair"], row["what to do"]) == ("yes", "M54.50 -> M5450", "")
    (row,) = _rows(DOTTED)
    assert (row["repaired"], row["repair"], row["verdict"]) == ("", "M54.50 -> M5450", "held")


def test_findings_of_files_and_claims_held_with_them_are_rows() -> None:
    """A fault of the envelope is a row without a claim; each claim held for it is a row of its own."""
    rows = _rows(MISCOUNT)
    assert [(row["edit"], row["claim"], row["verdict"]) for row in rows if row["edit"]] == [
        ("STR-01", "", "rejected")
    ]
    held = [row for row in rows if row["claim"]]
    assert held
    assert {(row["verdict"], row["what is wrong"]) for row in held} == {
        ("held", "Held with its envelope: see the findings about the file.")
    }


def test_a_quiet_list_has_only_what_holds() -> None:
    """--quiet leaves warnings and accepted claims out of the list."""
    assert [row["edit"] for row in _rows(EXAMPLE)] == ["PAIR-01", "NDC-03", "DX-02", "EM-01"]
    assert [row["edit"] for row in _rows(EXAMPLE, quiet=True)] == ["PAIR-01", "NDC-03", "DX-02"]
    assert _rows(DOTTED, fixes=("safe",), quiet=True) == []


def test_a_list_of_a_clean_file_has_headings_only() -> None:
    """The bytes of an empty list: the mark of UTF-8, the headings, a line end as RFC 4180 wants it."""
    raw = reports(CLEAN, policy=shipped(), formats=("csv",))["csv"]
    assert raw == b"\xef\xbb\xbf" + ",".join(HEADINGS).encode() + b"\r\n"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "\n=1", "＝1", "＠A"])  # noqa: RUF001
def test_a_cell_is_no_formula(text: str) -> None:
    """A text that a spreadsheet could take for a formula gets an apostrophe."""
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "A=1", "1-1", "'=1", "M54.50 -> M5450"])
def test_other_cells_stay(text: str) -> None:
    """Every other text stays as it is."""
    assert cell(text) == text


def test_nothing_of_a_claim_is_a_formula_in_csv() -> None:
    """Names and numbers that look like formulas are quoted with an apostrophe, a negative charge is not."""
    (row, *_) = _rows(FORMULAS)
    assert row["patient"].startswith("'=FENWICK()")
    assert row["claim"].startswith("'@INJ")
    (row, *_) = _rows(CLEAN.replace(b"*46.4*", b"*-46.4*"))
    assert row["charge"] == "-46.40"


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
    for number, last in ((1, "U5"), (2, "I9"), (3, "D4")):
        part = _part(raw, f"xl/worksheets/sheet{number}.xml")
        assert [pane.get("ySplit") for pane in part.iter(f"{_MAIN}pane")] == ["1"]
        assert [found.get("ref") for found in part.iter(f"{_MAIN}autoFilter")] == [f"A1:{last}"]


def test_the_numbers_have_a_sheet() -> None:
    """The second sheet counts all, by edit and kind, and by payer; held charges are in dollars."""
    rows = [[text for _, text in row] for row in _sheet(_workbook(EXAMPLE, EXAMPLE), 2)][1:]
    assert rows[0] == ["all", "8", "8", "6", "327.2", "0.25"]
    assert ["edit", "NDC-03", "NDC is not eleven digits", "reject", "2", "2", "88.4"] in rows
    assert ["edit", "EM-01", "99211 with an injection or infusion", "warn", "2"] in rows
    assert ["payer", "MCB01", "MEDICARE PART B", "4", "2", "64", "0.5"] in rows


def test_what_was_not_checked_has_a_sheet() -> None:
    """The third sheet says why something was not checked, which edits, and of how many claims."""
    rows = [[text for _, text in row] for row in _sheet(_workbook(EXAMPLE), 3)]
    assert rows[0] == ["file", "why", "edits", "claims"]
    assert ["input", "the table ndc is not there: import it", "NDC-13", "3"] in rows


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


def test_an_absurd_amount_is_text() -> None:
    """An amount with more digits than Excel keeps is not rounded: it is text."""
    raw = _workbook(CLEAN.replace(b"*46.4*", b"*12345678901234567.89*"))
    assert ("inlineStr", "12345678901234567.89") in _sheet(raw, 1)[1]


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
    assert "example.837: REJECTED." in done.stdout
    assert (tmp_path / "example.report.xlsx").read_bytes().startswith(b"PK")


def test_a_workbook_is_not_for_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """`check --format xlsx` on a terminal is wrong usage; into a file it is a workbook."""
    arguments = ["check", str(FIXTURES / "broken" / "example.837"), "--format", "xlsx"]
    arguments += ["--as-of", "2026-06-30"]
    assert CliRunner().invoke(main, arguments).stdout_bytes.startswith(b"PK")
    monkeypatch.setattr("scrubber.cli._is_terminal", lambda: True)
    done = CliRunner().invoke(main, arguments)
    assert (done.exit_code, done.stdout_bytes) == (2, b"")
    assert "not for a terminal" in done.stderr
