"""The commands on tables, and the runs that use them: what is printed, reported and refused."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from scrubber.cli.main import main
from scrubber.cli.reference.tables import IMPORTED
from scrubber.tables.official import KINDS
from scrubber.tables.store import stored
from tests.support import official
from tests.support.official import SAMPLES, written, zipped
from tests.support.running import write_edits

ROOT = Path(__file__).resolve().parents[2]
CLAIM = ROOT / "fixtures" / "837" / "clean" / "injection-patient.837"
MUE = "MCR_MUE_PractitionerServices_Eff_04-01-2026.csv"
ASKING = '''\
"""Asks for the unit limit of every line."""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(id="TEST-03", title="Asks a table", snip=7, severity="info", sources=("this test",))


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for line in claim.lines:
        day = line.service.start if line.service else None
        limit = context.tables.mue(line.procedure, day).value if day else None
        if limit:
            yield Hit(at=line.procedure, message=f"The limit is {limit.limit}, {limit.indicator}.")
'''


def run(*arguments: str | Path, status: int = 0) -> Result:
    """Run the program; what it prints is in the result."""
    done = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert done.exit_code == status, done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    return tmp_path / "tables"


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every kind imported, whole, to be copied."""
    folder = tmp_path_factory.mktemp("imported")
    for kind, files in SAMPLES.items():
        paths = written(folder / kind, files)
        day = ("--effective", "2026-04-01") if kind in ("ndc", "mcd", "sad") else ()
        run("tables", "import", kind, *paths, *day, "--complete", "--tables", folder / "tables")
    return folder / "tables"


@pytest.fixture
def full(tables: Path, imported: Path) -> Path:
    """A folder with every kind imported, whole."""
    shutil.copytree(imported, tables)
    return tables


@pytest.fixture
def limits(tables: Path, tmp_path: Path) -> Path:
    """A folder with the limits of 2026Q2, whole."""
    paths = written(tmp_path / "mue", SAMPLES["mue"])
    run("tables", "import", "mue", *paths, "--complete", "--tables", tables)
    return tables


# --------------------------------------------------------------------------------- list, import, remove


def test_import_says_what_it_did(tables: Path, tmp_path: Path) -> None:
    """One sentence on standard output; why it is only a part on standard error."""
    paths = written(tmp_path, SAMPLES["mue"])
    done = run("tables", "import", "mue", *paths, "--tables", tables)
    days = "for services of 2026-04-01 to 2026-06-30"
    assert done.stdout == f"mue-medicare 2026-04-01: 3 rows {days}, partial table\n"
    assert done.stderr.startswith("note: imported as a partial table (it has only 3 rows)")
    done = run("tables", "import", "mue", *paths, "--complete", "--tables", tables)
    assert done.stdout == f"mue-medicare 2026-04-01: 3 rows {days}, complete table\n"
    assert done.stderr == ""
    done = run("tables", "import", "mue", *paths, "--partial", "--tables", tables)
    assert "partial table" in done.stdout
    assert "it has only" not in done.stderr


def test_import_takes_the_users_word(tables: Path, tmp_path: Path) -> None:
    """--effective, --until and --program come before what the file says."""
    paths = written(tmp_path, SAMPLES["mue"])
    options = ("--effective", "2026-05-02", "--until", "2026-05-20", "--program", "medicaid")
    done = run("tables", "import", "mue", *paths, *options, "--tables", tables)
    assert done.stdout.startswith(
        "mue-medicaid 2026-05-02: 3 rows for services of 2026-05-02 to 2026-05-20"
    )  # fmt: skip


def test_import_from_a_zip(tables: Path, tmp_path: Path) -> None:
    """The zip as it is downloaded is imported, dated by what is in it."""
    (path,) = written(tmp_path, {"ndctext.zip": zipped(SAMPLES["ndc"], date(2026, 3, 2))})
    done = run("tables", "import", "ndc", path, "--tables", tables)
    assert done.stdout.startswith("ndc 2026-03-02: 2 rows for services of 2026-03-02 to 2026-06-02")


