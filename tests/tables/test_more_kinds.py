"""What is read of the fee schedule, add-on codes, ZIP codes, lists of providers and changes of ICD-10-CM."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from scrubber.errors import TableError
from scrubber.tables import Lookups, Tables
from scrubber.tables.rows import (
    AddOnEdit,
    Exclusion,
    OptOut,
    OrderingProvider,
    PaymentPolicy,
    UnclassifiedDrug,
    ZipLocality,
)
from tests.support import official
from tests.support.importing import bring_in, contents, looking
from tests.support.official import POLICIES, SAMPLE_DAYS, SAMPLES, written

ADA, BO, NOBODY = "1234567893", "1245319599", "1679576722"


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    return tmp_path / "tables"


def sample(kind: str, tables: Path) -> Lookups:
    """The sample of a kind, imported as the whole."""
    paths = written(tables.parent / "download", SAMPLES[kind])
    effective = SAMPLE_DAYS[kind] if kind == "sad" else None
    about, _ = bring_in(kind, tables, paths, effective=effective, partial=False)
    assert about.published == SAMPLE_DAYS[kind]
    return looking(tables)


# ------------------------------------------------------------------------------------------- fee schedule


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("PPRRVU2025_Oct.csv", official.pfs(POLICIES)),
        ("PPRRVU2026_Jan_nonQPP.csv", official.pfs(POLICIES, priced=True)),
        ("PPRRVU2025_Oct.txt", official.pfs_text(POLICIES)),
        ("PPRRVU25_OCT.xlsx", official.as_workbook(official.pfs(POLICIES))),
    ],
    ids=["csv", "one column more", "text", "workbook"],
)
def test_payment_policies(tables: Path, tmp_path: Path, name: str, raw: bytes) -> None:
    """Every form says the same, wherever a release has its columns."""
    about, _ = bring_in("pfs", tables, written(tmp_path, {name: raw}), partial=False)
    day = about.published
    assert day == (date(2026, 1, 1) if "2026" in name else date(2025, 10, 1))
    lookups = looking(tables)
    assert lookups.payment_policy("96372", day).value == PaymentPolicy(
        "96372", "", status="A", pctc="5", global_days="XXX", multiple="0", bilateral="0", assistant="0",
        co_surgeon="0", team="0", supervision="09",
    )  # fmt: skip
    both = [lookups.payment_policy("71046", day, modifier).value for modifier in ("", "26")]
    assert [policy and policy.supervision for policy in both] == ["01", "09"]
    injection = lookups.payment_policy("20610", day).value
    assert injection
    assert (injection.global_days, injection.multiple, injection.bilateral, injection.assistant) == (
        "000", "2", "1", "1",
    )  # fmt: skip
    assert lookups.payment_policy("96372", day, "26").is_absent
    assert lookups.payment_policy("96372", date(day.year, day.month + 2, 1)).carried_over == ""
    assert lookups.payment_policy("96372", date(day.year + 1, day.month, 1)).carried_over
    assert lookups.payment_policy("96372", date(day.year + 2, day.month, 1)).uncovered


def test_the_day_of_a_fee_schedule(tables: Path, tmp_path: Path) -> None:
    """The notice says it where the name does not; a zip is named with a letter for the quarter."""
    raw = official.pfs(POLICIES)
    assert bring_in("pfs", tables, written(tmp_path, {"a.csv": raw}))[0].label == "2025-10-01"
    packed = official.zipped({"PPRRVU.csv": raw, "PPRRVU.txt": official.pfs_text(POLICIES)})
    about, _ = bring_in("pfs", tables, written(tmp_path, {"RVU26B.zip": packed}))
    assert (about.label, about.rows) == ("2026-04-01", len(POLICIES))


# ------------------------------------------------------------------------------------- codes and places


def test_add_on_codes(tables: Path) -> None:
    """The first of three ends is the end; days are year and day of the year."""
    lookups = sample("aoc", tables)
    day = date(2026, 4, 30)
    answer = lookups.add_on("96361", day)
    assert answer.records == (AddOnEdit("96361", "96360", "1", date(2013, 4, 1), date.max),)
    ended = AddOnEdit("96361", "96365", "1", date(2013, 4, 1), date(2014, 12, 31))
    assert ended not in answer.records
    (row,) = [row for row in lookups.tables.vintages[0].rows("96361") if row.value.startswith("96365")]
    assert AddOnEdit.of(row) == ended
    defined = lookups.add_on("99292", day).value
    assert defined
    assert (defined.primary, defined.edit_type) == ("CCCCC", "2")
    assert lookups.add_on("99292", date(2026, 5, 1)).is_absent
    assert lookups.add_on("96372", day).is_absent


def test_prices(tables: Path) -> None:
    lookups = sample("asp-limits", tables)
    day = date(2026, 3, 31)
    limits = {code: lookups.payment_limit(code, day).value for code in ("J1885", "J3420", "J9999")}
    assert {code: limit and (limit.dosage, limit.limit) for code, limit in limits.items()} == {
        "J1885": ("15 MG", Decimal("0.512")),
        "J3420": ("1000 MCG", Decimal("1002.5")),
        "J9999": ("1 MG", None),
    }
    lookups = sample("noc", tables)
    assert lookups.unclassified_drug("71336100401", date(2025, 12, 31)).value == UnclassifiedDrug(
        "71336100401", "Inventan", "1 MG", Decimal("0.5"), Decimal("0.5")
    )


def test_zip_codes(tables: Path) -> None:
    """The east of Kansas is in Kansas."""
    lookups = sample("zip5", tables)
    day = date(2025, 12, 31)
    places = [lookups.zip_locality(code, day).value for code in ("33101", "66101", "99501")]
    assert places == [
        ZipLocality("33101", "FL", "09102", "04", "", needs_plus_four=False),
        ZipLocality("66101", "EK", "05202", "00", "R", needs_plus_four=True),
        ZipLocality("99501", "AK", "02102", "01", "B", needs_plus_four=False),
    ]
    assert [place and place.state for place in places] == ["FL", "KS", "AK"]
    assert lookups.zip_locality("00000", day).is_absent
    assert lookups.zip_locality("00000", date(2026, 1, 1)).uncovered
    later = lookups.zip_locality("33101", date(2026, 1, 1))
    assert (later.value, bool(later.carried_over)) == (places[0], True)


def test_taxonomy(tables: Path) -> None:
    """A code stays what it is after the half-year; one that is not listed may be new."""
    lookups = sample("taxonomy", tables)
    found = lookups.taxonomy("363L00000X", date(2025, 12, 31)).value
    assert found == ("363L00000X", "Group B", "Invented Nurse", "Special", "Individual")
    later = lookups.taxonomy("363L00000X", date(2026, 5, 1))
    assert later.value == found
    assert later.carried_over
    assert lookups.taxonomy("999999999X", date(2026, 5, 1)).uncovered


# --------------------------------------------------------------------------------- self-administered drugs


def test_a_report_without_states_leaves_open_where_it_applies(tables: Path) -> None:
    lookups = sample("sad", tables)
    day = date(2026, 4, 1)
    assert "does not tell the states" in lookups.self_administered("J0135", "FL", day).uncovered
    assert lookups.self_administered("J9999", "FL", day).is_absent
    # An entry that has ended says nothing of today.
    assert lookups.self_administered("J1438", "FL", day).is_absent


def test_self_administered_drugs_of_the_database(tables: Path, tmp_path: Path) -> None:
    """The code table, with article and contractor beside it, tells the states; old versions do not count."""
    rows = [
        "52571,9,J0135,Inventra,2024-01-01 00:00:00,",
        "52571,8,J1438,Inventel,01/01/2020,",
        "52571,9,J3357,Inventara,2025-07-01,2026-03-31",
    ]
    table = official.table("article_id,article_version,hcpc_code_id,brand_name,eff_date,end_date", rows)
    files = dict(official.mcd(
        article=[{"article_id": "52571", "article_version": "9", "title": "SAD", "status": "A"},
                 {"article_id": "52571", "article_version": "8", "title": "SAD", "status": "R"}],
        article_x_contractor=[{"article_id": "52571", "article_version": "9", "contractor_id": "368",
                               "contractor_type_id": "12"}],
        contractor_jurisdiction=[{"contractor_id": "368", "contractor_type_id": "12", "state_id": "10"}],
        state_lookup=[{"state_id": "10", "state_abbrev": "FL"}],
    ))  # fmt: skip
    files["article_x_code_table.csv"] = table
    (path,) = written(tmp_path, {"current_article.zip": official.zipped(files)})
    about, _ = bring_in("sad", tables, [path], partial=False)
    assert (about.label, about.rows) == ("2026-04-01", 2)
    lookups = looking(tables)
    found = lookups.self_administered("J0135", "FL", date(2026, 4, 1)).value
    assert found
    assert (found.article, found.drug, found.states) == ("A52571", "Inventra", frozenset({"FL"}))
    assert lookups.self_administered("J0135", "TX", date(2026, 4, 1)).is_absent
    assert lookups.self_administered("J0135", "FL", date(2023, 12, 31)).records == ()
    assert lookups.self_administered("J3357", "FL", date(2026, 3, 31)).value
    assert lookups.self_administered("J3357", "FL", date(2026, 4, 1)).is_absent
    # The same files in a folder; without the articles' contractors nobody knows the states.
    paths = written(tmp_path / "loose", files)
    again, _ = bring_in("sad", tables, [paths[-1]], effective=date(2026, 4, 1), partial=False)
    assert again.rows == 2
    (tmp_path / "loose" / "article_x_contractor.csv").unlink()
    with pytest.raises(TableError, match=r"article_x_contractor\.csv of the database is missing beside it"):
        bring_in("sad", tables, [paths[-1]], effective=date(2026, 4, 1))


# ---------------------------------------------------------------------------------------------- providers


def test_who_may_order(tables: Path, tmp_path: Path) -> None:
    """The list of the day says it, with or without its eighth column."""
    lookups = sample("order-refer", tables)
    day = date(2026, 4, 2)
    assert lookups.ordering_provider(ADA, day).value == OrderingProvider(ADA, True, False, True, False, True)
    assert lookups.ordering_provider(NOBODY, day).is_absent
    # What it does not say: who could order before.
    assert lookups.ordering_provider(ADA, date(2026, 3, 31)).uncovered
    old = official.table("NPI,LAST_NAME,FIRST_NAME,PARTB,DME,HHA,PMD", [f"{BO},BRACK,BO,Y,Y,N,N"])
    bring_in("order-refer", tables, written(tmp_path, {"Order_20260101.csv": old}), partial=False)
    assert looking(tables).ordering_provider(BO, date(2026, 1, 1)).value == OrderingProvider(
        BO, True, True, False, False, None
    )


def test_deactivated_npis(tables: Path) -> None:
    lookups = sample("deactivated-npi", tables)
    assert lookups.deactivated_npi(ADA, date(2026, 3, 1)).is_absent
    found = lookups.deactivated_npi(ADA, date(2026, 3, 2)).value
    assert found == (ADA, date(2026, 3, 2))
    assert lookups.deactivated_npi(NOBODY, date(2026, 4, 1)).is_absent


def test_excluded_providers(tables: Path) -> None:
    """Until the day before reinstatement; an unknown NPI is nobody's."""
    lookups = sample("leie", tables)
    assert lookups.exclusion(ADA, date(2019, 12, 31)).value == Exclusion(
        ADA, "1128a1", date(2010, 1, 20), date(2019, 12, 31), None, ""
    )
    assert lookups.exclusion(ADA, date(2026, 4, 1)).is_absent
    waived = lookups.exclusion(BO, date(2026, 4, 1)).value
    assert waived
    assert (waived.waived, waived.waiver_state) == (date(2025, 3, 1), "TX")
    assert lookups.exclusion("0000000000", date(2026, 4, 1)).is_absent


