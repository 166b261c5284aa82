"""Importing official files: what is read of each kind, what is refused, and that it is all or nothing."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.errors import TableError
from scrubber.tables import Answer
from scrubber.tables.official import KINDS
from scrubber.tables.official.official_file import sha256_of
from scrubber.tables.rows import CodePair, PricedDrug
from scrubber.tables.store import stored
from scrubber.tables.table import TITLES
from scrubber.tables.vintage import VintageInfo
from tests.support import official
from tests.support.importing import bring_in, contents, looking
from tests.support.official import SAMPLE_DAYS, SAMPLES, Files, with_company, written, zipped

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT.parent / "shared" / "reference"
MAY = date(2026, 5, 15)
SLOTS = tuple(SAMPLES)


def bring_in_sample(kind: str, folder: Path, *, partial: bool | None = False) -> VintageInfo:
    """Import the sample of a kind, as the whole table unless said otherwise."""
    source = folder.parent / f"{folder.name}-{kind}"
    about, _ = bring_in(
        kind, folder, written(source, SAMPLES[kind]), effective=SAMPLE_DAYS[kind], partial=partial
    )
    return about


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    return tmp_path / "tables"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "download"
    folder.mkdir()
    return folder


# ------------------------------------------------------------------------------- what each kind says


def test_limits(tables: Path) -> None:
    """MUE: units and the leading digit of the indicator, for the quarter in the name."""
    about = bring_in_sample("mue", tables)
    assert (about.table, about.label, about.rows) == ("mue-medicare", "2026-04-01", 3)
    lookups = looking(tables)
    limits = {code: lookups.mue(code, MAY).value for code in ("96372", "J1885", "J3420")}
    assert {code: (limit.limit, limit.indicator) for code, limit in limits.items() if limit} == {
        "96372": (4, "3"),
        "J1885": (8, "2"),
        "J3420": (0, "1"),
    }
    assert lookups.mue("J9999", MAY).is_absent
    assert lookups.mue("96372", date(2026, 4, 1)).value
    assert lookups.mue("96372", date(2026, 6, 30)).value
    gap = (
        "no Medicare MUE table for services of {}: get MCR_MUE_PractitionerServices_Eff_{}, .zip "
        "or .csv (CMS: Medicare NCCI Medically Unlikely Edits (MUEs)), then "
        "run `scrubber tables import mue FILE`"
    )
    spring, summer = ("2026-01-01 to 2026-03-31", "01-01-2026"), ("2026-07-01 to 2026-09-30", "07-01-2026")
    assert lookups.mue("96372", date(2026, 3, 31)).uncovered == gap.format(*spring)
    older = lookups.mue("96372", date(2026, 7, 1))  # the limit counts for a year, as that of an older list
    assert (older.value, older.carried_over) == (lookups.mue("96372", MAY).value, gap.format(*summer))
    assert lookups.mue("96372", date(2027, 6, 30)).value
    later = gap.format("2027-07-01 to 2027-09-30", "07-01-2027")
    assert lookups.mue("96372", date(2027, 7, 1)).uncovered == later


def test_limits_of_medicaid(tables: Path, source: Path) -> None:
    """A file without indicators is Medicaid's: it says nothing of Medicare, and gives none."""
    raw = official.mue_medicaid([("96372", 2)])
    paths = written(source, {"Practitioner_Eff_2026-04-01.csv": raw})
    about, _ = bring_in("mue", tables, paths, partial=False)
    assert about.table == "mue-medicaid"
    limit = looking(tables).mue("96372", MAY, "medicaid").value
    assert limit
    assert (limit.limit, limit.indicator) == (2, "")
    said = looking(tables).mue("96372", MAY).uncovered
    assert said.startswith("Medicare MUE table not imported: get MCR_MUE_PractitionerServices_Eff_04-01-2026")


def test_pairs(tables: Path) -> None:
    """PTP: the day of effect and of deletion decide; a pair deleted on its first day never held."""
    about = bring_in_sample("ptp", tables)
    assert (about.table, about.label, about.rows) == ("ptp-medicare", "2026-04-01", 7)
    lookups = looking(tables)

    def holds(one: str, two: str, day: date) -> str:
        answer = lookups.ptp(one, two, day)
        assert not answer.uncovered
        return answer.value.modifier if answer.value else "absent"

    assert holds("96372", "99211", date(1996, 1, 1)) == "0"
    assert holds("96372", "99212", date(2004, 12, 31)) == "absent"
    assert holds("96372", "99212", date(2005, 1, 1)) == "1"
    assert holds("99211", "96372", MAY) == "absent"
    # Deleted, and to be deleted.
    assert holds("J1885", "96372", date(2015, 12, 31)) == "1"
    assert holds("J1885", "96372", date(2016, 1, 1)) == "absent"
    assert holds("J1885", "96374", date(2026, 6, 30)) == "1"
    assert [holds("20610", "96372", date(2022, 1, day)) for day in (1, 2)] == ["absent", "absent"]
    # Without a date of effect: since ever where it is marked so, else from the release on.
    assert holds("64612", "96372", date(1999, 1, 1)) == "0"
    assert holds("64615", "96372", date(2026, 4, 1)) == "0"
    assert lookups.ptp("64615", "96372", date(2026, 3, 31)).records == ()
    assert lookups.ptp("96372", "99211", date(2026, 7, 1)).uncovered
    assert lookups.ptp("96372", "99211", date(1995, 12, 31)).uncovered


def test_a_deleted_pair_is_shown_with_its_days(tables: Path) -> None:
    """What holds on other days only is told with the answer."""
    bring_in_sample("ptp", tables)
    answer = looking(tables).ptp("J1885", "96372", MAY)
    assert answer.is_absent
    assert answer.elsewhen == (CodePair("J1885", "96372", date(2010, 1, 1), date(2015, 12, 31), "1"),)


def test_priced_drugs(tables: Path) -> None:
    """ASP: all codes of an NDC, fractions exactly, empty cells as nothing, the quarter of the notice."""
    about = bring_in_sample("asp", tables)
    assert (about.table, about.label, about.rows) == ("asp", "2025-10-01", 4)
    lookups = looking(tables)
    day = date(2025, 12, 31)
    numbers = (Decimal(number) for number in (1, 25, 2, 50))
    assert lookups.asp("00409379501", day).value == PricedDrug("00409379501", "J1885", "15 MG", *numbers)
    several = lookups.asp("71336100301", day).records
    assert {drug.procedure: (drug.size, drug.units) for drug in several} == {
        "J1885": (Decimal("0.5"), Decimal("0.25")),
        "J3490": (Decimal("0.5"), Decimal("7.5")),
    }
    # What has no NDC is kept under its maker's number.
    assert lookups.asp("ABC-12", day).value == ("ABC-12", "Q4100", "1 SQ CM", None, None, None, None)
    assert lookups.asp("99999999999", day).is_absent
    # A package stays what it was; of one that was never listed nothing is known.
    later = lookups.asp("00409379501", date(2026, 1, 1))
    assert later.value == lookups.asp("00409379501", day).value
    assert later.carried_over
    assert lookups.asp("99999999999", date(2026, 1, 1)).uncovered


@pytest.mark.parametrize("heading", ["_2025_CODE", "_2026_CODE", "2027 HCPCS Code", "HCPCS Code"])
def test_the_first_heading_of_asp_changes(tables: Path, source: Path, heading: str) -> None:
    """The crosswalk is known whatever year is in its first heading."""
    raw = official.asp(
        [("J1885", "00409-3795-01", "15 MG", "1", "1", "1", "1")],
        "January 1, 2027 through March 31, 2027",
        heading,
    )
    about, _ = bring_in("asp", tables, written(source, {"a.csv": raw}))
    assert (about.label, str(about.covers)) == ("2027-01-01", "2027-01-01 to 2027-03-31")


HCPCS_CODES = [
    ("J1885", "D", "19960101", ""),
    ("J9999", "C", "20260701", ""),
    ("Q9995", "C", "20180701", "20181231"),
    ("JG", "C", "20180101", "20241231"),
    ("JZ", "", "20230101", ""),
]