def test_import_without_a_folder_goes_to_the_users_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless a folder is named, tables are those of the user's data directory."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    paths = written(tmp_path, SAMPLES["mue"])
    run("tables", "import", "mue", *paths, "--complete")
    folder = tmp_path / "data" / "scrubber837" / "tables"
    assert [entry.about.table for entry in stored(folder)] == ["mue-medicare"]
    assert "limit: 4" in run("tables", "show", "mue", "96372", "--on", "2026-05-01").stdout
    run("tables", "remove", "mue-medicare", "2026-04-01")
    assert stored(folder) == []


def test_list(full: Path) -> None:
    """A line each vintage: table, label, days, rows, whole or part, imported or shipped, by whom."""
    lines = run("tables", "list", "--tables", full).stdout.splitlines()
    split = [line.split("  ") for line in lines]
    assert [cells[0].split()[0] for cells in split] == sorted(cells[0].split()[0] for cells in split)
    imported = {tuple(line.split()[:2]) for line in lines if " imported " in line}
    assert imported == {
        ("asp", "2025-10-01"),
        ("hcpcs", "2026-10-01"),
        ("icd10cm", "FY2027"),
        ("mcd", "2026-04-01"),
        ("mue-medicare", "2026-04-01"),
        ("ndc", "2026-04-01"),
        ("ptp-medicare", "2026-04-01"),
        ("aoc", "2026-04-01"),
        ("asp-limits", "2026-01-01"),
        ("deactivated-npi", "2026-04-01"),
        ("leie", "2026-04-01"),
        ("noc", "2025-10-01"),
        ("opt-out", "2026-04-01"),
        ("order-refer", "2026-04-01"),
        ("pfs", "2025-10-01"),
        ("sad", "2026-04-01"),
        ("taxonomy", "2025-07-01"),
        ("zip5", "2025-10-01"),
    }
    (line,) = [line for line in lines if line.startswith("icd10cm") and "shipped" in line]
    assert line.split() == [
        "icd10cm", "FY2027", "2015-10-01", "to", "2027-09-30", "75,909", "rows", "whole", "shipped",
        "CMS", "and", "NCHS",
    ]  # fmt: skip
    (line,) = [line for line in lines if line.startswith("drugs")]
    assert "any day" in line
    assert " part " in line
    (line,) = [line for line in lines if line.startswith("ptp-medicare")]
    assert line.split()[2:8] == ["1996-01-01", "to", "2026-06-30", "7", "rows", "whole"]


def test_remove(limits: Path) -> None:
    """What was imported is removed by its name; shipped tables and unknown names are refused."""
    for table, label in (("icd10cm", "FY2026"), ("mue-medicare", "2024-04-01"), ("mue", "2026-04-01")):
        done = run("tables", "remove", table, label, "--tables", limits, status=2)
        assert f"no imported release {table} {label}; shipped ones cannot be removed" in done.stderr
    assert len(stored(limits)) == 1
    done = run("tables", "remove", "mue-medicare", "2026-04-01", "--tables", limits)
    assert done.stdout == "removed mue-medicare 2026-04-01\n"
    assert stored(limits) == []
    run("tables", "remove", "mue-medicare", "2026-04-01", "--tables", limits, status=2)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda raw: raw.replace(b"J1885,8", b"J1885,x"), f"{MUE}:9: column 2: 'x' is not a number of units"),
        (lambda _: SAMPLES["hcpcs"]["HCPC2026_OCT_ANWEB.csv"], "this looks like hcpcs"),
        (lambda raw: raw.replace(b"Practitioner", b"Outpatient Hospital"), "facility or DME supplier MUEs"),
        (lambda _: b"PK\x03\x04" + bytes(100), f"{MUE}:1: column 5: not a text file"),
    ],
)
def test_a_refused_import_changes_nothing(
    limits: Path, tmp_path: Path, change: Callable[[bytes], bytes], message: str
) -> None:
    """Exit status 2, the reason on standard error, and the tables as they were."""
    before = {path.name: path.read_bytes() for path in limits.iterdir()}
    paths = written(tmp_path / "new", {MUE: change(SAMPLES["mue"][MUE])})
    done = run("tables", "import", "mue", *paths, "--tables", limits, status=2)
    assert message in done.stderr
    assert done.stdout == ""
    assert {path.name: path.read_bytes() for path in limits.iterdir()} == before


