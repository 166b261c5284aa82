"""The tables: what they answer by date, how they are stored, the NDC's forms, and the shipped data."""

from __future__ import annotations

import csv
import gzip
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from scrubber import scrub
from scrubber.casetest.workbench import TABLES_FROM
from scrubber.errors import TableError
from scrubber.tables import (
    Answer,
    CoveredDays,
    Lookups,
    Tables,
    VintageName,
    eleven_digits,
    open_tables,
    shipped,
)
from scrubber.tables.drugs import Drug, DrugAmount, Fact
from scrubber.tables.importing import files_of, import_files
from scrubber.tables.official import KINDS
from scrubber.tables.official.release import ImportOptions
from scrubber.tables.store import store, stored, stored_vintages
from scrubber.tables.table import ALWAYS, Table
from scrubber.tables.vintage import TableRow, Vintage, VintageInfo
from tests.support import cases
from tools import build_tables

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "edits" / "tables"
DAY = date(2026, 5, 15)

# --------------------------------------------------------------------------------- the NDC's forms


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("0409-3795-01", "00409379501"),
        ("71336-100-01", "71336010001"),
        ("71336-1003-1", "71336100301"),
        ("71336-1003-01", "71336100301"),
        ("71336100301", "71336100301"),
        (" 71336-1003-01 ", "71336100301"),
        # Ten digits can be three different drugs.
        ("7133610031", ""),
        # Two parts are short.
        ("71336-100-1", ""),
        ("0409-379-01", ""),
        ("0409-3795-1", ""),
        ("409-3795-01", ""),
        ("71336-1003-001", ""),
        ("713361-1003-01", ""),
        ("71336-10033-01", ""),
        ("71336-1003", ""),
        ("71336--1003-01", ""),
        ("71336_1003_01", ""),
        ("7133610030A", ""),
        ("ABCDE-1003-01", ""),
        ("٧١٣٣٦١٠٠٣٠١", ""),  # digits, but not those of ASCII
        ("713361003010", ""),
        ("", ""),
        ("   ", ""),
    ],
)
def test_the_forms_of_an_ndc(written: str, digits: str) -> None:
    """Eleven digits where the hyphens show which part is short; nothing where that is a guess."""
    assert eleven_digits(written) == digits


@given(st.from_regex(r"[0-9]{11}", fullmatch=True), st.sampled_from((0, 1, 2)))
def test_ten_digits_come_back(digits: str, short: int) -> None:
    """An NDC written with ten digits, whichever part has lost its zero, is the same NDC."""
    parts = [digits[:5], digits[5:9], digits[9:]]
    assert eleven_digits("-".join(parts)) == digits
    parts[short] = f"0{parts[short][1:]}"
    shortened = [part[1:] if number == short else part for number, part in enumerate(parts)]
    assert eleven_digits("-".join(shortened)) == "".join(parts)
    assert eleven_digits("".join(shortened)) == ""


@given(st.text(alphabet="0123456789-A ", max_size=16))
def test_an_ndc_is_eleven_digits_or_nothing(written: str) -> None:
    """Whatever is written, the answer has eleven digits, in the order written, or is empty."""
    digits = eleven_digits(written)
    assert re.fullmatch(r"([0-9]{11})?", digits)
    assert not digits or digits.replace("0", "") == re.sub(r"[0\s-]", "", written)


# -------------------------------------------------------------------------- answers, against a model

FIRST = date(2026, 1, 1)
KEYS = ("A", "B", "C")


class Spec(NamedTuple):
    """A vintage in numbers: days are counted from the first."""

    published: int
    history: int
    first: int
    last: int
    complete: bool
    imported: bool
    rows: tuple[tuple[str, int, int], ...]
    """Key, first and last day."""

    def holding(self, key: str, day: int) -> list[tuple[str, int, int]]:
        return [row for row in self.rows if row[0] == key and row[1] <= day <= row[2]]

    def speaks(self, key: str, day: int) -> bool:
        """Whether it says anything of the key for the day: by a row of the key, or because it is whole."""
        if not self.history <= day <= self.last:
            return False
        return any(row[0] == key for row in self.rows) or (self.complete and day >= self.first)

    @property
    def label(self) -> str:
        return f"{self.published}-{'imported' if self.imported else 'shipped'}"


def _day(number: int) -> date:
    return FIRST + timedelta(days=number)


def _vintage(spec: Spec) -> Vintage:
    rows = [
        TableRow(key, _day(first), _day(last), f"{spec.label} {first} {last}")
        for key, first, last in spec.rows
    ]
    about = VintageInfo(
        kind="table",
        program="",
        label=spec.label,
        published=_day(spec.published),
        covers=CoveredDays(_day(spec.first), _day(spec.last)),
        history=_day(spec.history),
        complete=spec.complete,
        rows=len(rows),
        sha256="",
    )
    return Vintage(about, lambda key: [row for row in rows if row.key == key], imported=spec.imported)


@st.composite
def _specs(draw: st.DrawFn) -> Spec:
    history, first, last = sorted(draw(st.tuples(*[st.integers(0, 12)] * 3)))
    if draw(st.booleans()):
        history = first
    rows = draw(
        st.lists(
            st.tuples(st.sampled_from(KEYS), st.integers(0, 14), st.integers(0, 14)), max_size=4, unique=True
        )
    )
    return Spec(
        draw(st.sampled_from((0, 4, 8)) | st.just(first)), history, first, last,
        draw(st.booleans()), draw(st.booleans()), tuple(rows),
    )  # fmt: skip


# A table has one vintage of each label, shipped and imported.
VINTAGES = st.lists(_specs(), max_size=4, unique_by=lambda spec: spec.label)
DAYS = st.integers(-1, 14)


def _in_force(specs: Iterable[Spec], day: int) -> Spec:
    """Of several, the one that was the latest on the day, or else the one that came first after it."""
    specs = list(specs)
    past = [spec.published for spec in specs if spec.published <= day]
    chosen = max(past) if past else min(spec.published for spec in specs)
    same = [spec for spec in specs if spec.published == chosen]
    return max(same, key=lambda spec: (spec.complete, spec.imported))


def _values(spec: Spec, rows: Iterable[tuple[str, int, int]]) -> set[str]:
    return {f"{spec.label} {first} {last}" for _, first, last in rows}


def _said(answer: Answer[str]) -> tuple[str, set[str], str]:
    """Covered or carried over or not, by which records, of which vintage."""
    how = "uncovered" if answer.uncovered else "carried over" if answer.carried_over else "covered"
    return how, set(answer.records), answer.vintage.vintage if answer.vintage else ""


