"""The commands that correct claims: lists to fill in, what they print, their exit statuses, and the mask."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from scrubber.cli.main import main
from scrubber.report.masking import HIDDEN
from scrubber.spool.layout import Spool
from tests.support.corrections import GOOD, copied, held_spool
from tests.support.spool import CLEAN, files_of, unflushed


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Spool:
    return held_spool(tmp_path_factory.mktemp("made"))


@pytest.fixture
def spool(made: Spool, tmp_path: Path) -> Spool:
    """A spool with three held claims of one file."""
    return copied(made, tmp_path)


def work(*arguments: str | Path, text: str = "") -> Result:
    with unflushed():
        return CliRunner().invoke(
            main, ["work", *(os.fspath(argument) for argument in arguments)], input=text
        )


def book_of(spool: Spool, path: Path, *options: str) -> openpyxl.Workbook:
    done = work("list", spool.root, "--format", "xlsx", "-o", path, *options)
    assert done.exit_code == 0, done.output
    return openpyxl.load_workbook(path)


def fill(path: Path, book: openpyxl.Workbook, values: dict[str, str | int]) -> None:
    """Enter new values by the claims' numbers, as a person does."""
    sheet = book["corrections"]
    heads = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        number = str(row[heads.index("claim")].value)
        if number in values:
            row[heads.index("new value")].value = values[number]
    book.save(path)


def test_a_workbook_is_filled_in_and_applied(spool: Spool, tmp_path: Path) -> None:
    """Empty cells change nothing; what is typed into the others stays text."""
    path = tmp_path / "work.xlsx"
    book = book_of(spool, path)
    sheet = book["corrections"]
    heads, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert heads[5:] == [
        "what is wrong", "to do", "line", "loop", "element", "segment", "value", "new value", "place", "job"
    ]  # fmt: skip
    listed = {row[1]: row[7:14] for row in rows}
    assert listed["INJ-0004"] == [1, "2400", "SV107-1", 67, "9", None, "SV107-1@67"]
    assert sheet.column_dimensions["M"].number_format == "@"
    fill(path, book, {"INJ-0002": "E538", "INJ-0004": 1})
    dry = work("apply", spool.root, path, "--dry-run")
    assert dry.exit_code == 0
    assert "    2300 HI01-2, segment 36: E53Z -> E538\n" in dry.stdout
    assert dry.stdout.endswith("2 claims would be corrected\n")
    assert files_of(spool.inbox) == []
    done = work("apply", spool.root, path, "--user", "ann")
    assert done.exit_code == 0
    (corrected,) = files_of(spool.inbox)
    assert done.stdout.endswith(f"2 claims corrected in in/{corrected.name}\n")
    again = work("apply", spool.root, path)
    assert again.exit_code == 0
    assert f"entered before, in {corrected.name}" in again.stdout


def test_csv_is_filled_in_and_applied(spool: Spool, tmp_path: Path) -> None:
    """What protects the value from being a formula is not part of it."""
    text = work("list", spool.root, "--format", "csv", "--corrections").stdout
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert {row["claim"]: row["value"] for row in rows}["INJ-0003"] == "1200000011"
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0])
    writer.writeheader()
    for row in rows:
        writer.writerow({**row, "new value": GOOD[row["claim"]] if row["claim"] != "INJ-0002" else "'-E538"})
    path = tmp_path / "work.csv"
    path.write_text(out.getvalue())
    done = work("apply", spool.root, path, "--dry-run")
    assert done.exit_code == 0, done.output
    assert "E53Z -> -E538" in done.stdout
    assert "3 claims would be corrected" in done.stdout


def test_a_wrong_cell_is_named(spool: Spool, tmp_path: Path) -> None:
    """By sheet, row and column; nothing is changed."""
    path = tmp_path / "work.xlsx"
    book = book_of(spool, path)
    row = next(row[0].row for row in book["corrections"].iter_rows() if row[1].value == "INJ-0002")
    fill(path, book, {"INJ-0002": "E5*8", "INJ-0003": 1200000010})
    done = work("apply", spool.root, path)
    assert done.exit_code == 2
    assert (
        f"sheet corrections, row {row}, column new value: 2300 HI01-2, segment 36: invalid character"
        in done.stderr
    )
    assert "which has lost its leading zeros" in done.stderr
    assert done.stderr.endswith("nothing was changed\n")
    assert files_of(spool.inbox) == []


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"PK nothing", "this workbook cannot be read"),
        (b"id,claim\r\n", "row 1: there is no column place, new value, job"),
        (b"\xff\xfe\x00", "neither a workbook (.xlsx) nor CSV"),
    ],
)
def test_a_file_that_is_no_list_is_refused(spool: Spool, raw: bytes, why: str, tmp_path: Path) -> None:
    path = tmp_path / "list"
    path.write_bytes(raw)
    done = work("apply", spool.root, path)
    assert done.exit_code == 2
    assert why in done.stderr


def test_one_value_is_set(spool: Spool) -> None:
    """By the element if only one is asked for; the value may come from standard input."""
    wrong = work("set", spool.root, "INJ-0002", "HI02-2", "E538")
    assert wrong.exit_code == 2
    assert "PLACE must be one of the places of this claim: HI01-2@36" in wrong.stderr
    done = work("set", spool.root, "INJ-0002", "hi01-2", "-", text="E538\n")
    assert done.exit_code == 0, done.output
    assert "1 claim corrected in in/corrected-" in done.stdout
    other = work("set", spool.root, "INJ-0002", "HI01-2@36", "E539")
    assert other.exit_code == 1
    assert "refused: another correction of it" in other.stdout


def test_a_mask_hides_values_of_the_patient(tmp_path: Path) -> None:
    """In the list, in what is shown and in what is printed; the masked list can be filled in."""
    raw = CLEAN.replace(b"19570822", b"19579922")
    spool = held_spool(tmp_path, raw)
    path = tmp_path / "work.xlsx"
    book = book_of(spool, path, "--mask")
    heads, row, *_ = [[cell.value for cell in row] for row in book["corrections"].iter_rows()]
    entry = dict(zip(heads, row, strict=True))
    id_ = str(entry["id"])
    assert (entry["claim"], entry["element"], entry["value"]) == (HIDDEN, "DMG02", HIDDEN)
    assert "19579922" not in work("show", spool.root, id_, "--mask").stdout
    assert "19579922" in work("show", spool.root, id_).stdout
    fill(path, book, {HIDDEN: "19570822"})
    done = work("apply", spool.root, path, "--mask")
    assert done.exit_code == 0, done.output
    assert f"{HIDDEN} -> {HIDDEN}" in done.stdout
    assert "1957" not in done.output
    assert "1957" not in work("show", spool.root, id_, "--mask").stdout
