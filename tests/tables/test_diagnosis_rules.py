"""The shipped rules of diagnoses: how they are made, and how they are found."""

from __future__ import annotations

import gzip
import re
import shutil
from collections import Counter
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from scrubber.tables import Lookups, open_tables
from scrubber.tables.rows import DiagnosisNote, DiagnosisRule, Indications
from scrubber.tables.vintage import TableRow
from tools.ship_diagnosis_rules import notes, sides_of

SHIPPED = Path(__file__).resolve().parents[2] / "edits" / "tables"
DAY = date(2026, 5, 15)


@pytest.fixture(scope="module")
def lookups() -> Lookups:
    """Return the lookups of the shipped tables alone."""
    return Lookups(open_tables(SHIPPED))


def _rule(lookups: Lookups, code: str, day: date = DAY) -> DiagnosisRule | None:
    return lookups.diagnosis_rule(code, day).value


def test_sides_are_read_from_descriptions() -> None:
    """Codes that differ by side only are one family, whatever the length of the bilateral one."""
    found = sides_of(
        {
            "M170": "Bilateral primary osteoarthritis of knee",
            "M1710": "Unilateral primary osteoarthritis, unspecified knee",
            "M1711": "Unilateral primary osteoarthritis, right knee",
            "M1712": "Unilateral primary osteoarthritis, left knee",
            "M1731": "Unilateral post-traumatic osteoarthritis, right knee",
            "M1732": "Unilateral post-traumatic osteoarthritis, left knee",
            "M179": "Osteoarthritis of knee, unspecified",
            # Always on one side, or on none that is treated.
            "I447": "Left bundle-branch block, unspecified",
            "I4510": "Unspecified right bundle-branch block",
            "R1031": "Right lower quadrant pain",
            "R1032": "Left lower quadrant pain",
            "Q648": "Left to right shunt",
        }
    )
    assert {code: side for code, (side, _) in found.items()} == {
        "M170": "B", "M1710": "U", "M1711": "R", "M1712": "L", "M1731": "R", "M1732": "L",
    }  # fmt: skip
    families = {code: family for code, (_, family) in found.items()}
    assert len({families[code] for code in ("M170", "M1710", "M1711", "M1712")}) == 1
    assert families["M1731"] == families["M1732"] != families["M1711"]


NOTES = {
    "A15-A19": ["pneumoconiosis (J65)", "positive test (R76.11, R76.12-)"],
    "A15": ["nothing of a code"],
    "A15.0": ["fever with rash (A00.- with fifth character 1)"],
    "A16": ["a range (B00-B09)", "a range with dots (C81.0-C81.9)"],
    "W54": ["another animal (W55.-)"],
}


def test_only_plain_notes_are_kept() -> None:
    """A block's note is one of its categories; what says more than codes, or is about causes, is left out."""
    tabular = SimpleNamespace(
        get_all_codes=lambda: [*NOTES, "1"],
        is_chapter=lambda name: name == "1",
        get_descendants=lambda _: ["A15", "A15.0", "A16"],
        get_excludes1=lambda name: NOTES.get(name, []),
        get_code_first=lambda name: "underlying disease\nsuch as one (E11.-)" if name == "A16" else "",
    )
    assert sorted((row.key, row.value) for row in notes(tabular)) == [
        ("A15", "excludes1 J65 R7611 R7612"),
        ("A16", "code-first E11"),
        ("A16", "excludes1 B00-B09 C810-C819"),
        ("A16", "excludes1 J65 R7611 R7612"),
    ]


@pytest.mark.parametrize(
    ("code", "is_named"),
    [
        ("E11", True), ("E119", True), ("E1", False), ("E10", False), ("O24410", True),
        ("P000", True), ("P0099", True), ("P02", True), ("P0299", True), ("P03", False), ("O9989", False),
        # The code that the note is about, and those below it.
        ("E08", False), ("E0822", False),
    ],
)  # fmt: skip
def test_the_targets_of_a_note(code: str, is_named: bool) -> None:
    """A target is the beginning of codes; a range includes all codes below its last one."""
    assert DiagnosisNote("E08", "excludes1", ("E11", "O24", "P00-P02", "E08-E09")).names(code) is is_named


def test_rows_come_back() -> None:
    """What is written is read."""
    rule = DiagnosisRule("C61", "M", 15, 124, is_manifestation=True, side="B", family=7)
    assert DiagnosisRule.of(TableRow("C61", date.min, date.max, rule.to_value())) == rule
    note = DiagnosisNote("E53", "code-first", ("D52", "A00-A09"))
    assert DiagnosisNote.of(TableRow("E53", date.min, date.max, note.to_value())) == note
    drug = Indications.of(TableRow("J0897", date.min, date.max, "M81 C|12||labeling|bone loss"))
    assert drug == Indications("J0897", ("M81", "C"), 12, "", "labeling", "bone loss")