def _expected(specs: list[Spec], key: str, day: int, carrying: Carrying) -> tuple[str, set[str], str]:
    """The same by the definition: who speaks for the day; failing that, what the last list left behind."""
    speaking = [spec for spec in specs if spec.speaks(key, day)]
    if speaking:
        spec = _in_force(speaking, day)
        return "covered", _values(spec, spec.holding(key, day)), spec.label
    past = sorted(
        (spec for spec in specs if spec.last < day),
        key=lambda spec: (-spec.last, -spec.complete, -spec.published, -spec.imported),
    )
    listing = [spec for spec in past if any(row[0] == key for row in spec.rows)]
    if listing:
        last = listing[0]
        later = past[: past.index(last)]
        held = last.holding(key, day)
        if not held:
            return "covered", set(), last.label
        begun = any(spec.complete and (spec in later or spec.history <= day <= spec.last) for spec in specs)
        if day <= last.last + carrying.days and (carrying.dropped or not begun):
            return "carried over", _values(last, held), last.label
    return "uncovered", set(), ""


class Carrying(NamedTuple):
    """For how many days a list counts on, and whether what a newer list dropped does."""

    days: int = 0
    dropped: bool = False


CARRYING = st.builds(Carrying, st.sampled_from((0, 2, 1_000)), st.booleans())


def _table(specs: Iterable[Spec], carrying: Carrying = Carrying()) -> Table[str]:  # noqa: B008 - immutable
    return Table(
        "table",
        [_vintage(spec) for spec in specs],
        lambda row: row.value,
        carries_over=ALWAYS if carrying.days == 1_000 else timedelta(carrying.days),
        keeps_dropped=carrying.dropped,
    )


@settings(max_examples=400)
@given(VINTAGES, st.sampled_from(KEYS), DAYS, CARRYING)
def test_answers_are_those_of_the_model(specs: list[Spec], key: str, day: int, carrying: Carrying) -> None:
    """A table answers what its definition says, whatever vintages it has."""
    assert _said(_table(specs, carrying).on(key, _day(day))) == _expected(specs, key, day, carrying)


@given(VINTAGES, st.sampled_from(KEYS), DAYS, CARRYING)
def test_what_an_answer_rests_on(specs: list[Spec], key: str, day: int, carrying: Carrying) -> None:
    """Absent needs a whole list of the day or a row of the key; where there is either, it is covered."""
    answer = _table(specs, carrying).on(key, _day(day))
    whole = any(spec.complete and spec.first <= day <= spec.last for spec in specs)
    listed = any(row[0] == key for spec in specs for row in spec.rows if spec.history <= day)
    if answer.is_absent:
        assert whole or listed
    if whole or any(spec.speaks(key, day) for spec in specs):
        assert not answer.uncovered
        assert not answer.carried_over
    if answer.uncovered:
        assert answer.records == ()
        assert answer.vintage is None
    if answer.records and not answer.carried_over:
        (spec,) = [spec for spec in specs if answer.vintage and spec.label == answer.vintage.vintage]
        assert spec.history <= day <= spec.last
    if not carrying.days:
        assert not answer.carried_over


@given(VINTAGES.flatmap(lambda specs: st.tuples(st.just(specs), st.permutations(specs))), DAYS, CARRYING)
def test_the_order_of_vintages_does_not_matter(
    pair: tuple[list[Spec], list[Spec]], day: int, carrying: Carrying
) -> None:
    """However the vintages are found on the disk, the answers are the same, to the last record."""
    one, other = (_table(specs, carrying) for specs in pair)
    assert [one.on(key, _day(day)) for key in KEYS] == [other.on(key, _day(day)) for key in KEYS]


@given(VINTAGES, st.lists(st.tuples(st.sampled_from(KEYS), DAYS), max_size=8))
def test_what_was_asked_before_does_not_matter(specs: list[Spec], questions: list[tuple[str, int]]) -> None:
    """A table that has answered already answers as a new one does."""
    table = _table(specs)
    for key, day in questions * 2:
        assert table.on(key, _day(day)) == _table(specs).on(key, _day(day))


def _spec(published: int, *, complete: bool = True, imported: bool = True) -> Spec:
    return Spec(published, 0, 0, 12, complete, imported, (("A", 0, 12),))


@pytest.mark.parametrize(
    ("specs", "label"),
    [
        ([_spec(0), _spec(3)], "3-imported"),
        ([_spec(0), _spec(5)], "5-imported"),
        # What was in force on the day comes before what came after, however soon.
        ([_spec(0), _spec(6)], "0-imported"),
        ([_spec(6), _spec(8)], "6-imported"),
        ([_spec(3, imported=False), _spec(3)], "3-imported"),
        ([_spec(3, imported=False), _spec(3, complete=False)], "3-shipped"),
        ([_spec(4, complete=False), _spec(3)], "4-imported"),
    ],
)
def test_which_vintage_answers(specs: list[Spec], label: str) -> None:
    """The latest of the day; of the same day a whole one, then an imported one, in any order."""
    for vintages in (specs, specs[::-1]):
        answer = _table(vintages).on("A", _day(5))
        assert answer.vintage
        assert answer.vintage.vintage == label


def test_a_question_does_not_keep_a_claim() -> None:
    """What is remembered of a question is a plain text, not a field with its claim behind it."""

    class Field(str):
        __slots__ = ("claim",)

    table = _table([_spec(0)])
    assert table.on(Field("A"), FIRST).records
    assert [type(key) for key, _ in table._answers] == [str]
    assert [type(key) for key in table.vintages[0]._known] == [str]


def test_no_vintage_at_all() -> None:
    """A table without data says so."""
    assert _table([]).on("A", FIRST).uncovered == "table table not imported"


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """More questions than are remembered are answered rightly, and not all are kept."""
    monkeypatch.setattr("scrubber.tables.table._REMEMBERED", 3)
    monkeypatch.setattr(Vintage, "_REMEMBERED", 3)
    spec = Spec(0, 0, 0, 9, complete=True, imported=False, rows=tuple((f"K{n}", 0, 9) for n in range(20)))
    table = _table([spec])
    assert all(table.on(f"K{number}", FIRST).records for number in range(20))
    assert len(table._answers) <= 3
    assert len(table.vintages[0]._known) <= 3


def test_lookups_keep_account() -> None:
    """What was not covered is noted once each and taken once; which vintages answered is noted, too."""
    lookups = Lookups(Tables([_limits(_about())]))
    assert lookups.mue("96372", DAY).value
    assert lookups.uncovered == []
    name = VintageName("mue-medicare", "2026-04-01", "0" * 64)
    assert lookups.used == {name}
    answer = lookups.mue("96372", date(2028, 1, 1))
    other = lookups.ptp("96372", "99211", DAY)
    assert lookups.take_uncovered() == [answer.uncovered, other.uncovered]
    assert lookups.take_uncovered() == []
    assert lookups.used == {name}