@pytest.mark.parametrize(
    "make", [official.hcpcs_csv, official.hcpcs_fixed], ids=["csv", "fixed"]
)  # fmt: skip
def test_codes(tables: Path, source: Path, make: Callable[[list[tuple[str, str, str, str]]], bytes]) -> None:
    """HCPCS, in either form: codes and modifiers with their days and coverage; continuations are no codes."""
    name = "HCPC2026_OCT_ANWEB.txt"
    about, _ = bring_in("hcpcs", tables, written(source, {name: make(HCPCS_CODES)}), partial=False)
    assert (about.table, about.label, about.rows) == ("hcpcs", "2026-10-01", 5)
    lookups = looking(tables)
    day = date(2026, 10, 1)
    code = lookups.hcpcs("J1885", day).value
    assert code == ("J1885", date(1996, 1, 1), date.max, "D")
    modifier = lookups.modifier("JZ", day).value
    assert modifier == ("JZ", date(2023, 1, 1), date.max, "")
    assert lookups.modifier("JG", date(2024, 12, 31)).value
    assert not lookups.modifier("JG", date(2025, 1, 1)).value
    # Earlier days can be asked, because each code has its own days; what is not listed is not known then.
    assert lookups.hcpcs("Q9995", date(2018, 12, 31)).value
    assert lookups.hcpcs("Q9995", date(2019, 1, 1)).is_absent
    assert lookups.hcpcs("J9999", date(2026, 6, 30)).is_absent
    assert lookups.hcpcs("J0001", day).is_absent
    assert lookups.hcpcs("J0001", date(2026, 9, 30)).uncovered
    assert lookups.hcpcs("J1885", date(2027, 1, 1)).carried_over
    assert lookups.hcpcs("J0001", date(2027, 1, 1)).uncovered
    # Level I and dental codes are in no such file.
    for other in ("96372", "D0120"):
        assert lookups.hcpcs(other, day).uncovered == "HCPCS code list does not list codes in this format"


def test_diagnoses(tables: Path) -> None:
    """ICD-10-CM: billable codes and headers of the year in the name."""
    about = bring_in_sample("icd10cm", tables)
    assert (about.table, about.label, about.rows) == ("icd10cm", "FY2027", 5)
    assert str(about.covers) == "2026-10-01 to 2027-09-30"
    lookups = looking(tables)
    day = date(2026, 10, 1)
    answers = {
        code: lookups.icd10cm(code, day).value for code in ("M54", "M545", "M5450", "O3110X0", "Z0001")
    }
    assert {code: value.billable for code, value in answers.items() if value} == {
        "M54": False,
        "M545": False,
        "M5450": True,
        "O3110X0": True,
        "Z0001": True,
    }
    assert lookups.icd10cm("M5459", day).is_absent
    assert lookups.icd10cm("M5450", date(2026, 9, 30)).uncovered


@pytest.mark.parametrize(
    ("name", "label", "covers"),
    [
        ("icd10cm_order_2026.txt", "FY2026", "2025-10-01 to 2026-09-30"),
        ("icd10cm-order-April-2026.txt", "FY2026-April", "2026-04-01 to 2026-09-30"),
    ],
)
def test_the_year_of_diagnoses(tables: Path, source: Path, name: str, label: str, covers: str) -> None:
    """The year in the name begins in October before it; the April release in its April."""
    paths = written(source, {name: official.icd10cm([("M5450", True)])})
    about, _ = bring_in("icd10cm", tables, paths)
    assert (about.label, str(about.covers)) == (label, covers)


def test_packages(tables: Path) -> None:
    """NDC: the package with its product, several routes and strengths, and quotes as they are."""
    about = bring_in_sample("ndc", tables)
    assert (about.table, about.label, about.rows) == ("ndc", "2026-04-01", 2)
    lookups = looking(tables)
    package = lookups.ndc("00409379501", MAY).value
    assert package
    assert package.name == 'Torad™ "IM" 5" needle'
    assert (package.ingredients, package.form) == ("Ketorolac", "INJECTION, SOLUTION")
    assert package.routes == ("INTRAMUSCULAR", "INTRAVENOUS")
    assert (package.strengths, package.units) == (("30", "2"), ("mg/mL", "mg/mL"))
    assert package.package == '25 VIAL in 1 "TRAY'
    assert not package.excluded
    assert (package.marketed_from, package.marketed_to) == (date(2005, 1, 1), date.max)
    ended = lookups.ndc("71336010001", date(2026, 2, 28)).value
    assert ended
    assert (ended.name, ended.routes, ended.excluded) == ('"Amv', ("SUBCUTANEOUS",), True)
    assert lookups.ndc("71336010001", date(2026, 4, 1)).is_absent
    assert lookups.ndc("00000000000", MAY).is_absent
    # A directory is believed for a quarter; of earlier days it knows what it lists.
    assert lookups.ndc("00409379501", date(2006, 1, 1)).value
    assert lookups.ndc("00000000000", date(2006, 1, 1)).uncovered
    assert lookups.ndc("00000000000", date(2026, 7, 2)).is_absent
    assert lookups.ndc("00000000000", date(2026, 7, 3)).uncovered


def test_articles(tables: Path) -> None:
    """MCD: the article in force, its diagnoses without dots, and the states of its contractor now."""
    about = bring_in_sample("mcd", tables)
    # Two active articles, and a procedure of each that refers to it.
    assert (about.table, about.label, about.rows) == ("mcd", "2026-04-01", 4)
    lookups = looking(tables)
    article = lookups.articles("J3420", "FL", MAY).value
    assert article
    assert (article.article, article.version) == ("A50001", "7")
    assert article.states == {"FL"}
    assert article.procedures == {"J3420"}
    assert article.roles == {"D510": "covered", "E538": "covered"}
    assert article.asterisked == {"E538"}
    assert article.is_whole
    assert lookups.articles("J3420", "FL", date(2026, 4, 30)).is_absent
    assert lookups.articles("J3420", "TX", MAY).is_absent
    assert lookups.articles("J9999", "FL", MAY).is_absent
    # Two groups: which belongs to what is said in words only.
    ending = lookups.articles("J1071", "TX", date(2026, 5, 31)).value
    assert ending
    assert ending.states == {"TX"}
    assert not ending.is_whole
    assert lookups.articles("J1071", "TX", date(2026, 6, 1)).is_absent
    assert lookups.articles("J3420", "FL", date(2026, 7, 3)).uncovered


def _with(name: str, **cells: str) -> Files:
    """The sample of the database with one more record of article 50001 in a file."""
    more = official.mcd(**{name: [{"article_id": "50001", "article_version": "7", **cells}]})[f"{name}.csv"]
    before = SAMPLES["mcd"].get(f"{name}.csv")
    return {f"{name}.csv": before + more.split(b"\n", 1)[1] if before else more}


@pytest.mark.parametrize(
    ("more", "roles", "is_whole"),
    [
        (_with("article_x_hcpc_code", hcpc_code_id="J3425"), {}, True),
        (_with("article_x_hcpc_code", hcpc_code_id="J3425", range="Y"), {}, False),
        (
            _with("article_x_icd10_covered", icd10_code_id="d53.1", icd10_covered_group="1"),
            {"D531": "covered"},
            True,
        ),
        (
            _with("article_x_icd10_covered", icd10_code_id="D53.1", icd10_covered_group="1", range="1"),
            {"D531": "covered"},
            False,
        ),
        (
            _with("article_x_icd10_covered", icd10_code_id="D53.1", icd10_covered_group="2"),
            {"D531": "covered"},
            False,
        ),
        (_with("article_x_icd10_noncovered", icd10_code_id="Z00.00"), {"Z0000": "noncovered"}, False),
        # Covered in one list and not in another: the first word holds.
        (_with("article_x_icd10_noncovered", icd10_code_id="D51.0"), {}, False),
        # The database's own word for: see the text.
        (_with("article_x_icd10_covered", icd10_code_id="XX000", icd10_covered_group="1"), {}, False),
    ],
    ids=["procedure", "range of procedures", "diagnosis", "range", "group", "not covered", "both", "no list"],
)
def test_articles_that_are_not_whole(
    tables: Path, source: Path, more: Files, roles: dict[str, str], is_whole: bool
) -> None:
    """Ranges, several groups and lists of what is not covered leave open what a missing code means."""
    files = {**SAMPLES["mcd"], **more}
    bring_in("mcd", tables, written(source, files), effective=date(2026, 4, 1), partial=False)
    article = looking(tables).articles("J3420", "FL", MAY).value
    assert article
    assert article.roles == {"D510": "covered", "E538": "covered"} | roles
    assert article.is_whole == is_whole


