"""Excel workbooks: read as the text is, for every kind; a damaged one is refused by its place."""

from __future__ import annotations

import io
import re
import sqlite3
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from scrubber.errors import TableError
from tests.support import official
from tests.support.importing import bring_in, contents, looking
from tests.support.official import SAMPLES, as_workbook, workbook, written, zipped

MUE = "MCR_MUE_PractitionerServices_Eff_04-01-2026"
HEADINGS = ("HCPCS/CPT Code", "Practitioner Services MUE Values", "MUE Adjudication Indicator", "Rationale")


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    return tmp_path / "tables"


def rows_of(folder: Path) -> list[object]:
    """Everything in the tables of a folder, read without the store."""
    rows: list[object] = []
    for path in sorted(folder.glob("*.sqlite")):
        connection = sqlite3.connect(path)
        rows += connection.execute("SELECT * FROM rows ORDER BY 1, 2, 3, 4").fetchall()
        connection.close()
    return rows


@pytest.mark.parametrize(("kind", "delimiter"), [("mue", ","), ("asp", ","), ("hcpcs", ","), ("ptp", "\t")])
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "in a zip"])
def test_a_workbook_says_the_same_as_the_text(
    tables: Path, tmp_path: Path, kind: str, delimiter: str, *, packed: bool
) -> None:
    texts = SAMPLES[kind]
    bring_in(kind, tmp_path / "of text", written(tmp_path / "text", texts), partial=False)
    books = {f"{Path(name).stem}.xlsx": as_workbook(raw, delimiter) for name, raw in texts.items()}
    paths = written(tmp_path / "book", {"all.zip": zipped(books)} if packed else books)
    bring_in(kind, tables, paths, partial=False)
    assert rows_of(tables) == rows_of(tmp_path / "of text") != []


def test_numbers_and_days_are_read_as_written(tables: Path, tmp_path: Path) -> None:
    """Excel keeps a code of digits as a number, and a day as a number with a format."""
    limits = [("Notice", "", "", ""), HEADINGS, (96372, 4.0, "3 Invented"), ("J1885", 8, 2)]
    bring_in("mue", tables, written(tmp_path, {f"{MUE}.xlsx": workbook(limits)}))
    limit = looking(tables).mue("96372", date(2026, 5, 1)).value
    assert limit == ("96372", 4, "3")
    codes = [
        ("HCPC", "SEQNUM", "RECID", "COV", "ADD DT", "TERM DT"),
        ("J1885", 10, 3, "D", date(1996, 1, 1), ""),
        ("Q9995", "0010", "3", "C", 20180701, "20181231"),
    ]
    bring_in("hcpcs", tables, written(tmp_path, {"HCPC2026_OCT.xlsx": workbook(codes)}))
    lookups = looking(tables)
    assert lookups.hcpcs("J1885", date(2026, 10, 1)).value == ("J1885", date(1996, 1, 1), date.max, "D")
    assert lookups.hcpcs("Q9995", date(2018, 7, 1)).value


def test_the_sheet_of_the_kind_is_found(tables: Path, tmp_path: Path) -> None:
    """A sheet of explanations beside the data is left aside; a hidden one is not read."""
    book = workbook([("Read me first",)], [HEADINGS, ("96372", "4", "3 Invented")])
    about, _ = bring_in("mue", tables, written(tmp_path, {f"{MUE}.xlsx": book}))
    assert about.rows == 1


def test_the_text_beside_the_workbook_is_read(tables: Path, tmp_path: Path) -> None:
    """CMS packs the same as text and as workbook: it is imported once, even if the workbook is damaged."""
    both = {f"{MUE}.csv": SAMPLES["mue"][f"{MUE}.csv"], f"{MUE}.xlsx": b"PK damaged"}
    about, _ = bring_in("mue", tables, written(tmp_path, {"both.zip": zipped(both)}), partial=False)
    assert about.rows == 3
    assert about.files == f"both.zip:{MUE}.csv"