def test_a_disk_that_fails(limits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error of the disk is told as one, not as a traceback."""

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    before = {path.name: path.read_bytes() for path in limits.iterdir()}
    done = run("tables", "import", "mue", tmp_path / "mue" / MUE, "--partial", "--tables", limits, status=2)
    assert "No space left on device" in done.stderr
    assert {path.name: path.read_bytes() for path in limits.iterdir()} == before


# ------------------------------------------------------------------------------------------------ show


def _show(folder: Path, *arguments: str) -> list[str]:
    return run("tables", "show", *arguments, "--tables", folder).stdout.splitlines()


def test_show_a_limit(limits: Path, tmp_path: Path) -> None:
    """The answer names its values, its vintage and the hash of the file that was imported."""
    digest = hashlib.sha256((tmp_path / "mue" / MUE).read_bytes()).hexdigest()
    assert _show(limits, "mue", "96372", "--on", "2026-05-01") == [
        "mue 96372 on 2026-05-01:",
        "    code: 96372",
        "    limit: 4",
        "    indicator: 3",
        f"  from mue-medicare 2026-04-01, sha256 {digest}",
    ]
    assert _show(limits, "mue", "j9999", "--on", "2026-05-01") == [
        "mue J9999 on 2026-05-01:",
        "  not found: the table does not list it on this date",
        f"  from mue-medicare 2026-04-01, sha256 {digest}",
    ]
    (_, uncovered, *others) = _show(limits, "mue", "96372", "--on", "2020-01-01")
    assert uncovered.startswith(
        "  not covered: no Medicare MUE table for services of 2020-01-01 to 2020-03-31: get "
    )
    assert others == []


def test_show_what_holds_on_other_days(full: Path) -> None:
    """A deleted pair is absent, and shown with the days on which it held."""
    lines = _show(full, "ptp", "j1885", "96372", "--on", "2026-05-01")
    assert lines[:3] == [
        "ptp J1885 96372 on 2026-05-01:",
        "  not found: the table does not list it on this date",
        "  on other dates only:",
    ]
    assert "    effective: 2010-01-01" in lines
    assert "    deleted: 2015-12-31" in lines


@pytest.mark.parametrize("written_as", ["M5450", "M54.50", " m54.50 "])
def test_show_a_diagnosis(full: Path, written_as: str) -> None:
    """A diagnosis may be written with its dot, and in small letters."""
    lines = _show(full, "icd10cm", written_as, "--on", "2026-05-01")
    assert lines[0] == "icd10cm M5450 on 2026-05-01:"
    assert "    billable: yes" in lines
    assert lines[-1].startswith("  from icd10cm FY2027, ")
    header = _show(full, "icd10cm", "M54.5", "--on", "2026-10-01")
    assert "    billable: no" in header
    assert header[-1].startswith("  from icd10cm FY2027, ")


def test_show_what_is_carried_over(tables: Path) -> None:
    """That the last list's word is taken is said."""
    tables.mkdir()
    lines = _show(tables, "icd10cm", "M54.50", "--on", "2027-10-01")
    assert "    billable: yes" in lines
    (said,) = [line for line in lines if line.startswith("  carried over from the last list: ")]
    assert (
        "no ICD-10-CM code list for services of 2027-10-01 to 2028-09-30: get icd10cm_order_2028.txt" in said
    )


@pytest.mark.parametrize("written_as", ["0409-3795-01", "00409-3795-01", "00409379501"])
def test_show_a_drug_by_its_ndc(full: Path, written_as: str) -> None:
    """An NDC may be written in each of its forms."""
    lines = _show(full, "asp", written_as, "--on", "2025-12-01")
    assert lines[:3] == ["asp 00409379501 on 2025-12-01:", "    ndc: 00409379501", "    procedure: J1885"]
    lines = _show(full, "ndc", written_as, "--on", "2026-05-01")
    assert "    routes: INTRAMUSCULAR, INTRAVENOUS" in lines
    assert "    excluded: no" in lines
    assert "    marketed from: 2005-01-01" in lines
    assert "    marketed to: open" in lines


def test_show_an_article(full: Path) -> None:
    """An article is asked for in a state; without one the command says what it needs."""
    lines = _show(full, "mcd", "J3420", "--state", "fl", "--on", "2026-05-15")
    assert "    article: A50001" in lines
    assert "    roles: D510 (covered), E538 (covered)" in lines
    assert "    states: FL" in lines
    done = run("tables", "show", "mcd", "J3420", "--tables", full, status=2)
    assert "mcd needs --state: each MAC decides for its states" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("ptp", "96372"), "ptp takes two codes"),
        (("ptp", "96372", "99211", "99212"), "ptp takes two codes"),
        (("mue", "96372", "99211"), "mue takes one key"),
        (("mue",), "Missing argument 'KEY...'"),
        (("cpt", "96372"), "'cpt' is not one of"),
        (("mue", "96372", "--on", "5/1/2026"), "write it as 2026-05-01"),
    ],
)
def test_questions_that_are_refused(full: Path, arguments: tuple[str, ...], message: str) -> None:
    """A wrong question has exit status 2 and the reason."""
    assert message in run("tables", "show", *arguments, "--tables", full, status=2).stderr