def test_a_part_of_the_articles_need_not_have_a_states(tables: Path) -> None:
    """Where only a part of the articles is there, another state's article says nothing of this one."""
    bring_in_sample("mcd", tables, partial=True)
    lookups = looking(tables)
    assert lookups.articles("J3420", "FL", MAY).value
    assert lookups.uncovered == []
    answer = lookups.articles("J3420", "TX", MAY)
    assert answer.uncovered.startswith("only a part of the Medicare coverage articles is loaded for services")
    assert lookups.take_uncovered() == [answer.uncovered]


@pytest.mark.parametrize("kind", SLOTS)
@pytest.mark.parametrize("pack", [zipped, with_company], ids=["zip", "with company, zip in zip"])
def test_zips_say_the_same(
    tables: Path, source: Path, kind: str, pack: Callable[[Files, date], bytes]
) -> None:
    """A zip of the files, or one in a zip with other things beside, gives the rows of the files."""
    plain = tables.parent / "plain"
    bring_in_sample(kind, plain)
    paths = written(source, {"packed.zip": pack(SAMPLES[kind], SAMPLE_DAYS[kind])})
    about, _ = bring_in(kind, tables, paths, partial=False)
    assert about.published == SAMPLE_DAYS[kind]
    keys = _keys_of(plain)
    assert keys
    one, other = looking(plain).tables.vintages, looking(tables).tables.vintages
    assert [[v.rows(key) for key in keys] for v in one] == [[v.rows(key) for key in keys] for v in other]
    assert about.rows == one[0].about.rows


def _keys_of(folder: Path) -> list[str]:
    import sqlite3  # noqa: PLC0415 - here the file itself is looked into, not through the store

    keys = []
    for path in folder.glob("*.sqlite"):
        connection = sqlite3.connect(path)
        keys += [key for (key,) in connection.execute("SELECT DISTINCT key FROM rows ORDER BY key")]
        connection.close()
    return keys


def test_the_hash_is_that_of_the_files(tables: Path, source: Path) -> None:
    """A vintage has the SHA-256 of its file; several files have one in whatever order they are given."""
    import hashlib  # noqa: PLC0415 - only this test

    paths = written(source, SAMPLES["mue"])
    about, _ = bring_in("mue", tables, paths)
    assert about.sha256 == hashlib.sha256(paths[0].read_bytes()).hexdigest()
    parts = written(source, SAMPLES["ptp"])
    one, _ = bring_in("ptp", tables, parts)
    other, _ = bring_in("ptp", tables, reversed(parts))
    assert one.sha256 == other.sha256 != about.sha256
    assert looking(tables).ptp("96372", "99211", MAY).vintage == other.name
    assert sha256_of(parts) == sha256_of(parts[::-1]) == one.sha256
    # Several files in one zip: what was given is the zip.
    (zip_file,) = written(source, {"ndc.zip": zipped(SAMPLES["ndc"])})
    about, _ = bring_in("ndc", tables, [zip_file])
    assert about.sha256 == hashlib.sha256(zip_file.read_bytes()).hexdigest()


# --------------------------------------------------------------------------- vintages, whole and in part


def test_quarters_stand_side_by_side(tables: Path, source: Path) -> None:
    """Of two quarters the one of the day answers; between them nothing is covered, with the ranges."""
    for number, (name, limit) in enumerate((("Eff_04-01-2026", 4), ("Eff_10-01-2026", 5))):
        paths = written(source / str(number), {f"{name}.csv": official.mue([("96372", limit, "3 Invented")])})
        bring_in("mue", tables, paths, partial=False)
    lookups = looking(tables)
    limits = [lookups.mue("96372", day).value for day in (MAY, date(2026, 10, 1))]
    assert [limit.limit for limit in limits if limit] == [4, 5]
    between = lookups.mue("96372", date(2026, 8, 15))
    assert between.value == limits[0]
    assert between.carried_over.startswith(
        "no Medicare MUE table for services of 2026-07-01 to 2026-09-30: get MCR_MUE"
    )


def test_importing_again_replaces(tables: Path, source: Path) -> None:
    """The same quarter again takes the place of the first, row by row; nothing of it stays."""
    for name, code in (("a", "96372"), ("b", "J1885")):
        raw = official.mue([(code, 1, "2 Invented")])
        bring_in("mue", tables, written(source / name, {"Eff_04-01-2026.csv": raw}), partial=False)
    assert [entry.about.rows for entry in stored(tables)] == [1]
    lookups = looking(tables)
    assert lookups.mue("96372", MAY).is_absent
    assert lookups.mue("J1885", MAY).value
    assert list(contents(tables)) == ["mue-medicare.2026-04-01.sqlite"]


def test_a_mark_at_the_beginning_is_no_text(tables: Path, source: Path) -> None:
    """A file that somebody saved with a byte order mark is still known and whole."""
    raw = b"\xef\xbb\xbf" + SAMPLES["icd10cm"][_ICD]
    about, _ = bring_in("icd10cm", tables, written(source, {_ICD: raw}))
    assert about.rows == 5


@pytest.mark.parametrize("kind", [kind for kind in SLOTS if kind != "noc"])  # it may have a single row
def test_few_rows_are_a_part(tables: Path, kind: str) -> None:
    """A table with too few rows is taken as a part: what it does not list is not covered, not absent."""
    about = bring_in_sample(kind, tables, partial=None)
    assert not about.complete
    day = SAMPLE_DAYS[kind]
    lookups = looking(tables)
    unlisted: dict[str, Answer[Any]] = {
        "mue": lookups.mue("J9998", day),
        "ptp": lookups.ptp("J9998", "96372", day),
        "asp": lookups.asp("99999999999", day),
        "hcpcs": lookups.hcpcs("J9998", day),
        "icd10cm": lookups.icd10cm("A000", day),
        "ndc": lookups.ndc("99999999999", day),
        "mcd": lookups.articles("J9998", "FL", day),
        "pfs": lookups.payment_policy("J9998", day),
        "aoc": lookups.add_on("J9998", day),
        "asp-limits": lookups.payment_limit("J9998", day),
        "zip5": lookups.zip_locality("00000", day),
        "taxonomy": lookups.taxonomy("J9998", day),
        "sad": lookups.self_administered("J9998", "FL", day),
        "order-refer": lookups.ordering_provider("1999999999", day),
        "deactivated-npi": lookups.deactivated_npi("1999999999", day),
        "leie": lookups.exclusion("1999999999", day),
        "opt-out": lookups.opt_out("1999999999", day),
    }
    assert unlisted[kind].uncovered.startswith(f"only a part of the {TITLES[about.table]} is loaded for ")
    assert not unlisted[kind].is_absent


def test_whether_it_is_whole_is_said(tables: Path, source: Path) -> None:
    """The remark names the reason: too few rows, parts that are missing; the user's word comes first."""
    paths = written(source, SAMPLES["mue"])
    about, remark = bring_in("mue", tables, paths)
    assert not about.complete
    assert "it has only 3 rows" in remark
    assert bring_in("mue", tables, paths, partial=False)[1] == ""
    _, remark = bring_in("mue", tables, paths, partial=True)
    assert remark.startswith("imported as a partial table:")

    parts = written(source, SAMPLES["ptp"])
    about, remark = bring_in("ptp", tables, [parts[0], parts[2]])
    assert not about.complete
    assert "missing parts: f2, f4" in remark
    about, _ = bring_in("ptp", tables, [parts[0]], partial=False)
    assert about.complete
    renamed = written(source, {"v321r0.txt": SAMPLES["ptp"]["ccipra-v321r0-f1.txt"]})
    assert "names do not show which of the four parts" in bring_in("ptp", tables, renamed)[1]