@pytest.mark.parametrize(
    ("code", "sex", "youngest", "oldest"),
    [
        ("C61", "M", 0, 124), ("N4000", "", 0, 124), ("N400", "M", 15, 124), ("O24410", "F", 9, 64),
        ("Z30430", "F", 0, 124), ("Z3800", "", 0, 0), ("Z00129", "", 0, 17), ("M810", "", 15, 124),
        ("C50921", "M", 0, 124), ("C50911", "F", 0, 124),
    ],
)  # fmt: skip
def test_for_whom_a_diagnosis_is(lookups: Lookups, code: str, sex: str, youngest: int, oldest: int) -> None:
    """Samples of the lists of the Medicare Code Editor."""
    rule = _rule(lookups, code) or DiagnosisRule(code)
    assert (rule.sex, rule.youngest, rule.oldest) == (sex, youngest, oldest)


def test_ages_change_with_the_year(lookups: Lookups) -> None:
    """Perinatal codes had an age in the first year of ICD-10 only."""
    before, after = (_rule(lookups, "P599", date(year, 9, 30)) for year in (2016, 2017))
    assert (before and before.oldest, after) == (0, None)


def test_manifestations(lookups: Lookups) -> None:
    """They follow the disease that causes them; a code that begins alike does not."""
    manifestations = {
        code for code in ("G63", "G320", "H42", "I43") if (_rule(lookups, code) or _NO).side == ""
    }
    assert all((_rule(lookups, code) or _NO).is_manifestation for code in manifestations)
    assert not any((_rule(lookups, code) or _NO).is_manifestation for code in ("G629", "E119", "I10"))


_NO = DiagnosisRule("")


def test_sides(lookups: Lookups) -> None:
    """A code of the newest year has a side as well."""
    sides = {code: (_rule(lookups, code) or _NO).side for code in ("H60331", "H60332", "H60333", "H60339")}
    assert list(sides.values()) == ["R", "L", "B", "U"]
    families = Counter((_rule(lookups, code) or _NO).family for code in sides)
    assert len(families) == 1


def test_notes_of_a_code_are_those_of_its_headers(lookups: Lookups) -> None:
    """In the year of the list and the year after; before that they are known to be of another year."""
    found = lookups.diagnosis_notes("E538", DAY)
    assert {note.code for note in found.records} == {"E53", "E538"}
    after = lookups.diagnosis_notes("E538", date(2026, 11, 1))
    assert after.records == found.records
    assert after.carried_over
    before = lookups.diagnosis_notes("E538", date(2025, 9, 30))
    assert (before.records, before.elsewhen) == ((), found.records)
    assert not lookups.diagnosis_notes("I10", date(2025, 9, 30)).records
    assert lookups.take_uncovered() == []


def test_shipped_notes_name_codes() -> None:
    """Keys and targets have the form of ICD-10-CM codes, and ranges are in order."""
    lines = gzip.decompress((SHIPPED / "diagnosis_notes.txt.gz").read_bytes()).decode("ascii").splitlines()
    form = re.compile(r"[A-Z][0-9A-Z]{2,6}")
    for line in lines:
        key, _, _, value = line.split("\t")
        kind, *targets = value.split(" ")
        assert form.fullmatch(key)
        assert kind in ("excludes1", "code-first")
        assert targets
        for target in targets:
            first, _, last = target.partition("-")
            assert form.fullmatch(first)
            assert not last or (form.fullmatch(last) and first < last)


def test_indications_are_sorted_and_explained() -> None:
    """Each code once; a list of first characters and a use in words for each."""
    rows = [line.split(",") for line in (SHIPPED / "indications.csv").read_text("utf-8").splitlines()[1:]]
    assert [row[0] for row in rows] == sorted({row[0] for row in rows})
    for code, diagnoses, youngest, program, basis, _, note in rows:
        assert re.fullmatch(r"[A-Z0-9]{5}", code)
        assert all(re.fullmatch(r"[A-Z][0-9A-Z]{0,6}", diagnosis) for diagnosis in diagnoses.split(" "))
        assert re.fullmatch(r"[0-9]*", youngest)
        assert program in ("", "medicare")
        assert basis
        assert note


@pytest.mark.parametrize(
    "raw",
    [b"not compressed", gzip.compress(b"C61\tM\n"), gzip.compress(b"C61\t\t\t\n")],
    ids=["not compressed", "columns missing", "a rule without a value"],
)
def test_a_damaged_table_is_an_error(tmp_path: Path, raw: bytes) -> None:
    """It never answers with a wrong rule."""
    folder = tmp_path / "tables"
    shutil.copytree(SHIPPED, folder)
    (folder / "diagnosis_rules.txt.gz").write_bytes(raw)
    lookups = Lookups(open_tables(folder))
    with pytest.raises((EOFError, OSError, ValueError)):
        lookups.diagnosis_rule("C61", DAY)