def _about(**changes: object) -> VintageInfo:
    about = VintageInfo(
        kind="mue",
        program="medicare",
        label="2026-04-01",
        published=date(2026, 4, 1),
        covers=CoveredDays(date(2026, 4, 1), date(2026, 6, 30)),
        history=date(2026, 4, 1),
        complete=True,
        rows=1,
        sha256="0" * 64,
        published_by="nobody",
        files="a.csv",
    )
    return replace(about, **changes)


def _limits(about: VintageInfo) -> Vintage:
    row = TableRow("96372", date.min, date.max, "4 3")
    return Vintage(about, lambda key: [row] if key == row.key else [], imported=True)


# ------------------------------------------------------------------------------- what is carried over

YEAR_END, NEW_YEAR = date(2026, 9, 30), date(2026, 10, 1)


def _diagnoses(label: str, first: date, last: date, *codes: str, complete: bool = True) -> Vintage:
    rows = {code: [TableRow(code, date.min, date.max, "1")] for code in codes}
    about = _about(
        kind="icd10cm", program="", label=label, published=first, history=first,
        covers=CoveredDays(first, last), complete=complete,
    )  # fmt: skip
    return Vintage(about, lambda key: rows.get(key, []), imported=True)


def test_the_year_of_diagnoses_carries_over() -> None:
    """After its year the last list still says what is known, but not what is unknown."""
    year = date(2025, 10, 1)
    codes = {"M5450": "1", "M545": "0"}
    rows = {code: [TableRow(code, date.min, date.max, value)] for code, value in codes.items()}
    about = _about(kind="icd10cm", program="", history=year, covers=CoveredDays(year, YEAR_END))
    lookups = Lookups(Tables([Vintage(about, lambda key: rows.get(key, []), imported=False)]))
    known = lookups.icd10cm("M5450", YEAR_END)
    assert known.value
    assert known.carried_over == ""
    header = lookups.icd10cm("M545", YEAR_END).value
    assert header
    assert (known.value.billable, header.billable) == (True, False)
    carried = lookups.icd10cm("M5450", NEW_YEAR)
    assert carried.value == known.value
    assert carried.carried_over == (
        "no ICD-10-CM code list for services of 2026-10-01 to 2027-09-30: get "
        "icd10cm_order_2027.txt, in “2027 Code Descriptions in Tabular Order” (CMS: ICD-10, ICD-10-CM "
        "files), then run `scrubber tables import icd10cm FILE`"
    )
    assert carried.vintage == known.vintage
    assert lookups.uncovered == []
    assert lookups.icd10cm("M5499", YEAR_END).is_absent
    assert lookups.icd10cm("M5499", NEW_YEAR).uncovered == carried.carried_over
    # Before the year nothing is known at all.
    assert lookups.icd10cm("M5450", date(2025, 9, 30)).uncovered


def test_a_new_year_answers_for_itself() -> None:
    """With the next year's list nothing is carried over: a code that it dropped is absent."""
    last_year = _diagnoses("FY2026", date(2025, 10, 1), YEAR_END, "M5450", "M5451")
    next_year = _diagnoses("FY2027", NEW_YEAR, date(2027, 9, 30), "M5450", "M5499")
    lookups = Lookups(Tables([last_year, next_year]))
    for code, before, after in (("M5450", True, True), ("M5499", False, True), ("M5451", True, False)):
        for day, known in ((YEAR_END, before), (NEW_YEAR, after)):
            answer = lookups.icd10cm(code, day)
            assert bool(answer.records) == known
            assert not answer.carried_over
            assert not answer.uncovered


def test_a_part_of_the_new_year_does_not_end_carrying_over() -> None:
    """What a part of the next year's list lacks is as it was: a part says of nothing that it is gone."""
    old = _diagnoses("FY2026", date(2025, 10, 1), YEAR_END, "M5450")
    new = _diagnoses("FY2027", NEW_YEAR, date(2027, 9, 30), "Z0001", complete=False)
    answer = Lookups(Tables([old, new])).icd10cm("M5450", NEW_YEAR)
    assert answer.carried_over.startswith(
        "only a part of the ICD-10-CM code list is loaded for services of 2026-"
    )
    assert [record.code for record in answer.records] == ["M5450"]


def test_the_latest_list_of_a_year_is_carried_over() -> None:
    """Of two lists that end together, the one that was published last speaks for later days."""
    october = _diagnoses("FY2026", date(2025, 10, 1), YEAR_END, "M5450", "M5451")
    april = _diagnoses("FY2026-April", date(2026, 4, 1), YEAR_END, "M5450", "U0999")
    for vintages in ([october, april], [april, october]):
        lookups = Lookups(Tables(vintages))
        for day in (YEAR_END, NEW_YEAR):
            assert lookups.icd10cm("U0999", day).records
            assert not lookups.icd10cm("M5451", day).records


def test_a_limit_carries_over_for_a_year() -> None:
    """A limit of a past quarter counts on for a year; then it is only shown."""
    lookups = Lookups(Tables([_limits(_about())]))
    within = lookups.mue("96372", date(2027, 6, 30))
    assert within.carried_over
    assert [limit.limit for limit in within.records] == [4]
    answer = lookups.mue("96372", date(2027, 7, 1))
    assert answer.uncovered
    assert [limit.limit for limit in answer.elsewhen] == [4]


@pytest.mark.parametrize("code", ["", "m5450", "M54.50", "5450", "M5", "M5450000", "Ä545"])
def test_what_is_no_diagnosis_is_not_asked(code: str) -> None:
    """A text that cannot be a diagnosis is not called unknown: its form is another edit's matter."""
    answer = Lookups(open_tables(SHIPPED)).icd10cm(code, DAY)
    assert answer.uncovered == "ICD-10-CM code list does not list codes in this format"


# -------------------------------------------------------------------------------------- the storage


def _rows(count: int, value: str = "1 2") -> Iterator[TableRow]:
    return (TableRow(f"K{number:05}", date.min, date.max, value) for number in range(count))


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _limit(folder: Path, key: str) -> int:
    limit = Lookups(Tables(stored_vintages(folder))).mue(key, DAY).value
    assert limit
    return limit.limit