def test_enough_rows_are_whole(tables: Path, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With as many rows as the official table has at least it is whole; with one fewer it is a part."""
    monkeypatch.setattr("scrubber.tables.official.mue.CODES_OF_A_QUARTER", 3)
    paths = written(source, SAMPLES["mue"])
    assert bring_in("mue", tables, paths)[0].complete
    # A row that is there twice counts once.
    raw = official.mue([("96372", 1, "2 Invented"), ("96372", 1, "2 Invented"), ("J1885", 1, "2 Invented")])
    assert not bring_in("mue", tables / "of a part", written(source, {"Eff_04-01-2026.csv": raw}))[0].complete
    # The whole is not replaced by what may be a file that was cut off.
    with pytest.raises(TableError, match="partial table would replace the complete one"):
        bring_in("mue", tables, written(source, {"Eff_04-01-2026.csv": raw}))


def test_a_part_replaces_the_whole_where_that_is_said(tables: Path, source: Path) -> None:
    """A part takes the place of the whole only on the user's word; of a part, without it."""
    bring_in_sample("mue", tables)
    before = contents(tables)
    paths = written(source, {_MUE: official.mue([("96372", 9, "3 Invented")])})
    with pytest.raises(TableError, match="--partial"):
        bring_in("mue", tables, paths)
    assert contents(tables) == before
    assert not bring_in("mue", tables, paths, partial=True)[0].complete
    assert bring_in("mue", tables, paths)[0].rows == 1


def test_pairs_cut_off_in_a_line(tables: Path, source: Path) -> None:
    """A file that was cut off inside the last column is damaged, too."""
    name, raw = next(iter(SAMPLES["ptp"].items()))
    with pytest.raises(TableError, match="ends in the middle of a line"):
        bring_in("ptp", tables, written(source, {name: raw[:-3]}))


def test_many_pairs_are_a_part_where_a_file_lacks(
    tables: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is missing makes it a part, however many rows the others have."""
    monkeypatch.setattr("scrubber.tables.official.ptp.PAIRS_OF_A_QUARTER", 1)
    parts = written(source, SAMPLES["ptp"])
    assert not bring_in("ptp", tables, parts[:3])[0].complete
    assert bring_in("ptp", tables, parts)[0].complete


def test_too_few_pairs_are_a_part_even_with_all_files(tables: Path, source: Path) -> None:
    """Four files with hardly a row in them are no whole table."""
    about, remark = bring_in("ptp", tables, written(source, SAMPLES["ptp"]))
    assert not about.complete
    assert "it has only 7 rows" in remark


# -------------------------------------------------------------------------------------- what is refused


class Damage(NamedTuple):
    """One file of a sample, changed; and where the error must be: line and column, counted from 1."""

    kind: str
    what: str
    name: str
    change: Callable[[bytes], bytes]
    line: int
    column: int


def swap(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """Replace the first of these bytes."""

    def change(raw: bytes) -> bytes:
        assert old in raw
        return raw.replace(old, new, 1)

    return change


def cut(behind: bytes) -> Callable[[bytes], bytes]:
    """End the file behind the last of these bytes."""

    def change(raw: bytes) -> bytes:
        return raw[: raw.rindex(behind) + len(behind)]

    return change


def fixed(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """The fixed form of HCPCS, changed."""
    return lambda _: change(official.hcpcs_fixed(HCPCS_CODES))


def record_at(line: int, column: int, new: bytes) -> Callable[[bytes], bytes]:
    """Overwrite a line from a column on."""

    def change(raw: bytes) -> bytes:
        lines = raw.split(b"\n")
        old = lines[line - 1]
        lines[line - 1] = old[: column - 1] + new + old[column - 1 + len(new) :]
        return b"\n".join(lines)

    return change


_MUE = "MCR_MUE_PractitionerServices_Eff_04-01-2026.csv"
_PTP = "ccipra-v321r0-f1.txt"
_HCPC = "HCPC2026_OCT_ANWEB.csv"
_ICD = "icd10cm_order_2027.txt"
_PFS = "PPRRVU2025_Oct.csv"
_AOC = "AOC_V2026Q2-F-MCR.txt"
_ZIP5 = "ZIP5_OCT2025.txt"
_NUCC = "nucc_taxonomy_251.csv"
_ORDER = "OrderReferring_20260401.csv"
_DEACTIVATED = "NPPES Deactivated NPI Report 20260401.csv"
_LEIE = "UPDATED_20260401.csv"
_OPT_OUT = "OptOutAffidavits.csv"


def as_text(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """The fixed form of the fee schedule, changed."""
    return lambda _: change(official.pfs_text(official.POLICIES))


DAMAGES = [
    Damage("mue", "cut", _MUE, cut(b"J3420"), 10, 1),
    Damage("mue", "cut behind the units", _MUE, cut(b"J3420,0"), 10, 3),
    Damage("mue", "units", _MUE, swap(b"J1885,8", b"J1885,eight"), 9, 2),
    Damage("mue", "code", _MUE, swap(b"J1885,8", b"J188,8"), 9, 1),
    Damage("mue", "indicator", _MUE, swap(b"2 Date", b"4 Date"), 9, 3),
    Damage("mue", "open quote", _MUE, swap(b"J1885,8", b'J1885,"8'), 9, 1),
    Damage("mue", "NUL", _MUE, swap(b"J3420,0", b"J3420,\0"), 10, 7),
    Damage("ptp", "cut", _PTP, cut(b"96372\t99212"), 8, 2),
    Damage("ptp", "cut in a date", _PTP, cut(b"99212\t\t2005"), 8, 4),
    Damage("ptp", "cut in the reason", _PTP, cut(b"20050101\t*\t1\tInv"), 8, 29),
    Damage("ptp", "modifier", _PTP, swap(b"20050101\t*\t1", b"20050101\t*\t7"), 8, 6),
    Damage("ptp", "code", _PTP, swap(b"96372\t99212", b"96372\t9921"), 8, 2),
    Damage("ptp", "mark", _PTP, swap(b"99211\t*", b"99211\tx"), 7, 3),
    Damage("ptp", "day of effect", _PTP, swap(b"20050101", b"20051301"), 8, 4),
    Damage("ptp", "day of deletion", _PTP, swap(b"20050101\t*", b"20050101\t20060230"), 8, 5),
    Damage("ptp", "NUL", _PTP, swap(b"99212", b"9921\0"), 8, 11),
    Damage("asp", "cut", "crosswalk.csv", cut(b'"Invented, 1 mg","Maker, Inc.",ABC-12'), 13, 4),
    Damage("asp", "units", "crosswalk.csv", swap(b"0.25,0.25", b"quarter,0.25"), 11, 9),
    Damage("asp", "negative", "crosswalk.csv", swap(b"0.5,1,7.5", b"0.5,-1,7.5"), 12, 8),
    Damage("asp", "endless", "crosswalk.csv", swap(b"0.5,1,7.5", b"Infinity,1,7.5"), 12, 7),
    Damage("asp", "number", "crosswalk.csv", swap(b"ABC-12", b"AB/12"), 13, 4),
    Damage("asp", "code", "crosswalk.csv", swap(b"J3490,", b"J34900,"), 12, 1),
    Damage("asp", "open quote", "crosswalk.csv", swap(b'J3490,"Invented, 1 mg"', b'J3490,"Inv'), 12, 1),
    Damage("asp", "in a record of two lines", "crosswalk.csv",
           swap(b'J3490,"Invented, 1 mg"', b'J34900,"Invented,\r\n1 mg"'), 12, 1),
    Damage("asp", "NUL", "crosswalk.csv", swap(b"J3490", b"\0J3490"), 12, 1),
    Damage("hcpcs", "cut", _HCPC, cut(b"JZ,0010,7"), 10, 3),
    Damage("hcpcs", "code", _HCPC, swap(b"J9999", b"9999J"), 4, 1),
    Damage("hcpcs", "day added", _HCPC, swap(b"20260701", b"20260731x"), 4, 45),
    Damage("hcpcs", "day terminated", _HCPC, swap(b"20181231", b"20181331"), 6, 47),
    Damage("hcpcs", "open quote", _HCPC, cut(b'JZ,0010,7,"Inv'), 10, 1),
    Damage("hcpcs", "NUL", _HCPC, swap(b"J9999", b"J\0999"), 4, 2),
    Damage("hcpcs", "fixed, cut", _HCPC, fixed(cut(b"Inv.")), 12, 95),
    Damage("hcpcs", "fixed, code", _HCPC, fixed(record_at(6, 1, b"j9999")), 6, 1),
    Damage("hcpcs", "fixed, day added", _HCPC, fixed(record_at(8, 269, b"20181301")), 8, 269),
    Damage("hcpcs", "fixed, day terminated", _HCPC, fixed(record_at(8, 285, b"2018123 ")), 8, 285),
    Damage("hcpcs", "fixed, NUL", _HCPC, fixed(record_at(8, 50, b"\0")), 8, 50),
    Damage("icd10cm", "cut", _ICD, cut(b"00005 Z0001"), 5, 7),
    Damage("icd10cm", "cut behind the flag", _ICD, cut(b"00005 Z0001   1"), 5, 15),
    Damage("icd10cm", "number", _ICD, swap(b"00004", b"0000x"), 4, 1),
    Damage("icd10cm", "code", _ICD, swap(b"O3110X0", b"o3110X0"), 4, 7),
    Damage("icd10cm", "flag", _ICD, swap(b"O3110X0 1", b"O3110X0 2"), 4, 15),
    Damage("icd10cm", "NUL", _ICD, swap(b"O3110X0 1", b"O3110X0 \0"), 4, 15),
    Damage("ndc", "package cut", "package.txt", cut(b"71336-100-01"), 3, 3),
    Damage("ndc", "product cut", "product.txt", cut(b'71336-100_b\t\t\t"Amv'), 3, 4),
    Damage("ndc", "NDC", "package.txt", swap(b"71336-100-01", b"7133-100-01"), 3, 3),
    Damage("ndc", "unknown product", "package.txt", swap(b"71336-100_b", b"71336-100_c"), 3, 1),
    Damage("ndc", "day", "package.txt", swap(b"20260228", b"20260229"), 3, 6),
    Damage("ndc", "NUL", "package.txt", swap(b"20260228", b"2026022\0"), 3, 44),
    Damage("mcd", "cut", "article_x_icd10_covered.csv", cut(b'"50003","1","E23.0"'), 6, 3),
    Damage("mcd", "procedure", "article_x_hcpc_code.csv", swap(b"J3420", b"J342"), 2, 3),
    Damage("mcd", "diagnosis", "article_x_icd10_covered.csv", swap(b"E53.8", b"E53?8"), 3, 3),
    Damage("mcd", "day", "article.csv", swap(b"2026-05-01", b"2026-05-41"), 2, 7),
    Damage("mcd", "open quote", "article_x_icd10_covered.csv", cut(b'"50003","1","E23'), 6, 1),
    Damage("mcd", "NUL", "article_x_hcpc_code.csv", swap(b"J3420", b"J342\0"), 2, 18),
    Damage("pfs", "cut", _PFS, cut(b'J3420,,"Invented, text",E,,9,XXX'), 10, 7),
    Damage("pfs", "open quote", _PFS, cut(b'J3420,,"Inv'), 10, 1),
    Damage("pfs", "code", _PFS, swap(b"20610", b"2061"), 9, 1),
    Damage("pfs", "modifier", _PFS, swap(b"71046,26", b"71046,2"), 8, 2),
    Damage("pfs", "global days", _PFS, swap(b"000,2,1,1", b"007,2,1,1"), 9, 7),
    Damage("pfs", "NUL", _PFS, swap(b"20610", b"2061\0"), 9, 5),
    Damage("pfs", "text, cut", _PFS, as_text(cut(b"J3420  Inv")), 7, 10),
    Damage("pfs", "text, code", _PFS, as_text(swap(b"20610", b"2-610")), 6, 1),
    Damage("pfs", "text, status", _PFS, as_text(record_at(6, 58, b"5")), 6, 58),
    Damage("pfs", "text, global days", _PFS, as_text(swap(b"0000.10", b"0007.10")), 6, 59),
    Damage("aoc", "cut", _AOC, cut(b"2\t99292\t"), 6, 3),
    Damage("aoc", "open quote", _AOC, swap(b"2\t99292\t", b'2\t"99292\t'), 6, 1),
    Damage("aoc", "type", _AOC, swap(b"2\t99292", b"4\t99292"), 6, 1),
    Damage("aoc", "primary code", _AOC, swap(b"CCCCC", b"CCCC"), 6, 4),
    Damage("aoc", "day", _AOC, swap(b"2014365", b"2014366"), 5, 5),
    Damage("aoc", "day of a calendar", _AOC, swap(b"2026120", b"20260430"), 6, 7),
    Damage("aoc", "NUL", _AOC, swap(b"99292", b"9929\0"), 6, 7),
    Damage("asp-limits", "cut", "limits.csv", cut(b"J9999,Invented"), 6, 2),
    Damage("asp-limits", "open quote", "limits.csv", swap(b'"1,002.5"', b'"1,002.5'), 5, 1),
    Damage("asp-limits", "limit", "limits.csv", swap(b"0.512", b"much"), 4, 4),
    Damage("asp-limits", "code", "limits.csv", swap(b"J1885", b"J188"), 4, 1),
    Damage("asp-limits", "NUL", "limits.csv", swap(b"J1885", b"J188\0"), 4, 5),
    Damage("noc", "cut", "noc.csv", cut(b"Inventan,Maker,71336"), 5, 3),
    Damage("noc", "open quote", "noc.csv", swap(b'Inc."', b"Inc."), 4, 1),
    Damage("noc", "NDC", "noc.csv", swap(b"71336-1004-01", b"7/36"), 5, 3),
    Damage("noc", "units", "noc.csv", swap(b"0.5,0.5", b"half,0.5"), 5, 8),
    Damage("noc", "NUL", "noc.csv", swap(b"Inventan", b"\0"), 5, 1),
    Damage("zip5", "cut", _ZIP5, cut(b"AK9950102102"), 3, 13),
    Damage("zip5", "ZIP", _ZIP5, swap(b"AK99501", b"AK9950x"), 3, 3),
    Damage("zip5", "carrier", _ZIP5, swap(b"02102", b"0210x"), 3, 8),
    Damage("zip5", "rural", _ZIP5, swap(b"01B", b"01X"), 3, 15),
    Damage("zip5", "quarter", _ZIP5, record_at(3, 80, b"5"), 3, 76),
    Damage("zip5", "NUL", _ZIP5, swap(b"99501", b"9950\0"), 3, 7),
    Damage("taxonomy", "cut", _NUCC, cut(b"363L00000X,Group"), 3, 2),
    Damage("taxonomy", "open quote", _NUCC, swap(b'more"', b"more"), 2, 1),
    Damage("taxonomy", "code", _NUCC, swap(b"363L00000X", b"363L00000"), 3, 1),
    Damage("taxonomy", "NUL", _NUCC, swap(b"363L00000X", b"363L0000\0X"), 3, 9),
    Damage("sad", "cut", "sad.csv", cut(b"A52571,J1438"), 3, 2),
    Damage("sad", "open quote", "sad.csv", swap(b'sc"', b"sc"), 2, 1),
    Damage("sad", "code", "sad.csv", swap(b"J1438", b"J143"), 3, 2),
    Damage("sad", "day", "sad.csv", swap(b"12/31/2025", b"13/31/2025"), 3, 6),
    Damage("sad", "NUL", "sad.csv", swap(b"J1438", b"J143\0"), 3, 12),
    Damage("order-refer", "cut", _ORDER, cut(b'1245319599,"BRACK, JR",BO,N'), 3, 4),
    Damage("order-refer", "open quote", _ORDER, swap(b'JR"', b"JR"), 3, 1),
    Damage("order-refer", "NPI", _ORDER, swap(b"1245319599", b"3245319599"), 3, 1),
    Damage("order-refer", "flag", _ORDER, swap(b"Y,N,Y,N,Y", b"Y,N,X,N,Y"), 2, 6),
    Damage("order-refer", "NUL", _ORDER, swap(b"1245319599", b"124531959\0"), 3, 10),
    Damage("deactivated-npi", "cut", _DEACTIVATED, cut(b"1245319599"), 4, 1),
    Damage("deactivated-npi", "open quote", _DEACTIVATED, swap(b"01/15/2006", b'"01/15/2006'), 4, 1),
    Damage("deactivated-npi", "no day", _DEACTIVATED, swap(b"01/15/2006", b""), 4, 2),
    Damage("deactivated-npi", "day", _DEACTIVATED, swap(b"01/15/2006", b"01/35/2006"), 4, 2),
    Damage("deactivated-npi", "NUL", _DEACTIVATED, swap(b"01/15/2006", b"\0"), 4, 12),
    Damage("leie", "cut", _LEIE, cut(b'"BRACK","BO","","","1245319599"'), 4, 5),
    Damage("leie", "open quote", _LEIE, cut(b'"BRACK","BO","","","1245'), 4, 1),
    Damage("leie", "NPI", _LEIE, swap(b"0000000000", b"000000000"), 3, 5),
    Damage("leie", "day", _LEIE, swap(b"20240120", b"20241320"), 4, 8),
    Damage("leie", "no day", _LEIE, swap(b"20110220", b"00000000"), 3, 8),
    Damage("leie", "NUL", _LEIE, swap(b"BRACK", b"BR\0CK"), 4, 4),
    Damage("opt-out", "cut", _OPT_OUT, cut(b"1234567893,Psychiatry,02/01/2025"), 3, 5),
    Damage("opt-out", "open quote", _OPT_OUT, swap(b"331011234", b'"331011234'), 3, 1),
    Damage("opt-out", "NPI", _OPT_OUT, swap(b"1234567893", b"123456789"), 2, 3),
    Damage("opt-out", "day", _OPT_OUT, swap(b"02/01/2027", b"02/30/2027"), 3, 6),
    Damage("opt-out", "NUL", _OPT_OUT, swap(b"331011234", b"3310\0"), 3, 59),
]  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: f"{damage.kind}: {damage.what}")
def test_damage_is_named_by_its_place(tables: Path, source: Path, damage: Damage) -> None:
    """A damaged file is refused by file, line and column; the tables are byte for byte as they were."""
    bring_in_sample(damage.kind, tables)
    before = contents(tables)
    files = dict(SAMPLES[damage.kind])
    files[damage.name] = damage.change(files[damage.name])
    paths = written(source, files)
    with pytest.raises(TableError) as error:
        bring_in(damage.kind, tables, paths, effective=SAMPLE_DAYS[damage.kind])
    assert str(error.value).startswith(f"{source / damage.name}:{damage.line}: column {damage.column}: ")
    assert contents(tables) == before


def test_every_kind_is_damaged() -> None:
    """The damages above: a record cut, a wrong value, NUL and, where cells are quoted, an open quote."""
    done = {kind: {damage.what for damage in DAMAGES if damage.kind == kind} for kind in KINDS}
    assert set(done) == set(SAMPLES)
    assert all(any("cut" in what for what in whats) and "NUL" in whats for whats in done.values())
    unquoted = {kind for kind, whats in done.items() if "open quote" not in whats}
    assert unquoted == {"ptp", "icd10cm", "ndc", "zip5"}


@pytest.mark.parametrize("kind", SLOTS)
@pytest.mark.parametrize("other", SLOTS)
def test_a_file_of_another_kind(tables: Path, source: Path, kind: str, other: str) -> None:
    """A file of another kind is refused with what it looks like; the tables are as they were."""
    if kind == other:
        return
    bring_in_sample(kind, tables)
    before = contents(tables)
    paths = written(source, SAMPLES[other])
    with pytest.raises(TableError) as error:
        bring_in(kind, tables, paths, effective=MAY)
    message = str(error.value)
    assert message.startswith(f"{paths[0]}:1: column 1: expected {KINDS[kind].title}; ")
    assert f"this looks like {other} ({KINDS[other].title})" in message
    assert contents(tables) == before


@pytest.mark.parametrize("kind", SLOTS)
@pytest.mark.parametrize(
    "raw",
    [b"", b"\n" * 100, b"Dear Sir,\nno table is here.\n", b"a,b\n1,2\n"],
    ids=["empty", "blank", "text", "csv"],
)
def test_a_file_of_no_kind(tables: Path, source: Path, kind: str, raw: bytes) -> None:
    """What is no table at all is refused with what the kind's files begin with, and no folder is made."""
    (path,) = written(source, {"2026-04-01.csv": raw})
    with pytest.raises(TableError) as error:
        bring_in(kind, tables, [path])
    assert str(error.value) == f"{path}:1: column 1: expected {KINDS[kind].title}: {KINDS[kind].expects}"
    assert not tables.exists()


@pytest.mark.parametrize(
    "heading", ["Outpatient Hospital Services", "DME Supplier Services", "Facility Outpatient"]
)
def test_the_limits_of_hospitals(tables: Path, source: Path, heading: str) -> None:
    """The hospitals' file is refused in words, not by its columns."""
    raw = official.mue_hospital([("96372", 4, "3 Invented")])
    raw = raw.replace(b"Outpatient Hospital Services", heading.encode())
    (path,) = written(source, {"MCR_MUE_OutpatientHospital_Eff_04-01-2026.csv": raw})
    with pytest.raises(TableError) as error:
        bring_in("mue", tables, [path])
    assert str(error.value) == (
        f"{path}: these are facility or DME supplier MUEs; professional claims need the practitioner file"
    )


def test_the_practitioner_file_is_found_beside_the_hospitals(tables: Path, source: Path) -> None:
    """A zip with both files gives the practitioner's limits."""
    members = {
        "A_Hospital_04-01-2026.csv": official.mue_hospital([("96372", 9, "3 Invented")]),
        "B_Practitioner_04-01-2026.csv": official.mue([("96372", 4, "3 Invented")]),
    }
    bring_in("mue", tables, written(source, {"both.zip": zipped(members)}), partial=False)
    limit = looking(tables).mue("96372", MAY).value
    assert limit
    assert limit.limit == 4


@pytest.mark.parametrize("kind", SLOTS)
@pytest.mark.parametrize("share", [0.1, 0.6, 0.99])
def test_a_zip_that_is_cut(tables: Path, source: Path, kind: str, share: float) -> None:
    """A zip that was not downloaded whole is refused by its name."""
    bring_in_sample(kind, tables)
    before = contents(tables)
    raw = zipped(SAMPLES[kind], SAMPLE_DAYS[kind])
    (path,) = written(source, {"download.zip": raw[: int(len(raw) * share)]})
    with pytest.raises(TableError, match="not a zip file, or a damaged one") as error:
        bring_in(kind, tables, [path])
    assert str(path) in str(error.value)
    assert contents(tables) == before


def test_a_zip_whose_member_is_cut_or_changed(tables: Path, source: Path) -> None:
    """A member that does not have its checksum is refused, also where only its end is wrong."""
    raw = official.mue([(f"J{number:04}", 1, "2 Invented") for number in range(5_000)])
    name = "Eff_04-01-2026.csv"
    path = source / "stored.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(name, raw)
    packed = path.read_bytes()
    path.write_bytes(packed.replace(b"J4999,1", b"J4999,2"))
    with pytest.raises(TableError) as error:
        bring_in("mue", tables, [path])
    assert str(error.value).startswith(f"{path}:{name}: damaged: ")
    assert contents(tables) == {}


def test_what_a_zip_may_hold(tables: Path, source: Path) -> None:
    """Zips without a text, and those that would fill the disk, are refused by name."""
    cases = {
        "no-text.zip": (
            zipped({"a.doc": b"PK", "b.pdf": b"%PDF"}),
            "no text, CSV file or workbook in this zip",
        ),
        "bomb.zip": (zipped({"a.csv": b"0" * 5_000_000}), "a.csv would unpack to 5000000 bytes"),
    }
    for name, (raw, message) in cases.items():
        (path,) = written(source, {name: raw})
        with pytest.raises(TableError, match=re.escape(f"{path}: {message}")):
            bring_in("mue", tables, [path])
    assert not tables.exists()


_WORDLESS = {
    "mue": {"limits.csv": SAMPLES["mue"][_MUE]},
    "ptp": {"pairs-f1.txt": SAMPLES["ptp"][_PTP]},
    "asp": {"a.csv": official.asp([("J1885", "00409-3795-01", "", "", "", "", "")], "soon")},
    "hcpcs": {"codes.csv": SAMPLES["hcpcs"][_HCPC]},
    "icd10cm": {"codes.txt": SAMPLES["icd10cm"][_ICD]},
    "ndc": SAMPLES["ndc"],
    "mcd": SAMPLES["mcd"],
    "pfs": {"policies.csv": official.pfs(official.POLICIES, notice="Soon")},
    "aoc": {"codes.txt": SAMPLES["aoc"][_AOC]},
    "asp-limits": {
        "limits.csv": SAMPLES["asp-limits"]["limits.csv"]
        .replace(b"Effective", b"From ")
        .replace(b"2026", b"26")
    },
    "noc": {"noc.csv": SAMPLES["noc"]["noc.csv"].replace(b"2025", b"25")},
    "taxonomy": {"codes.csv": SAMPLES["taxonomy"][_NUCC]},
    "sad": SAMPLES["sad"],
    "order-refer": {"list.csv": SAMPLES["order-refer"][_ORDER]},
    "deactivated-npi": {"list.csv": SAMPLES["deactivated-npi"][_DEACTIVATED]},
    "leie": {"UPDATED.csv": SAMPLES["leie"][_LEIE]},
    "opt-out": {"list.csv": SAMPLES["opt-out"][_OPT_OUT].replace(b",Last updated", b",When")},
}


@pytest.mark.parametrize("kind", _WORDLESS)
def test_a_file_that_does_not_say_its_day(tables: Path, source: Path, kind: str) -> None:
    """Without a day in name or text it is asked for, and taken from the user."""
    paths = written(source, _WORDLESS[kind])
    with pytest.raises(
        TableError, match="no effective date in its name or text; give --effective YYYY-MM-DD"
    ):
        bring_in(kind, tables, paths)
    assert not tables.exists()
    about, _ = bring_in(kind, tables, paths, effective=date(2026, 2, 3), until=date(2026, 2, 10))
    assert (about.published, about.covers.last) == (date(2026, 2, 3), date(2026, 2, 10))
    with pytest.raises(TableError, match="the last day 2026-02-02 is before the first day 2026-02-03"):
        bring_in(kind, tables, paths, effective=date(2026, 2, 3), until=date(2026, 2, 2))


@pytest.mark.parametrize(
    ("kind", "name"),
    [("mue", "Eff_13-45-2026.csv"), ("mue", "Eff_02-30-2026.csv"), ("ptp", "ccipra-v325r0-f1.txt")],
)
def test_a_name_with_no_such_day(tables: Path, source: Path, kind: str, name: str) -> None:
    """A name with a day or quarter that there is not says nothing."""
    (raw,) = list(SAMPLES[kind].values())[:1]
    with pytest.raises(TableError, match="give --effective"):
        bring_in(kind, tables, written(source, {name: raw}))
    assert not tables.exists()


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("ccipra-v320r0-f1.txt", date(2026, 1, 1)),
        ("ccipra-v303r1-f1.txt", date(2024, 10, 1)),
        ("medicare-ncci-2026q3-practitioner-f1.txt", date(2026, 7, 1)),
        ("2024Q3-pairs.txt", date(2024, 7, 1)),
    ],
)
def test_the_quarter_of_pairs(tables: Path, source: Path, name: str, day: date) -> None:
    """NCCI's versions count years from 1994 and quarters from 0."""
    about, _ = bring_in("ptp", tables, written(source, {name: SAMPLES["ptp"][_PTP]}))
    assert about.published == day