def test_opted_out_providers(tables: Path) -> None:
    """Periods, the last day included; the date of the list is that of its latest row."""
    lookups = sample("opt-out", tables)
    assert lookups.opt_out(ADA, date(2022, 1, 1)).value == OptOut(
        ADA, date(2020, 1, 1), date(2022, 1, 1), may_order=False
    )
    assert lookups.opt_out(ADA, date(2022, 1, 2)).records == ()
    now = lookups.opt_out(ADA, date(2026, 4, 1)).value
    assert now
    assert now.may_order is True


def test_what_is_not_imported_is_named_by_its_command() -> None:
    lookups = Lookups(Tables())
    answers = (lookups.ordering_provider(ADA, LATER), lookups.payment_limit("J1885", LATER),
               lookups.deactivated_npi(ADA, LATER), lookups.mue("J1885", LATER, "medicaid"))  # fmt: skip
    assert [answer.uncovered.partition("run ")[2] for answer in answers] == [
        f"`scrubber tables import {kind} FILE`"
        for kind in ("order-refer", "asp-limits", "deactivated-npi", "mue")
    ]


# ---------------------------------------------------------------------------------------------- ICD-10-CM

YEAR_BEFORE = [("M54", False), ("M545", True), ("D691", True), ("E538", True), ("Z0001", True)]
STATED = "\r\nCodes\r\n  4 codes in icd10cm_order_2026.txt\r\n  6 codes in icd10cm_order_2027.txt\r\n"
ADDENDA = (
    "Delete:      1 D691    Invented   Invented\r\n"
    "Add:         0 D691    Invented   Invented\r\n"
    "Add:         1 D6911   Invented   Invented: with a colon\r\n"
    "Add:         1 D6919   Invented   Invented\r\n"
    "Revise from: 1 E538    Invented   Invented\r\n"
    "Revise to:   1 E538    Invented   Invented\r\n"
    "Add:         1 QA00101 Invented   Invented\r\n" + STATED
)
LATER = date(2026, 10, 1)