def test_rows_come_back(tmp_path: Path) -> None:
    """Rows are stored with their days and texts, rows that are the same once; the rest is `VintageInfo`."""
    rows = [
        TableRow("A", date.min, date.max, "µ 'one' \"two\""),
        TableRow("A", date(2026, 1, 1), date(2026, 1, 31), "x"),
        TableRow("A", date(2026, 1, 1), date(2026, 1, 31), "x"),
        TableRow("A", date(2026, 1, 1), date(2026, 2, 28), "x"),
        TableRow("B", date(1996, 1, 1), date(1995, 12, 31), ""),
    ]
    done = store(tmp_path, _about(complete=False), rows, 4, partial=None)
    assert done == _about(complete=True, rows=4)
    (vintage,) = stored_vintages(tmp_path)
    assert vintage.about == done
    assert set(vintage.rows("A")) == {rows[0], rows[1], rows[3]}
    assert vintage.rows("B") == (rows[4],)
    assert vintage.rows("C") == ()


class Killed(BaseException):
    """Neither an Exception nor one that the program knows."""


def _failing(rows: Iterable[TableRow], error: BaseException) -> Iterator[TableRow]:
    yield from rows
    raise error


@pytest.mark.parametrize("error", [TableError("a"), OSError("a"), KeyboardInterrupt(), Killed()])
def test_an_import_that_fails_changes_nothing(tmp_path: Path, error: BaseException) -> None:
    """Whatever ends it after many rows, the table is as it was and nothing is left beside it."""
    store(tmp_path, _about(), _rows(10), 1, partial=None)
    before = _contents(tmp_path)
    with pytest.raises(type(error)):
        store(tmp_path, _about(), _failing(_rows(60_000), error), 1, partial=None)
    assert _contents(tmp_path) == before


@pytest.mark.parametrize("call", ["os.fsync", "pathlib.Path.replace"])
def test_a_disk_that_fails_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """Where the new file cannot be written through or renamed, the old one stays."""
    store(tmp_path, _about(), _rows(10), 1, partial=None)
    before = _contents(tmp_path)

    def fail(*_: object) -> None:
        raise OSError(5, "the disk is at fault")

    monkeypatch.setattr(call, fail)
    with pytest.raises(OSError, match="the disk is at fault"):
        store(tmp_path, _about(), _rows(20), 1, partial=None)
    monkeypatch.undo()
    assert _contents(tmp_path) == before


def test_a_folder_that_cannot_be_synced_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is in force before its folder is synced: to fail then would be a lie."""
    real, calls = os.fsync, []

    def first_only(handle: int) -> None:
        calls.append(handle)
        if len(calls) > 1:
            raise OSError(22, "not for folders")
        real(handle)

    monkeypatch.setattr("os.fsync", first_only)
    assert store(tmp_path, _about(), _rows(3), 1, partial=None).rows == 3
    assert len(stored(tmp_path)) == 1


def test_the_new_file_is_on_the_disk_before_it_has_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut must not leave a name with nothing behind it: sync, rename, sync the folder."""
    steps: list[str] = []
    sync, rename = os.fsync, Path.replace

    def synced(handle: int) -> None:
        steps.append("folder" if os.path.isdir(f"/proc/self/fd/{handle}") else "file")  # noqa: PTH112 - a handle
        sync(handle)

    def renamed(self: Path, target: Path) -> Path:
        steps.append("rename")
        return rename(self, target)

    monkeypatch.setattr("os.fsync", synced)
    monkeypatch.setattr("pathlib.Path.replace", renamed)
    store(tmp_path, _about(), _rows(3), 1, partial=None)
    assert [step for step in steps if step != "folder"] == ["file", "rename"]


_KILLED_MIDWAY = """
import os, signal, sys
from datetime import date
from pathlib import Path
from scrubber.tables.answer import CoveredDays
from scrubber.tables.store import store
from scrubber.tables.vintage import TableRow, VintageInfo

def rows():
    for number in range(120_000):
        yield TableRow(f"K{number:06}", date.min, date.max, "9 9")
    os.kill(os.getpid(), signal.SIGKILL)

day = date(2026, 4, 1)
days = CoveredDays(day, date(2026, 6, 30))
about = VintageInfo("mue", "medicare", "2026-04-01", day, days, day, True, 0, "")
store(Path(sys.argv[1]), about, rows(), 1, partial=None)
"""


@pytest.mark.skipif(os.name != "posix", reason="needs signals")
def test_a_killed_import_leaves_the_tables(tmp_path: Path) -> None:
    """A process killed in the middle leaves its table as it was; what it left over goes when it is old."""
    store(tmp_path, _about(), _rows(10, "4 3"), 1, partial=None)
    before = _contents(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", _KILLED_MIDWAY, str(tmp_path)], cwd=ROOT, check=False, capture_output=True
    )
    assert done.returncode == -signal.SIGKILL
    after = _contents(tmp_path)
    (left,) = after.keys() - before.keys()
    assert left.endswith(".part")
    assert {name: after[name] for name in before} == before
    assert _limit(tmp_path, "K00003") == 4

    # Another import may still be running: only what is more than a day old goes.
    store(tmp_path, _about(label="other"), _rows(1), 1, partial=None)
    assert (tmp_path / left).exists()
    two_days_ago = (tmp_path / left).stat().st_mtime - 2 * 86_400
    os.utime(tmp_path / left, (two_days_ago, two_days_ago))
    store(tmp_path, _about(label="other"), _rows(1), 1, partial=None)
    assert not (tmp_path / left).exists()


def test_who_has_it_open_reads_on(tmp_path: Path) -> None:
    """An import is not seen by those who have the tables open, not even for keys never asked before."""
    store(tmp_path, _about(), _rows(5_000, "4 3"), 1, partial=None)
    old = Lookups(open_tables(SHIPPED, tmp_path))
    store(tmp_path, _about(sha256="1" * 64), _rows(100, "7 2"), 1, partial=None)
    new = Lookups(open_tables(SHIPPED, tmp_path))
    for key in ("K00000", "K00050", "K04999"):
        limit = old.mue(key, DAY).value
        assert limit
        assert (limit.limit, limit.indicator) == (4, "3")
    limit = new.mue("K00050", DAY).value
    assert limit
    assert (limit.limit, limit.indicator) == (7, "2")
    assert new.mue("K04999", DAY).is_absent
    assert {name.sha256[0] for name in old.used} == {"0"}
    assert {name.sha256[0] for name in new.used} == {"1"}


def test_a_removed_table_is_read_on(tmp_path: Path) -> None:
    """Whoever has a vintage open goes on reading it after its file has been removed."""
    store(tmp_path, _about(), _rows(5_000, "4 3"), 1, partial=None)
    old = Lookups(Tables(stored_vintages(tmp_path)))
    (entry,) = stored(tmp_path)
    entry.path.unlink()
    assert old.mue("K04999", DAY).value
    assert stored_vintages(tmp_path) == []