_MISLEADING = "medicaid 01-01-2020 v250r0 2019q2 HCPC2019_JAN"


@pytest.mark.parametrize("kind", ["mue", "ptp", "hcpcs", "icd10cm"])
def test_folders_say_nothing(tables: Path, tmp_path: Path, kind: str) -> None:
    """Days and programs are read in the files' own names; those of the user's folders say nothing."""
    paths = written(tmp_path / _MISLEADING / "2018", SAMPLES[kind])
    about, _ = bring_in(kind, tables, paths)
    assert about.published == SAMPLE_DAYS[kind]
    assert about.program in ("", "medicare")
    inside = {f"{_MISLEADING}/{name}": raw for name, raw in SAMPLES[kind].items()}
    about, _ = bring_in(kind, tables, written(tmp_path, {"packed.zip": zipped(inside)}))
    assert about.published == SAMPLE_DAYS[kind]


def test_the_name_of_the_zip_counts(tables: Path, source: Path) -> None:
    """Where the member's name says nothing, the zip's does."""
    raw = zipped({"f1.txt": SAMPLES["ptp"][_PTP]})
    about, _ = bring_in("ptp", tables, written(source, {"medicaid-ncci-2026q2-f1.zip": raw}))
    assert (about.table, about.published) == ("ptp-medicaid", date(2026, 4, 1))