@pytest.mark.parametrize(
    ("kind", "key", "line"),
    [
        ("drugs", "J1885", "    route: IM  ("),
        ("places", "11", "    facility: no"),
        ("modifiers", "25", "    code: 25"),
        ("states", "fl", "    note: Florida"),
        ("diagnosis-rules", "C61", "    sex: M"),
        ("diagnosis-notes", "E538", "    targets: D52"),
        ("indications", "J2357", "    youngest: 1"),
        ("unclassified", "J3490", "    code: J3490"),
        ("hcpcs", "J1885", "    terminated: open"),
    ],
)
def test_show_the_other_tables(full: Path, kind: str, key: str, line: str) -> None:
    """Every table can be asked."""
    lines = _show(full, kind, key, "--on", "2026-10-02")
    assert [found for found in lines if found.startswith(line)]


def test_show_the_program(tables: Path, tmp_path: Path) -> None:
    """Medicaid's limits are asked for by --program."""
    raw = official.mue_medicaid([("96372", 2)])
    paths = written(tmp_path, {"Eff_04-01-2026.csv": raw})
    run("tables", "import", "mue", *paths, "--tables", tables)
    lines = _show(tables, "mue", "96372", "--on", "2026-05-01", "--program", "medicaid")
    assert "    limit: 2" in lines
    assert lines[-1].startswith("  from mue-medicaid 2026-04-01, ")


# --------------------------------------------------------------------------------- runs that use tables


@pytest.fixture
def asking(tmp_path: Path) -> tuple[str, ...]:
    """Options for a run with one edit, which asks a table."""
    return ("--edits", str(write_edits(tmp_path / "edits", ASKING)), "--select", "TEST")


def _messages(report: dict[str, Any]) -> set[str]:
    claims = [claim for file in report["files"] for claim in file["claims"]]
    return {finding["message"] for claim in claims for finding in claim["findings"]}