def _overwrite(path: Path, raw: bytes) -> None:
    path.write_bytes(raw)


def _foreign(path: Path) -> None:
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE rows (key TEXT)")
    connection.commit()
    connection.close()


def _with(statement: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        connection = sqlite3.connect(path)
        connection.execute(statement)
        connection.commit()
        connection.close()

    return change


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _nowhere(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.parent / "nothing")


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda path: _overwrite(path, b""), id="empty"),
        pytest.param(lambda path: _overwrite(path, b"no database\n" * 999), id="text"),
        pytest.param(lambda path: _overwrite(path, path.read_bytes()[:100]), id="header only"),
        pytest.param(lambda path: _overwrite(path, bytes(100) + path.read_bytes()[100:]), id="no header"),
        pytest.param(_foreign, id="another program's"),
        pytest.param(_with("PRAGMA user_version = 99"), id="another version"),
        pytest.param(_with("PRAGMA application_id = 1"), id="another application"),
        pytest.param(_with("DROP TABLE about"), id="nothing about it"),
        pytest.param(_with("DELETE FROM about WHERE name = 'sha256'"), id="less about it"),
        pytest.param(_with("UPDATE about SET value = 'soon' WHERE name = 'published'"), id="no date"),
        pytest.param(_folder, id="a folder"),
        pytest.param(_nowhere, id="a link to nothing"),
    ],
)
def test_a_file_that_is_no_table(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    """What cannot be opened as a table is named; the tables are not opened without it."""
    store(tmp_path, _about(label="good"), _rows(3), 1, partial=None)
    store(tmp_path, _about(), _rows(3), 1, partial=None)
    path = tmp_path / "mue-medicare.2026-04-01.sqlite"
    damage(path)
    for opening in (stored_vintages, stored, lambda folder: open_tables(SHIPPED, folder)):
        with pytest.raises(TableError) as error:
            opening(tmp_path)
        assert str(error.value).startswith(f"{path}: ")
        assert "import it again" in str(error.value)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(
            lambda path: _overwrite(path, path.read_bytes()[: len(path.read_bytes()) // 2]), id="cut"
        ),
        pytest.param(_with("DROP TABLE rows"), id="no rows"),
        pytest.param(_with("UPDATE rows SET first = 0"), id="no such day"),
        pytest.param(_with("UPDATE rows SET last = 1 << 60"), id="a day beyond all"),
        pytest.param(_with("UPDATE rows SET last = 'x'"), id="a day that is a text"),
    ],
)
def test_a_table_that_turns_out_damaged(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    """Damage that shows only when a key is asked for is named, too, not taken for an answer."""
    store(tmp_path, _about(), _rows(5_000), 1, partial=None)
    (path,) = tmp_path.iterdir()
    damage(path)

    def ask() -> None:
        lookups = Lookups(Tables(stored_vintages(tmp_path)))
        for number in range(5_000):
            assert lookups.mue(f"K{number:05}", DAY).value

    with pytest.raises(TableError) as error:
        ask()
    assert str(error.value).startswith(f"{path}: damaged")


def test_what_else_is_in_the_folder(tmp_path: Path) -> None:
    """Other files, hidden ones and unfinished imports are not looked at."""
    store(tmp_path, _about(), _rows(3), 1, partial=None)
    for name in ("notes.txt", ".hidden.sqlite", ".importing-x.part", "table.sqlite-journal"):
        (tmp_path / name).write_bytes(b"anything")
    assert [entry.about.label for entry in stored(tmp_path)] == ["2026-04-01"]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """A folder that is named must be there; that of the user's data directory need not be."""
    missing = tmp_path / "missing"
    with pytest.raises(TableError, match=re.escape(f"{missing}: tables folder not found")):
        open_tables(SHIPPED, missing)
    assert open_tables(SHIPPED).vintages
    with pytest.raises(TableError, match=re.escape(f"{missing / 'tables.toml'}: cannot be used")):
        open_tables(missing)


# --------------------------------------------------------------------------------- the shipped data


def _cells(name: str) -> list[dict[str, str]]:
    with (SHIPPED / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


CSVS = sorted(path.name for path in SHIPPED.glob("*.csv"))
FACTS = {
    "added", "administration", "administration_never", "administration_route_modifier", "container",
    "diagnosis", "discarded_drug_modifier", "female_only", "label_units", "name", "predecessor", "route",
    "route_never", "self_administered", "successor", "terminated", "unit", "unit_up_to", "usual_dose",
}  # fmt: skip
ROUTES = {"IM", "SC", "IV", "IA", "IL", "ID", "ST", "IT", "IDT", "IMP"}
CHOICES = {
    "administration_route_modifier": {"no", "likely", "required"},
    "container": {"single-dose", "multi-dose", "mixed"},
    "discarded_drug_modifier": {"by container", "no"},
    "female_only": {"yes"},
    "self_administered": {"yes", "no", "by form"},
}


def test_the_manifest_is_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts and hashes in tables.toml and README.md are those of the files."""
    monkeypatch.setattr(sys, "argv", ["build_tables.py", "--check"])
    assert build_tables.main() == 0


def test_a_stale_manifest_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A changed file makes the check fail until the manifest is refreshed; the check writes nothing."""
    folder = tmp_path / "tables"
    shutil.copytree(SHIPPED, folder)
    monkeypatch.setattr(build_tables, "FOLDER", folder)
    with (folder / "states.csv").open("a", encoding="utf-8") as stream:
        stream.write("ZZ,Invented,,\n")
    before = _contents(folder)
    for arguments, status in ((["--check"], 1), ([], 0), (["--check"], 0)):
        monkeypatch.setattr(sys, "argv", ["build_tables.py", *arguments])
        assert build_tables.main() == status
        if status:
            assert _contents(folder) == before
    manifest = tomllib.loads((folder / "tables.toml").read_text(encoding="utf-8"))
    (states,) = [table for table in manifest["table"] if table["kind"] == "states"]
    assert states["rows"] == len(_cells("states.csv")) + 1


def test_every_file_is_in_the_manifest() -> None:
    """Nothing is shipped that the manifest does not list, and every table can be read."""
    manifest = tomllib.loads((SHIPPED / "tables.toml").read_text(encoding="utf-8"))
    listed = {name for table in manifest["table"] for name in table["files"]}
    assert listed == {path.name for path in SHIPPED.iterdir()} - {
        "tables.toml",
        "README.md",
        "procedures.toml",
    }
    for vintage in open_tables(SHIPPED).vintages:
        assert vintage.rows("nothing of this key") == ()


def test_lines_are_found_in_sorted_text(tmp_path: Path) -> None:
    """Each key, and each beginning of keys, and nothing else, however many there are."""
    path = tmp_path / "lines.txt.gz"
    for count in range(12):
        keys = sorted({f"{at * 37 % 101:03d}"[: 1 + at % 3] for at in range(count)})
        path.write_bytes(gzip.compress("".join(f"{key}\t\t\t1\n" for key in keys).encode()))
        lines = shipped._Lines(path)
        for sought in {*keys, "0", "00", "000", "05", "10", "37", "99", "999", "~"}:
            exact = [row.key for row in lines.beginning_with(f"{sought}\t")]
            assert exact == [key for key in keys if key == sought]
            begun = [row.key for row in lines.beginning_with(sought)]
            assert begun == [key for key in keys if key.startswith(sought)]


def _shipped_lines(name: str) -> list[str]:
    return gzip.decompress((SHIPPED / name).read_bytes()).decode("ascii").splitlines()


@pytest.mark.parametrize("name", sorted(path.name for path in SHIPPED.glob("*.txt.gz")))
def test_compressed_tables_are_sorted_and_found(name: str) -> None:
    """They are searched as they are; days are real and in order."""
    lines = _shipped_lines(name)
    assert lines == sorted(set(lines))
    found = shipped._Lines(SHIPPED / name)
    for line in (*lines[:50], *lines[::997], *lines[-50:]):
        key, *_ = line.split("\t")
        rows = list(found.beginning_with(f"{key}\t"))
        assert len(rows) == sum(other.startswith(f"{key}\t") for other in lines)
        assert all(row.first <= row.last for row in rows)


@pytest.mark.parametrize(
    ("day", "count"),
    [
        (date(2015, 10, 1), 69_823), (date(2016, 10, 1), 71_486), (date(2017, 10, 1), 71_704),
        (date(2018, 10, 1), 71_932), (date(2019, 10, 1), 72_184), (date(2020, 10, 1), 72_616),
        (date(2021, 10, 1), 72_748), (date(2022, 10, 1), 73_639), (date(2023, 4, 1), 73_674),
        (date(2023, 10, 1), 74_044), (date(2024, 10, 1), 74_260), (date(2025, 10, 1), 74_719),
        (date(2026, 10, 1), 74_879),
    ],
)  # fmt: skip
def test_the_diagnoses_of_each_year_are_all_there(day: date, count: int) -> None:
    """As many billable codes as CMS counts, each once, and none of them is the header of another."""
    billable = sorted(_billable(day))
    assert len(billable) == len(set(billable)) == count
    assert all(re.fullmatch(r"[A-Z][0-9A-Z]{2,6}", code) for code in billable)
    above = {code[:length] for code in billable for length in range(3, len(code))}
    assert not above.intersection(billable)


@pytest.mark.parametrize(
    ("code", "day", "billable"),
    [
        ("M545", date(2021, 9, 30), True), ("M545", date(2021, 10, 1), False),
        ("M5450", date(2021, 9, 30), None), ("M5450", date(2021, 10, 1), True),
        ("R51", date(2020, 9, 30), True), ("U071", date(2020, 3, 31), None), ("U071", date(2020, 4, 1), True),
        ("Z28310", date(2022, 4, 1), True), ("Z28310", date(2022, 3, 31), None),
        ("I21A1", date(2017, 10, 1), True), ("G35", date(2025, 9, 30), True),
        ("G35", date(2025, 10, 1), False),
        ("D691", date(2026, 9, 30), True), ("D691", date(2026, 10, 1), False),
        ("C7831", date(2026, 10, 1), True), ("E538", date(2016, 1, 1), True),
    ],
)  # fmt: skip
def test_a_diagnosis_by_day(code: str, day: date, billable: bool | None) -> None:
    """Codes that came, ended and became headers, by the announcements of CMS; ``None`` is absent."""
    answer = Lookups(open_tables(SHIPPED)).icd10cm(code, day)
    assert not answer.uncovered
    assert (answer.value.billable if answer.value else None) == billable


@pytest.mark.parametrize("name", CSVS)
def test_shipped_cells(name: str) -> None:
    """No row twice, no blank around a cell, days in ISO and in order, known words for confidence."""
    rows = _cells(name)
    assert rows
    assert max(Counter(tuple(row.items()) for row in rows).values()) == 1
    for row in rows:
        assert None not in row
        assert None not in row.values()
        assert all(cell == cell.strip() for cell in row.values())
        days = [date.fromisoformat(row[key]) for key in ("from", "to") if row.get(key)]
        assert [day.isoformat() for day in days] == [row[key] for key in ("from", "to") if row.get(key)]
        assert days == sorted(days)
        assert row.get("confidence", "high") in ("high", "medium", "low")


@pytest.mark.parametrize(
    "name",
    [
        "ended.csv",
        "modifiers.csv",
        "places.csv",
        "states.csv",
        "unclassified.csv",
        *(n for n in CSVS if "mue" in n),
    ],
)
def test_each_code_once(name: str) -> None:
    """A list has each code once, in order, in the form of its kind."""
    codes = [row["code"] for row in _cells(name)]
    assert codes == sorted(set(codes))
    form = {"modifiers.csv": "[0-9A-Z]{1,2}", "places.csv": "[0-9]{2}", "states.csv": "[A-Z]{2}"}
    assert all(re.fullmatch(form.get(name, "[0-9A-Z]{5}"), code) for code in codes)


@pytest.mark.parametrize("name", [name for name in CSVS if "mue" in name])
def test_shipped_limits(name: str) -> None:
    """Limits are whole numbers; Medicare's have an indicator, Medicaid's have none."""
    for row in _cells(name):
        assert re.fullmatch(r"0|[1-9][0-9]{0,4}", row["limit"])
        assert row["mai"] in (("",) if "medicaid" in name else ("1", "2", "3"))


def test_shipped_facts() -> None:
    """140 drugs, each fact with a known name and a value of its kind, from a source that is described."""
    rows = _cells("drugs.csv")
    assert len({row["code"] for row in rows}) == 140
    assert {row["fact"] for row in rows} == FACTS
    assert all(re.fullmatch(r"[A-Z][0-9]{4}|90[0-9]{3}", row["code"]) for row in rows)
    sources = tomllib.loads((ROOT / "edits" / "sources.toml").read_text(encoding="utf-8"))
    wrong = []
    for row in rows:
        fact, value = row["fact"], row["value"]
        good = bool(value)
        if fact in ("route", "route_never"):
            good = value in ROUTES
        elif fact in ("added", "terminated"):
            good = date.fromisoformat(value).isoformat() == value
        elif fact in ("successor", "predecessor"):
            good = bool(re.fullmatch(r"[A-Z][0-9]{4}", value))
        elif fact in CHOICES:
            good = value in CHOICES[fact]
        elif fact == "label_units":
            good = bool(re.fullmatch(r"[0-9]+(\.[0-9]+)?", value))
        elif fact == "diagnosis":
            good = bool(re.fullmatch(r"[A-Z][0-9][0-9A-Z]{1,5}-?", value))
        of_package = fact == "container" and re.fullmatch(r"[0-9]{11}", row["when"])
        good = good and bool(of_package or set(row["when"].split()) <= ROUTES | {"FP"})
        good = good and all(source in sources for source in row["source"].split(";") if source)
        if not good:
            wrong.append(row)
    assert wrong == []


def test_a_fact_without_source_is_nobodys_word() -> None:
    """What no source says is of low confidence or at most medium, never high, and says what it is."""
    unsourced = [row for row in _cells("drugs.csv") if not row["source"]]
    assert unsourced
    assert [row for row in unsourced if row["confidence"] == "high"] == []
    assert [row for row in unsourced if not row["note"].startswith("trade knowledge")] == []


def test_usual_doses_are_in_the_unit_of_the_code() -> None:
    """A range, or one dose, of at least 60 drugs; none is cited, so that none can reject."""
    rows = _cells("drugs.csv")
    units = {row["code"]: row["value"] for row in rows if row["fact"] in ("unit", "unit_up_to")}
    doses = [row for row in rows if row["fact"] == "usual_dose"]
    assert len({row["code"] for row in doses}) == len(doses) >= 60
    for row in doses:
        match = re.fullmatch(r"([0-9.]+)(?:-([0-9.]+))? (\S+)", row["value"])
        assert match
        assert Decimal(match[1]) < Decimal(match[2] or "Infinity")
        assert units[row["code"]].split()[-1] == match[3]
        assert (row["source"], row["confidence"]) == ("", "low")


def test_listings_have_every_priced_drug() -> None:
    """Each code of the shipped ASP lists has its unit; what old labels say is never sure."""
    rows = _cells("drug_listings.csv")
    priced = {
        line.split("\t")[3].split("|")[0] for line in (*_shipped_lines("asp-2025-10-01.txt.gz"),
        *_shipped_lines("asp-2026-01-01.txt.gz"))
    }  # fmt: skip
    assert {row["code"] for row in rows if row["fact"] == "unit"} == {row["code"] for row in rows} == priced
    sources = tomllib.loads((ROOT / "edits" / "sources.toml").read_text(encoding="utf-8"))
    assert all(source in sources for row in rows for source in row["source"].split(";"))
    shipped_table = Lookups(open_tables(SHIPPED))
    for code in ("J9395", "J1885", "J0585"):
        listed = shipped_table.drug_listing(code, DAY).value
        assert listed
        assert listed.routes
        assert not listed.sure_routes
        assert not listed.container()
    assert not {row["fact"] for row in rows if row["confidence"] == "low"} - {"route", "container"}
    assert {row["fact"] for row in rows} <= FACTS
    # Both directions are stated: J2545 was replaced by J2516 in 2026.
    assert [(row["code"], row["value"]) for row in rows if row["fact"] in ("successor", "predecessor")] == [
        ("J2516", "J2545"),
        ("J2545", "J2516"),
    ]


def test_drugs_are_read() -> None:
    """The shipped table gives a drug with its unit, routes and days; an unknown code is unchecked."""
    lookups = Lookups(open_tables(SHIPPED))
    rows = _cells("drugs.csv")
    for code in {row["code"] for row in rows}:
        drug = lookups.drug(code, DAY).value
        assert drug
        own = [row for row in rows if row["code"] == code]
        assert [fact.value for fact in drug.facts] == [row["value"] for row in own]
        assert drug.routes == {row["value"] for row in own if row["fact"] == "route"}
        assert len([row for row in own if row["fact"] in ("unit", "unit_up_to")]) <= 1
        if any(row["fact"] == "unit_up_to" for row in own):
            assert drug.is_up_to
            assert drug.unit
    ketorolac = lookups.drug("J1885", DAY).value
    assert ketorolac
    assert ketorolac.unit == DrugAmount(Decimal(15), "mg")
    assert lookups.drug("J0000", DAY).uncovered


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("250 mg", ("250", "mg")),
        ("0.1 mg", ("0.1", "mg")),
        ("1,000 IU", ("1000", "IU")),
        ("3 mg + 3 mg", None),
        ("mg", None),
        ("250mg", None),
        ("about 250 mg", None),
        ("", None),
    ],
)
def test_amounts(text: str, amount: tuple[str, str] | None) -> None:
    """One amount is read; a sum of two is not taken for its first."""
    found = DrugAmount.parse(text)
    assert (found and (str(found.number), found.unit)) == amount


def test_a_drug_says_what_it_does_not_know() -> None:
    """What no fact says is nothing, not a denial."""
    drug = Drug.of(Drug.row("J0000", [Fact("route", "IM", "", "", "low", "")]))
    assert (drug.code, drug.name, drug.unit, drug.is_up_to) == ("J0000", "", None, False)
    assert drug.day("added") is None
    assert drug.routes == {"IM"}


def _billable(day: date) -> set[str]:
    rows = (line.split("\t") for line in _shipped_lines("icd10cm.txt.gz"))
    text = f"{day:%Y%m%d}"
    return {code for code, first, last, _ in rows if first <= text and (not last or text <= last)}


def test_shipped_articles() -> None:
    """Listed diagnoses, but those above, are billable, states known, and each code has its list."""
    articles = {row["article"]: row for row in _cells("articles.csv")}
    codes = _cells("article_codes.csv")
    states = {row["code"] for row in _cells("states.csv")}
    billable = _billable(YEAR_END) | _billable(NEW_YEAR)  # exported days before the next year began
    assert {row["diagnosis"] for row in codes} <= billable
    roles = {"covered", "covered-primary", "covered-secondary", "covered-together", "noncovered"}
    assert {row["role"] for row in codes} <= roles
    assert {row["note"] for row in codes} <= {"", "*"}
    triples = Counter((row["article"], row["code"], row["diagnosis"]) for row in codes)
    assert [key for key, count in triples.items() if count > 1] == []
    assert {row["article"] for row in codes} == set(articles)
    for number, row in articles.items():
        assert re.fullmatch(r"A[0-9]{5}", number)
        assert [state for state in row["states"].split() if state not in states] == []
        assert set(row["codes"].split()) == {entry["code"] for entry in codes if entry["article"] == number}


def test_shipped_articles_are_found() -> None:
    """Each procedure of a shipped article is answered in its states, with the diagnoses of that procedure."""
    lookups = Lookups(open_tables(SHIPPED))
    codes = _cells("article_codes.csv")
    for row in _cells("articles.csv"):
        own = [entry for entry in codes if entry["article"] == row["article"]]
        asterisked = {entry["diagnosis"] for entry in own if entry["note"] == "*"}
        for code in row["codes"].split():
            listed = {entry["diagnosis"]: entry["role"] for entry in own if entry["code"] == code}
            for state in row["states"].split():
                found = {article.article: article for article in lookups.articles(code, state, DAY).records}
                assert found[row["article"]].roles == listed
                assert found[row["article"]].asterisked == asterisked
    assert lookups.take_uncovered() == []
    # Five contractors' articles are not all articles.
    assert lookups.articles("J1071", "ZZ", DAY).uncovered


def test_places_and_modifiers_carry_over() -> None:
    """A known place or modifier holds on after the list's end; an unknown one is unchecked then."""
    lookups = Lookups(open_tables(SHIPPED))
    place = lookups.place("11", DAY)
    assert place.value
    assert not place.value.facility
    assert place.carried_over
    assert lookups.place("11", date(2025, 12, 31)).carried_over == ""
    assert lookups.place("98", date(2025, 12, 31)).is_absent
    assert lookups.place("98", DAY).uncovered
    assert lookups.modifier("25", DAY).carried_over
    assert lookups.modifier("QZQ", DAY).uncovered
    assert lookups.state("FL", DAY).value
    assert lookups.state("QQ", DAY).is_absent
    assert lookups.unclassified("J3490", DAY).value
    assert lookups.unclassified("J1885", DAY).is_absent


def test_shipped_ages() -> None:
    """Each limit is a number of years or days, and each row has one."""
    for row in _cells("ages.csv"):
        assert row["youngest"] or row["oldest"]
        assert all(re.fullmatch(r"(0|[1-9][0-9]?)[yd]|", row[key]) for key in ("youngest", "oldest"))


def test_ages() -> None:
    """A code may be for several ranges of ages; years are completed ones."""
    lookups = Lookups(open_tables(SHIPPED))
    (toddler,) = lookups.ages("99392", DAY).records
    assert [toddler.contains(years, years * 366) for years in (0, 1, 4, 5)] == [False, True, True, False]
    assert str(toddler) == "1 year to 4 years"
    (newborn,) = lookups.ages("99460", DAY).records
    assert [newborn.contains(0, days) for days in (0, 28, 29)] == [True, True, False]
    assert sorted(map(str, lookups.ages("99100", DAY).records)) == ["71 years and older", "up to 0 years"]
    assert lookups.ages("99213", DAY).uncovered


def test_deleted_codes() -> None:
    """A deleted code is absent after its last day, with what replaced it, and present until then."""
    lookups = Lookups(open_tables(SHIPPED))
    assert lookups.ended("99201", date(2020, 12, 31)).value
    after = lookups.ended("99201", date(2021, 1, 1))
    assert after.is_absent
    assert [entry.note for entry in after.elsewhen] == ["99202"]
    assert lookups.ended("99202", DAY).uncovered


def test_policies_and_add_on_codes_carry_over_for_a_year() -> None:
    """The last list holds for a year; a code that is not shipped is unknown, not absent."""
    lookups = Lookups(open_tables(SHIPPED))
    policy = lookups.payment_policy("20610", date(2025, 12, 31))
    assert policy.value
    assert (policy.value.global_days, policy.value.bilateral, policy.carried_over) == ("000", "1", "")
    assert lookups.payment_policy("20610", date(2026, 12, 31)).carried_over
    assert lookups.payment_policy("20610", date(2027, 1, 1)).uncovered
    assert lookups.payment_policy("31622", date(2025, 12, 31)).uncovered
    primaries = {record.primary for record in lookups.add_on("96375", date(2026, 6, 30)).records}
    assert primaries == {"96360", "96365", "96374", "96409", "96413"}
    assert lookups.add_on("96375", date(2027, 7, 1)).uncovered
    assert lookups.add_on("96372", date(2026, 6, 30)).uncovered


def test_an_official_modifier_comes_first() -> None:
    """Where the HCPCS file knows a modifier it answers; the shipped list is for those it does not hold."""
    rows = {"JZ": [TableRow("JZ", date(2023, 1, 1), date(2026, 1, 1), "C")]}
    about = _about(kind="hcpcs", program="", label="2026-04-01", history=date.min)
    hcpcs = Vintage(about, lambda key: rows.get(key, []), imported=True)
    lookups = Lookups(Tables([*open_tables(SHIPPED).vintages, hcpcs]))
    ended = lookups.modifier("JZ", DAY)
    assert ended.is_absent
    assert ended.vintage == hcpcs.name
    assert lookups.modifier("25", DAY).value


def test_an_old_list_does_not_speak_for_later_days() -> None:
    """A code without end on a list of 2020 may have ended since: what is shipped knows better, if it does."""
    quarter = CoveredDays(date(2020, 1, 1), date(2020, 3, 31))
    about = _about(
        kind="hcpcs",
        program="",
        label="2020-01-01",
        published=quarter.first,
        covers=quarter,
        history=date.min,
    )
    rows = {
        code: [TableRow(code, date(1997, 1, 1), last, "D")]
        for code, last in (
            ("J1030", date.max),
            ("J9998", date.max),
            ("J9997", date(2019, 6, 30)),
            ("25", date.max),
        )
    }
    hcpcs = Vintage(about, lambda key: rows.get(key, []), imported=True)
    lookups = Lookups(Tables([*open_tables(SHIPPED).vintages, hcpcs]))
    shipped = lookups.code_days("J1030", DAY)
    assert shipped
    assert shipped.last == date(2024, 3, 31)
    assert lookups.code_days("J9998", DAY) is None
    ended = lookups.code_days("J9997", DAY)
    assert ended
    assert ended.last == date(2019, 6, 30)
    assert lookups.modifier("25", DAY).carried_over


def test_an_old_list_hides_no_wrong_ndc(tmp_path: Path) -> None:
    """That a code stands on an old HCPCS list is no reason to think that it had another name on the day."""
    for kind, first in (("asp", TABLES_FROM), ("hcpcs", date(2020, 1, 1))):
        files = files_of(KINDS[kind], sorted((cases.FOLDER / "_tables" / kind).iterdir()))
        import_files(KINDS[kind], files, tmp_path, ImportOptions(effective=first), partial=True)
    fires = [case for case in cases.cases_of(cases.FOLDER / "NDC-05.toml") if case.kind == "fires"]
    report = scrub(fires[0].raw, as_of=fires[0].as_of, tables=tmp_path)
    assert [found.edit for found in report.files[0].claims[0].findings] == ["NDC-05"]