def test_the_innermost_name_counts_first(tables: Path, source: Path) -> None:
    """Where the member, the zip around it and the zip around that have a day each, the member's holds."""
    inner = zipped({"Eff_04-01-2026.csv": SAMPLES["mue"][_MUE]})
    (path,) = written(source, {"01-01-2019.zip": zipped({"01-01-2020.zip": inner})})
    assert bring_in("mue", tables, [path])[0].published == date(2026, 4, 1)
    unnamed = zipped({"a.csv": SAMPLES["mue"][_MUE]})
    (path,) = written(source, {"01-01-2019.zip": zipped({"01-01-2020.zip": unnamed})})
    assert bring_in("mue", tables, [path])[0].published == date(2020, 1, 1)


def test_files_of_one_release_only(tables: Path, source: Path) -> None:
    """Files of two quarters, or two of a kind that is one file, are refused; none is taken."""
    pairs = SAMPLES["ptp"][_PTP]
    with pytest.raises(TableError, match="different releases"):
        bring_in("ptp", tables, written(source, {"v321r0-f1.txt": pairs, "v322r0-f2.txt": pairs}))
    for kind, message in (("hcpcs", "HCPCS is a single file"), ("icd10cm", "ICD-10-CM is a single file")):
        ((name, raw),) = SAMPLES[kind].items()
        with pytest.raises(TableError, match=message):
            bring_in(kind, tables, written(source, {name: raw, f"another-{name}": raw}))
    assert not tables.exists()