def test_a_run_uses_the_tables_and_names_them(limits: Path, asking: tuple[str, ...]) -> None:
    """Edits are told what the imported tables say, and the report names the vintages that answered."""
    done = run("check", CLAIM, "--format", "json", "--tables", limits, *asking, status=3)
    report = json.loads(done.stdout)
    assert _messages(report) == {"The limit is 4, 3.", "The limit is 8, 2."}
    (entry,) = stored(limits)
    named = {"id": "mue-medicare", "vintage": "2026-04-01", "sha256": entry.about.sha256}
    assert named in report["tables"]
    assert [table["id"] for table in report["tables"]].count("mue-medicare") == 1
    assert "icd10cm" not in [table["id"] for table in report["tables"]]


def test_a_run_without_them_says_unchecked(tables: Path, asking: tuple[str, ...]) -> None:
    """Where no table covers the day, the claim has an unchecked note of the edit, and no vintage is named."""
    tables.mkdir()
    raw = CLAIM.read_bytes()
    assert b"D8*2026" in raw
    old = tables.parent / "old.837"
    old.write_bytes(raw.replace(b"D8*2026", b"D8*2021"))
    report = json.loads(run("check", old, "--format", "json", "--tables", tables, *asking, status=3).stdout)
    claims = [claim for file in report["files"] for claim in file["claims"]]
    assert claims
    for claim in claims:
        whys = [note["why"] for note in claim["unchecked"] if note["edit"] == "TEST-03"]
        assert whys
        assert all(
            why.startswith("no Medicare MUE table for services of 2021-04-01 to 2021-06-30") for why in whys
        )
    assert "mue-medicare" not in [table["id"] for table in report["tables"]]


def test_scrub_names_them_too(limits: Path, asking: tuple[str, ...], tmp_path: Path) -> None:
    """The report beside the outputs names the same vintages as that of check."""
    out = tmp_path / "out"
    run("scrub", CLAIM, "-o", out, "--tables", limits, "--partial", *asking, status=3)
    report = json.loads((out / f"{CLAIM.stem}.partial.report.json").read_bytes())
    checked = json.loads(
        run("check", CLAIM, "--format", "json", "--tables", limits, *asking, status=3).stdout
    )
    assert report["tables"] == checked["tables"]
    assert _messages(report) == _messages(checked)


def test_the_configuration_names_the_folder(limits: Path, asking: tuple[str, ...], tmp_path: Path) -> None:
    """The key `tables` is a folder as seen from the configuration; the option comes before it."""
    config = tmp_path / "scrubber.toml"
    config.write_text('tables = "tables"\n', encoding="utf-8")
    report = json.loads(run("check", CLAIM, "--format", "json", "--config", config, *asking, status=3).stdout)
    assert "mue-medicare" in [table["id"] for table in report["tables"]]
    (entry,) = stored(limits)
    assert entry.about.sha256 in [table["sha256"] for table in report["tables"]]

    empty = tmp_path / "empty"
    empty.mkdir()
    done = run("check", CLAIM, "--format", "json", "--config", config, "--tables", empty, *asking, status=3)
    report = json.loads(done.stdout)
    assert entry.about.sha256 not in [table["sha256"] for table in report["tables"]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('pack = "base"\ntables = 5\n', "scrubber.toml:2: tables must be the folder of imported tables"),
        ('tables = "nowhere"\n', "nowhere: tables folder not found"),
    ],
)
def test_a_wrong_folder_in_the_configuration(tmp_path: Path, text: str, message: str) -> None:
    """A wrong value, or a folder that is not there, ends the run before a claim is read."""
    config = tmp_path / "scrubber.toml"
    config.write_text(text, encoding="utf-8")
    done = run("check", CLAIM, "--config", config, status=2)
    assert message in done.stderr
    assert done.stdout == ""