def diagnoses(tables: Path) -> dict[str, str]:
    """What the table says of some codes after the change of year."""
    lookups = looking(tables)
    found = {}
    for code in ("M54", "M545", "D691", "D6911", "D6919", "E538", "QA00101", "Z0001"):
        value = lookups.icd10cm(code, LATER).value
        found[code] = "billable" if value and value.billable else "header" if value else "absent"
    return found


AMENDED = {
    "M54": "header", "M545": "billable", "D691": "header", "D6911": "billable", "D6919": "billable",
    "E538": "billable", "QA00101": "billable", "Z0001": "billable",
}  # fmt: skip


def test_addenda_after_the_list_of_the_year_before(tables: Path, tmp_path: Path) -> None:
    """A code that becomes a header is deleted and added; the list may be imported before or given along."""
    addenda, order = written(tmp_path, {
        "icd10cm_order_addenda_2027.txt": ADDENDA.encode(),
        "icd10cm_order_2026.txt": official.icd10cm(YEAR_BEFORE),
    })  # fmt: skip
    with pytest.raises(TableError, match="import the list of FY2026 first"):
        bring_in("icd10cm", tables, [addenda], partial=False)
    bring_in("icd10cm", tables, [order], partial=False)
    about, _ = bring_in("icd10cm", tables, [addenda], partial=False)
    assert (about.label, about.published, about.rows) == ("FY2027", LATER, 8)
    assert diagnoses(tables) == AMENDED
    about, _ = bring_in("icd10cm", tmp_path / "along", [order, addenda], partial=False)
    assert (about.label, about.rows) == ("FY2027", 8)
    assert diagnoses(tmp_path / "along") == AMENDED


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("Delete:      1 D691 ", "Delete:      1 D692 "), ":1: column 15: D692 is not in the list before"),
        (("Delete:      1 D691 ", "Delete:      0 D691 "), ":1: column 15: D691 is not in the list before"),
        (("Add:         1 QA00101", "Ad:          1 QA00101"), ":7: column 1: not a line of addenda"),
        (
            ("6 codes", "7 codes"),
            ": it states 4 and 7 codes before and after; the list before has 4, amended 6",
        ),
        ((STATED, ""), ": it states no codes before and after; the list before has 4, amended 6"),
    ],
)
def test_addenda_that_do_not_fit(tables: Path, tmp_path: Path, change: tuple[str, str], message: str) -> None:
    """Wrong lines, a cut file and a list of another year are found by what the addenda state themselves."""
    assert change[0] in ADDENDA
    order, addenda = written(tmp_path, {
        "icd10cm_order_2026.txt": official.icd10cm(YEAR_BEFORE),
        "icd10cm_order_addenda_2027.txt": ADDENDA.replace(*change).encode(),
    })  # fmt: skip
    bring_in("icd10cm", tables, [order], partial=False)
    before = contents(tables)
    with pytest.raises(TableError) as error:
        bring_in("icd10cm", tables, [addenda], partial=False)
    assert str(error.value) == f"{addenda}{message}"
    assert contents(tables) == before


def test_code_lists(tables: Path, tmp_path: Path) -> None:
    """One code a line, with or without its text, all of them billable."""
    lines = b"A000\r\nM545    Invented text\r\nQA00101\r\nZ0001\r\n"
    (path,) = written(tmp_path, {"icd10cm_codes_2027.txt": lines})
    about, _ = bring_in("icd10cm", tables, [path], partial=False)
    assert (about.label, about.rows) == ("FY2027", 4)
    value = looking(tables).icd10cm("M545", LATER).value
    assert value
    assert value.billable
    path.write_bytes(lines + b"no code\r\n")
    with pytest.raises(TableError, match=":5: column 1: not an ICD-10-CM code"):
        bring_in("icd10cm", tables, [path])
    # A list of HCPCS codes is none.
    path.write_bytes(b"J1885\nJ3420\nJ1071\nJ0135\n")
    with pytest.raises(TableError, match="expected ICD-10-CM"):
        bring_in("icd10cm", tables, [path])