@pytest.mark.parametrize(
    ("kind", "left_out", "message"),
    [
        ("ndc", "product.txt", "the product file is missing"),
        ("ndc", "package.txt", "the package file is missing"),
        ("mcd", "article.csv", "article.csv of the database is missing"),
        ("mcd", "article_x_hcpc_code.csv", "article_x_hcpc_code.csv of the database is missing"),
        ("mcd", "article_x_icd10_covered.csv", "article_x_icd10_covered.csv of the database is missing"),
    ],
)
def test_a_file_that_is_lacking(tables: Path, source: Path, kind: str, left_out: str, message: str) -> None:
    """Where a kind needs several files, the one that is missing is named."""
    members = {name: raw for name, raw in SAMPLES[kind].items() if name != left_out}
    with pytest.raises(TableError, match=re.escape(message)):
        bring_in(kind, tables, written(source, {"packed.zip": zipped(members)}))
    assert not tables.exists()


def test_two_product_files(tables: Path, source: Path) -> None:
    """Two directories at once are refused."""
    files = dict(SAMPLES["ndc"]) | {"product2.txt": SAMPLES["ndc"]["product.txt"]}
    with pytest.raises(TableError, match="the product file is given more than once"):
        bring_in("ndc", tables, written(source, files))


def test_a_header_without_rows(tables: Path, source: Path) -> None:
    """A file of the kind with no row in it is refused; the table that is there stays."""
    bring_in_sample("mue", tables)
    before = contents(tables)
    with pytest.raises(TableError, match="no rows found"):
        bring_in("mue", tables, written(source, {_MUE: official.mue([])}))
    assert contents(tables) == before


# --------------------------------------------------------------------------------------- anything at all

_NOISE = (b"\0", b'"', b"\r", b"\n", b"\t", b",", b"\xff", b"\x1a", b"0", b"99999999", b"PK\x03\x04")


@st.composite
def _spoilt(draw: st.DrawFn) -> tuple[str, Mapping[str, bytes]]:
    """A kind and files of it, one of which has been cut, filled in or overwritten, or all of them zipped."""
    kind = draw(st.sampled_from(SLOTS))
    files = dict(SAMPLES[kind])
    if kind == "hcpcs" and draw(st.booleans()):
        files[_HCPC] = official.hcpcs_fixed(HCPCS_CODES)
    if draw(st.booleans()):
        files = {"packed 04-01-2026 2026.zip": zipped(files)}
    name = draw(st.sampled_from(sorted(files)))
    raw = files[name]
    for _ in range(draw(st.integers(1, 3))):
        first = draw(st.integers(0, len(raw)))
        last = draw(st.integers(first, min(len(raw), first + 40)))
        put = draw(st.sampled_from(_NOISE) | st.binary(max_size=4) | st.just(raw[first:last] * 2))
        raw = raw[:first] if draw(st.integers(0, 9)) == 0 else raw[:first] + put + raw[last:]
    files[name] = raw
    return kind, files


@given(_spoilt())
def test_whatever_is_in_a_file(spoilt: tuple[str, Mapping[str, bytes]]) -> None:
    """Any bytes are imported or refused with a TableError; if refused, nothing has changed."""
    kind, files = spoilt
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "tables"
        bring_in_sample(kind, folder)
        before = contents(folder)
        paths = written(Path(name) / "spoilt", files)
        refused = ""
        try:
            bring_in(kind, folder, paths, effective=date(2026, 4, 1))
        except TableError as error:
            refused = str(error)
        if refused:
            assert refused.startswith(name)
            assert contents(folder) == before
        else:
            assert all(entry.about.rows > 0 for entry in stored(folder))
            assert {path.suffix for path in folder.iterdir()} == {".sqlite"}