def spoilt(change: Callable[[str], str], part: str = "xl/worksheets/sheet1.xml") -> bytes:
    """A workbook of limits, of which one part is changed."""
    rows = [("Notice",), (), HEADINGS, ("96372", "4", "3 Invented"), ("J1885", "8", "2 Invented")]
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(rows))) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            raw = before.read(name)
            if name == part:
                changed = change(raw.decode())
                assert changed != raw.decode()
                raw = changed.encode()
            after.writestr(name, raw)
    return out.getvalue()


def _refused(tables: Path, folder: Path, raw: bytes) -> str:
    bring_in("mue", tables, written(folder, {f"{MUE}.csv": SAMPLES["mue"][f"{MUE}.csv"]}), partial=False)
    before = contents(tables)
    (path,) = written(folder, {f"{MUE}.xlsx": raw})
    with pytest.raises(TableError) as error:
        bring_in("mue", tables, [path])
    assert contents(tables) == before
    message = str(error.value)
    assert message.startswith(str(path))
    return message.removeprefix(str(path))


def test_a_wrong_cell_is_named_by_row_and_column(tables: Path, tmp_path: Path) -> None:
    """The row is the one that Excel shows, blank rows counted."""
    rows = [("Notice",), (), HEADINGS, (), (), ("96372", "four", "3 Invented")]
    assert _refused(tables, tmp_path, workbook(rows)) == ":6: column 2: 'four' is not a number of units"
    rows = [("Notice",), HEADINGS, ("96372", "4", "3 Invented"), ("J1885", "8")]
    expected = ":4: column 3: '' is not an adjudication indicator"
    assert _refused(tables, tmp_path, workbook(rows)) == expected


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (workbook([HEADINGS])[:500], ": not a workbook, or a damaged one"),
        (spoilt(lambda xml: xml[: xml.index('r="B5"')]), ":5: column 1: damaged worksheet: ParseError"),
        (
            spoilt(lambda xml: xml.replace("<v>0</v>", "<v>99</v>")),
            ":1: column 1: damaged worksheet: IndexError",
        ),
        (spoilt(lambda _: "<no", "xl/workbook.xml"), ": damaged workbook: "),
        (spoilt(lambda xml: xml + " " * 5_000_000, "xl/styles.xml"), None),
    ],
    ids=["cut", "sheet cut", "no such text", "no workbook", "stored whole"],
)
def test_damaged_workbooks(tables: Path, tmp_path: Path, raw: bytes, message: str | None) -> None:
    if message is None:  # large, but no larger than what was sent
        bring_in("mue", tables, written(tmp_path, {f"{MUE}.xlsx": raw}))
    else:
        assert _refused(tables, tmp_path, raw).startswith(message)


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "in a zip"])
def test_a_workbook_that_would_fill_the_memory(tables: Path, tmp_path: Path, *, packed: bool) -> None:
    """What unpacks to far more than it takes is refused before it is unpacked."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 5_000_000)
    name, raw = f"{MUE}.xlsx", out.getvalue()
    (path,) = written(tmp_path, {"packed.zip": zipped({name: raw})} if packed else {name: raw})
    with pytest.raises(TableError, match=re.escape("xl/worksheets/sheet1.xml would unpack to 5000000 bytes")):
        bring_in("mue", tables, [path])
    assert not tables.exists()


def test_entities_are_not_expanded(tables: Path, tmp_path: Path) -> None:
    """A workbook that defines texts within texts is refused, not unfolded."""
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    raw = spoilt(lambda xml: xml.replace("<worksheet", bomb + "<worksheet", 1))
    assert _refused(tables, tmp_path, raw) == ": damaged workbook: ValueError"


def test_a_workbook_of_another_kind(tables: Path, tmp_path: Path) -> None:
    """It is refused with what it looks like, as a text is."""
    (path,) = written(tmp_path, {f"{MUE}.xlsx": as_workbook(SAMPLES["mue"][f"{MUE}.csv"])})
    with pytest.raises(TableError, match="this looks like mue"):
        bring_in("asp", tables, [path])
    (path,) = written(tmp_path, {"other.xlsx": official.workbook([("no", "table")])})
    with pytest.raises(TableError, match="expected medically unlikely edits"):
        bring_in("mue", tables, [path])