COMMANDS = [
    ("tables", "list"),
    ("tables", "show", "mue", "96372"),
    ("tables", "remove", "mue-medicare", "2026-04-01"),
    ("check", str(CLAIM)),
    ("scrub", str(CLAIM), "-o", "out"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("raw", [b"no database\n" * 99, b"", None], ids=["text", "empty", "folder"])
def test_a_damaged_table_ends_a_run(
    limits: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], raw: bytes | None
) -> None:
    """A damaged table is named, with exit status 2; nothing goes on as if it were not there."""
    monkeypatch.chdir(limits.parent)
    path = limits / "asp.2026-01-01.sqlite"
    if raw is None:
        path.mkdir()
    else:
        path.write_bytes(raw)
    done = run(*command, "--tables", limits, status=2)
    assert f"{path}: " in done.stderr.replace("\n", "")
    assert done.stdout == ""
    assert not (limits.parent / "out").exists()


@pytest.mark.parametrize("command", ["show", "check"])
def test_damage_found_on_the_way_ends_a_run(limits: Path, asking: tuple[str, ...], command: str) -> None:
    """Rows that cannot be read end the run with status 2 and are never taken for an answer."""
    import sqlite3  # noqa: PLC0415 - only this test looks into a file

    (entry,) = stored(limits)
    connection = sqlite3.connect(entry.path)
    connection.execute("DROP TABLE rows")
    connection.commit()
    connection.close()
    if command == "show":
        done = run("tables", "show", "mue", "96372", "--on", "2026-05-01", "--tables", limits, status=2)
    else:
        done = run("check", CLAIM, "--tables", limits, *asking, status=2)
        assert "accepted" not in done.stdout
    assert f"{entry.path}: damaged" in done.stderr


def test_a_folder_that_is_not_there(tables: Path) -> None:
    """A folder that is named for reading must be there; importing makes it."""
    for command in COMMANDS:
        done = run(*command, "--tables", tables, status=2)
        assert "does not exist" in done.stderr
    assert not tables.exists()


def test_every_kind_can_be_imported() -> None:
    """The command knows all kinds of official files, though it loads them only when it imports."""
    assert set(IMPORTED) == set(KINDS)


# --------------------------------------------------------------------------------- folders and the status


def test_import_of_a_folder(tables: Path, tmp_path: Path) -> None:
    """Each file is named with what it was; a file of no kind is no error, a damaged one is."""
    folder = tmp_path / "downloads"
    written(folder, dict(SAMPLES["mue"]) | {"notes.txt": b"Buy milk.\n"})
    done = run("tables", "import", folder, "--tables", tables)
    assert done.stdout.splitlines() == [
        "notes.txt: left aside: not a file that can be imported",
        f"{MUE}: mue-medicare 2026-04-01: 3 rows for services of 2026-04-01 to 2026-06-30, partial table",
        "1 table imported, 1 file left aside",
    ]
    assert f"note: {MUE}: imported as a partial table" in done.stderr
    written(folder, {MUE: SAMPLES["mue"][MUE].replace(b"J1885,8", b"J1885,x")})
    done = run("tables", "import", folder, "--tables", tables, status=2)
    assert f"{MUE}: not imported as mue: " in done.stderr
    assert done.stdout.endswith("0 tables imported, 1 file left aside, 1 failed\n")


def test_import_without_a_table_takes_no_options(tables: Path, tmp_path: Path) -> None:
    paths = written(tmp_path, SAMPLES["mue"])
    done = run("tables", "import", *paths, "--effective", "2026-04-01", "--tables", tables, status=2)
    assert "name it first" in done.stderr
    (tmp_path / "mue").mkdir()
    with contextlib.chdir(tmp_path):
        done = run("tables", "import", "mue", MUE, "--effective", "2026-05-01", "--tables", tables)
    assert done.stdout.startswith("mue-medicare 2026-05-01: ")
    assert "which files?" in run("tables", "import", "mue", "--tables", tables, status=2).stderr


def test_status(limits: Path) -> None:
    """What to do comes with page, file and command; the exit status says that something has expired."""
    done = run("tables", "status", "--on", "2026-05-15", "--format", "json", "--tables", limits, status=1)
    report = json.loads(done.stdout)
    assert report["on"] == "2026-05-15"
    (found,) = [entry for entry in report["tables"] if entry["table"] == "mue-medicare"]
    assert found == {
        "table": "mue-medicare", "title": "Medicare MUE table", "state": "in force",
        "release": "2026-04-01", "last": "2026-06-30", "complete": True, "imported": True,
        "page": "", "file": "", "command": "",
    }  # fmt: skip
    text = run("tables", "status", "--on", "2099-01-01", "--tables", limits, status=1).stdout
    expired = text.split("Expired:")[1].split("\n\n")[0]
    assert "      then scrubber tables import mue FILE" in expired.splitlines()
    assert "MCR_MUE_PractitionerServices_Eff_01-01-2099" in expired


# ------------------------------------------------------------------------------------- locking, comparing


def replaced_limit(tables: Path, folder: Path, label: str, units: int, code: str = "96372") -> Path:
    """Import another limit of the code for a quarter; return its file."""
    raw = official.mue([(code, units, "3 Invented")])
    (path,) = written(folder, {f"MUE_Eff_{label}.csv": raw})
    run("tables", "import", "mue", path, "--complete", "--tables", tables)
    return path


def test_a_locked_run_comes_out_byte_for_byte(limits: Path, tmp_path: Path, asking: tuple[str, ...]) -> None:
    """What is imported later does not count; what is gone or changed is named."""
    lock = tmp_path / "tables.lock"
    run("tables", "lock", "-o", lock, "--tables", limits)
    assert lock.read_text() == run("tables", "lock", "--tables", limits).stdout
    names = {(entry["table"], entry["release"]) for entry in json.loads(lock.read_text())["tables"]}
    assert {("mue-medicare", "2026-04-01"), ("states", "2026")} <= names
    check: tuple[str | Path, ...] = (
        "check",
        CLAIM,
        *asking,
        "--as-of",
        "2026-06-30",
        "--format",
        "json",
        "--tables",
        limits,
    )
    # Status 3: only one edit is run.
    before = run(*check, status=3).stdout
    assert "The limit is 4, 3." in before
    # A later release that covers the same days would answer first.
    later = official.mue([("96372", 9, "3 Invented")])
    (path,) = written(tmp_path, {"MUE_Eff_04-02-2026.csv": later})
    run("tables", "import", "mue", path, "--complete", "--tables", limits)
    assert "The limit is 9, 3." in run(*check, status=3).stdout
    assert run(*check, "--lock", lock, status=3).stdout == before

    digest = hashlib.sha256(SAMPLES["mue"][MUE]).hexdigest()
    missing = f"mue-medicare 2026-04-01 with sha256 {digest} is not here; import that file again"
    replaced_limit(limits, tmp_path / "again", "04-01-2026", 7)
    assert missing in run(*check, "--lock", lock, status=2).stderr
    run("tables", "remove", "mue-medicare", "2026-04-01", "--tables", limits)
    assert missing in run(*check, "--lock", lock, status=2).stderr


@pytest.mark.parametrize(
    "content", [b"", b"{}", b'{"schema": "scrubber.tables-lock/2", "tables": []}', b"\xff"]
)
def test_what_is_no_lock(limits: Path, tmp_path: Path, content: bytes) -> None:
    (path,) = written(tmp_path, {"some.lock": content})
    done = run("check", CLAIM, "--lock", path, "--tables", limits, status=2)
    assert "some.lock: " in done.stderr
    assert "lock file" in done.stderr


INJECTION = ROOT / "fixtures" / "837" / "clean" / "injection-subscriber.837"


@pytest.fixture
def claims(tmp_path: Path) -> Path:
    """A folder with two claims, of which one bills three units of J3420."""
    raw = INJECTION.read_bytes()
    several = raw.replace(b"HC:J3420*6.75*UN*1", b"HC:J3420*6.75*UN*3")
    assert several != raw
    written(tmp_path / "claims", {"one.837": raw, "several.837": several})
    return tmp_path / "claims"


def limit_of(units: int, folder: Path) -> Path:
    """A file of the fourth quarter that differs in the limit of J3420 only."""
    raw = SAMPLES["mue"][MUE]
    planted = raw.replace(b"J3420,0,1", f"J3420,{units},2".encode())
    assert planted != raw
    (path,) = written(folder, {"MUE_Eff_10-01-2026.csv": planted})
    return path


def test_what_a_new_release_would_change(limits: Path, tmp_path: Path, claims: Path) -> None:
    """A planted change is found on its claim, with both verdicts; where nothing changes, nothing is said."""
    against: tuple[str | Path, ...] = ("--against", claims, "--as-of", "2026-06-30", "--tables", limits)
    five, again, two = (limit_of(units, tmp_path / str(n)) for n, units in enumerate((5, 5, 2)))
    done = run("tables", "diff", five, again, *against)
    assert done.stdout == "0 claims of 2 would change, 0 with another verdict\n"
    done = run("tables", "diff", five, two, *against, status=1)
    first, *changes, totals = done.stdout.splitlines()
    assert first.startswith("several.837: claim ")
    assert first.endswith(": accepted → held")
    assert [line.partition(": ")[0] for line in changes] == ["  + PAIR-07 reject"]
    assert totals.startswith("1 claim of 2 would change, 1 with another verdict ($")
    # The other way round; and nothing was imported.
    done = run("tables", "diff", two, five, *against, status=1)
    assert "held → accepted\n  - PAIR-07 reject: " in done.stdout
    assert [entry.about.label for entry in stored(limits)] == ["2026-04-01"]


def test_folders_releases_and_locks_are_compared(limits: Path, tmp_path: Path, claims: Path) -> None:
    """A folder and a lock are taken as they are, a release for services of any day."""
    other, lock = tmp_path / "other", tmp_path / "tables.lock"
    run("tables", "import", "mue", limit_of(2, tmp_path / "new"), "--complete", "--tables", other)
    run("tables", "lock", "-o", lock, "--tables", limits)
    against: tuple[str | Path, ...] = ("--against", claims, "--as-of", "2026-06-30", "--tables", limits)
    assert run("tables", "diff", limits, lock, *against).stdout.startswith("0 claims of 2 ")
    run("tables", "import", "mue", limit_of(2, tmp_path / "new"), "--complete", "--tables", limits)
    old, new = "mue-medicare@2026-04-01", "mue-medicare@2026-10-01"
    changed = run("tables", "diff", old, new, *against, status=1).stdout.splitlines()
    assert changed[0].endswith(": accepted → held")
    assert ["MUE of J3420 is 0" in line for line in changed[1:3]] == [True, False]
    assert changed[2].endswith("over the MUE of 2.")
    done = run("tables", "diff", lock, "nowhere@1", *against, status=2)
    assert "nowhere@1: not a folder, a file, or a release" in done.stderr
    (notes,) = written(tmp_path, {"notes.txt": b"Buy milk."})
    done = run("tables", "diff", lock, notes, *against, status=2)
    assert "not a file that can be imported" in done.stderr


def test_claims_of_a_watch_folder(limits: Path, tmp_path: Path, claims: Path) -> None:
    """Of a watch folder, the files as received count, which its archive has."""
    job = tmp_path / "spool" / "archive" / "2026-06-30" / "20260630-080000-00000000"
    written(job, {"original.837": (claims / "several.837").read_bytes(), "manifest.json": b"{}"})
    written(tmp_path / "spool" / "in", {"new.837": (claims / "one.837").read_bytes()})
    files = [limit_of(units, tmp_path / str(units)) for units in (5, 2)]
    against: tuple[str | Path, ...] = (
        "--against",
        tmp_path / "spool",
        "--as-of",
        "2026-06-30",
        "--tables",
        limits,
    )
    done = run("tables", "diff", *files, *against, status=1)
    assert "1 claim of 1 would change" in done.stdout