@given(
    st.lists(
        st.tuples(
            st.from_regex(r"[0-9A-Z]{5}", fullmatch=True), st.integers(0, 999_999), st.sampled_from("123")
        ),
        min_size=1,
        max_size=20,
        unique_by=lambda limit: limit[0],
    )
)
def test_limits_come_back(limits: list[tuple[str, int, str]]) -> None:
    """Whatever limits are written into an official file, those are what the table answers."""
    with tempfile.TemporaryDirectory() as name:
        paths = written(Path(name), {_MUE: official.mue((code, n, f"{i} Invented") for code, n, i in limits)})
        bring_in("mue", Path(name) / "tables", paths)
        lookups = looking(Path(name) / "tables")
        assert [lookups.mue(code, MAY).value for code, _, _ in limits] == limits


# ------------------------------------------------------------------------------------ the real layouts

needs_reference = pytest.mark.skipif(not REFERENCE.is_dir(), reason="the official samples are not here")


def _lines(name: str) -> list[bytes]:
    return (REFERENCE / name).read_bytes().replace(b"\r", b"").split(b"\n")


@needs_reference
def test_real_limits(tables: Path) -> None:
    """The rows of a real MUE file are its lines that begin with a code and a number."""
    name = "MCR_MUE_PractitionerServices_Eff_04-01-2026.excerpt.csv"
    about, _ = bring_in("mue", tables, [REFERENCE / name])
    limits = {
        line.split(b",")[0]: line for line in _lines(name) if re.match(rb"[0-9A-Z]{5},\d+,[123] ", line)
    }
    assert (about.label, about.rows) == ("2026-04-01", len(limits))
    lookups = looking(tables)
    for code, line in limits.items():
        limit = lookups.mue(code.decode(), MAY).value
        assert limit
        assert [str(limit.limit).encode(), limit.indicator.encode()] == [
            line.split(b",")[1],
            line.split(b",")[2][:1],
        ]


@needs_reference
@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("ccipra-v322r0-f1.excerpt.txt", date(2026, 7, 1)),
        ("ccipra-2024Q3-96372-and-family.txt", date(2024, 7, 1)),
    ],
)
def test_real_pairs(tables: Path, name: str, day: date) -> None:
    """The rows of a real PTP file are its lines that begin with two codes, and every one is found."""
    about, _ = bring_in("ptp", tables, [REFERENCE / name])
    pairs = {tuple(line.split(b"\t")[:6]) for line in _lines(name) if re.match(rb"\w{5}\t\w{5}\t", line)}
    assert (about.published, about.rows) == (day, len(pairs))
    lookups = looking(tables)
    on_the_day = day.strftime("%Y%m%d").encode()
    holding: dict[tuple[bytes, bytes], list[bytes]] = {(pair[0], pair[1]): [] for pair in pairs}
    for one, two, _, effective, deleted, modifier in pairs:
        # Deleted on the day it began: it never held.
        if effective <= on_the_day and (deleted == b"*" or deleted >= on_the_day) and effective != deleted:
            holding[one, two].append(modifier)
    for (one, two), modifiers in holding.items():
        answer = lookups.ptp(one.decode(), two.decode(), day)
        assert sorted(record.modifier.encode() for record in answer.records) == sorted(modifiers)
        assert not answer.uncovered


@needs_reference
def test_real_drugs(tables: Path) -> None:
    """The rows of a real crosswalk are its lines behind the headings; all codes of an NDC come."""
    name = "ASP_NDC-HCPCS_Crosswalk_2025-10.csv"
    about, _ = bring_in("asp", tables, [REFERENCE / name])
    lines = (REFERENCE / name).read_bytes().decode("cp1252")
    # A code at the beginning of a line is a row; the NDC is the first cell of its form.
    rows = re.findall(r"(?m)^([A-Z0-9]{5}),.*?,(\d{5}-\d{4}-\d{2}),", lines)
    codes: dict[str, set[str]] = {}
    for code, ndc in rows:
        codes.setdefault(ndc.replace("-", ""), set()).add(code)
    assert max(map(len, codes.values())) > 1
    lookups = looking(tables)
    day = date(2025, 11, 11)
    for ndc, found in codes.items():
        assert {record.procedure for record in lookups.asp(ndc, day).records} == found
    assert about.label == "2025-10-01"
    assert about.complete
    begun = re.findall(r"(?m)^[A-Z0-9]{5},(?=.{20})[^\r]*", lines)
    assert about.rows == len(set(begun))


@needs_reference
def test_real_codes(tables: Path) -> None:
    """The rows of real HCPCS files are the records with 3 or 7 in column 11, or in the third cell."""
    name = "HCPC2020_ANWEB_w_disclaimer.excerpt.txt"
    about, _ = bring_in("hcpcs", tables, [REFERENCE / name])
    records = {line for line in _lines(name) if re.match(rb"[ A-Z][ 0-9]{2}\w\w\d{5}[37]", line)}
    assert (about.published, about.rows) == (date(2020, 1, 1), len(records))
    lookups = looking(tables)
    for line in records:
        code, ended = line[:5].decode().strip(), line[284:292].decode().strip()
        answer = (
            lookups.modifier(code, date(2020, 1, 1))
            if len(code) == 2
            else lookups.hcpcs(code, date(2020, 1, 1))
        )
        assert bool(answer.records) == (not ended or ended >= "20200101")
        assert answer.records or answer.elsewhen

    name = "HCPC2026_OCT_ANWEB.excerpt.csv"
    about, _ = bring_in("hcpcs", tables, [REFERENCE / name])
    cells = [line for line in _lines(name) if re.match(rb"[ \w]{5},\d+,[37],", line)]
    assert (about.published, about.rows) == (date(2026, 10, 1), len(cells))
    assert not looking(tables).modifier("JG", date(2026, 10, 1)).records


@needs_reference
def test_real_diagnoses(tables: Path) -> None:
    """The rows of a real order file are its lines."""
    name = "icd10cm_order_2026.excerpt.txt"
    about, _ = bring_in("icd10cm", tables, [REFERENCE / name])
    lines = [line for line in _lines(name) if line]
    assert (about.label, about.rows) == ("FY2026", len(lines))
    lookups = looking(tables)
    for line in lines:
        code = lookups.icd10cm(line[6:13].decode().strip(), date(2026, 1, 1)).value
        assert code
        assert code.billable == (line[14:15] == b"1")


@needs_reference
def test_the_samples_are_of_the_real_layouts() -> None:
    """The builders write the columns that CMS and FDA document: HCPCS by place, the others by name."""
    layout = (REFERENCE / "HCPCS2019_recordlayout.txt").read_text(encoding="cp1252")
    (line,) = [
        line for line in official.hcpcs_fixed([("J1885", "D", "19960101", "20301231")]).splitlines()
        if line.startswith(b"J188500100")
    ]  # fmt: skip
    for field, text in (("Coverage Code", b"D"), ("Code Added Date", b"19960101"),
                        ("Termination Date", b"20301231"), ("Record Identification Code", b"3")):  # fmt: skip
        match = re.search(rf"HCPCS {field}\s+(\d+)\s+(\d+)\s+(\d+)", layout)
        assert match
        assert line[int(match[2]) - 1 : int(match[3])] == text
    assert len(line) == official.HCPCS_WIDTH

    fda = (REFERENCE / "fda_ndc_columns.txt").read_text(encoding="utf-8")
    assert re.findall(r"(?m)^product\.txt: (.*)$", fda) == [" ".join(official.PRODUCT_COLUMNS)]
    assert re.findall(r"(?m)^package\.txt: (.*)$", fda) == [" ".join(official.PACKAGE_COLUMNS)]
    mcd = (REFERENCE / "mcd_article_csv_columns.txt").read_text(encoding="utf-8")
    for name, columns in official.MCD_COLUMNS.items():
        found = re.search(rf"(?:^|; ){name}: (?!same)([a-z0-9_,]+)", mcd, re.MULTILINE)
        assert found or name == "article_x_icd10_noncovered"
        if found:
            documented = found[1].split(",")
            assert list(columns)[: len(documented)] == documented
