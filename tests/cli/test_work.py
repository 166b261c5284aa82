"""The commands on the work list: what they print, whom they refuse, and what a mask hides."""

from __future__ import annotations

import csv
import io
import json
import os
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scrubber.cli.main import main
from scrubber.report.masking import HIDDEN
from scrubber.spool.layout import Spool
from tests.support.spool import BAD_NPI, make_spool, scrubber, unflushed
from tests.support.work import claim, enter, receive, told, worklist

NOTE = "Ida SORREL called about 1EG4TE5MK73"
SECRETS = ("INJ-0001", "LARKSPUR", "ALDER", "1EG4TE5MK73", "SORREL")


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    """Two held claims: one with a note, one assigned to Bob that costs less."""
    spool = make_spool(tmp_path)
    receive(spool, claim(), claim(2, number="VIS-2", cents=5, payer="LHP01", edits=("DX-05", "DX-06")))
    enter(spool, "INJ-0001", "noted", NOTE)
    enter(spool, "VIS-2", "assigned", "bob")
    return spool


def work(*arguments: str | Path, text: str = "") -> Result:
    with unflushed():
        return CliRunner().invoke(
            main, ["work", *(os.fspath(argument) for argument in arguments)], input=text
        )


def ids(spool: Spool) -> dict[str, str]:
    with worklist(spool) as work:
        return {item.record.number: item.row.id for item in work.items() if item.record}


def listed(spool: Spool, *options: str) -> list[str]:
    done = work("list", spool.root, "--format", "json", *options)
    assert done.exit_code == 0, done.output
    return [entry["claim"] for entry in json.loads(done.stdout)["claims"]]


def test_the_list_as_text(spool: Spool) -> None:
    """The claim with most at stake first, its note below, and what all are worth."""
    lines = work("list", spool.root).stdout.splitlines()
    assert lines[0].split() == [
        "id",
        "claim",
        "state",
        "owner",
        "days",
        "charges",
        "payer",
        "edits",
        "patient",
    ]
    assert lines[1].split()[1:] == [
        "INJ-0001",
        "open",
        "0",
        "167.25",
        "MCB01",
        "BILL-03",
        "LARKSPUR,",
        "ALDER",
    ]
    assert lines[2] == f"    note: {NOTE}"
    assert lines[3].split()[1:6] == ["VIS-2", "in", "work", "bob", "0"]
    assert lines[4] == "2 claims, $167.30 at stake"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), ["INJ-0001", "VIS-2"]),
        (("--state", "in-work"), ["VIS-2"]),
        (("--state", "open", "--state", "in-work"), ["INJ-0001", "VIS-2"]),
        (("--state", "corrected"), []),
        (("--owner", "bob"), ["VIS-2"]),
        (("--owner", "-"), ["INJ-0001"]),
        (("--edit", "DX-06"), ["VIS-2"]),
        (("--edit", "dx"), ["VIS-2"]),
        (("--edit", "D"), []),
        (("--payer", "mcb01"), ["INJ-0001"]),
        (("--older-than", "0"), []),
    ],
)
def test_filters(options: tuple[str, ...], expected: list[str], spool: Spool) -> None:
    """Each leaves out what it says."""
    assert listed(spool, *options) == expected


def test_what_is_done_is_listed_on_request(spool: Spool) -> None:
    """A claim that is closed waits for no one."""
    assert work("close", spool.root, "VIS-2", "--as", "written-off").exit_code == 0
    assert listed(spool) == ["INJ-0001"]
    assert listed(spool, "--state", "written-off") == ["VIS-2"]
    assert listed(spool, "--state", "all") == ["INJ-0001", "VIS-2"]
    assert ": open, owner bob" in work("reopen", spool.root, "VIS-2").stdout
    assert listed(spool) == ["INJ-0001", "VIS-2"]


def test_csv_and_workbook_have_the_same_rows(spool: Spool, tmp_path: Path) -> None:
    """A row for each claim; amounts are numbers in the workbook, and no text is a formula."""
    enter(spool, "VIS-2", "noted", "=1+1")
    text = work("list", spool.root, "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [(row["claim"], row["charges"], row["note"]) for row in rows] == [
        ("INJ-0001", "167.25", NOTE),
        ("VIS-2", "0.05", "'=1+1"),
    ]
    path = tmp_path / "work.xlsx"
    assert work("list", spool.root, "--format", "xlsx", "-o", path).exit_code == 0
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<v>167.25</v>" in sheet
    assert "INJ-0001" in sheet
    assert "<f>" not in sheet
    assert path.stat().st_mode & 0o777 == 0o600
    again = work("list", spool.root, "--format", "xlsx", "-o", path)
    assert (again.exit_code, "--force replaces it" in again.stderr) == (2, True)
    assert work("list", spool.root, "-o", path, "--force").exit_code == 0
    assert path.read_text(encoding="utf-8").endswith("2 claims, $167.30 at stake\n")


@pytest.mark.parametrize("form", ["text", "csv", "json", "xlsx"])
def test_a_masked_list_names_no_one(form: str, spool: Spool, tmp_path: Path) -> None:
    """Neither number nor patient nor note nor a message that says them; the ID still leads to the claim."""
    path = tmp_path / "list"
    assert work("list", spool.root, "--format", form, "--mask", "-o", path).exit_code == 0
    if form == "xlsx":
        with zipfile.ZipFile(path) as book:
            text = book.read("xl/worksheets/sheet1.xml").decode()
    else:
        text = path.read_text(encoding="utf-8")
    assert not [word for word in SECRETS if word in text]
    assert HIDDEN in text
    assert ids(spool)["INJ-0001"] in text


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_history_of_a_claim(form: str, spool: Spool) -> None:
    """Its file, its findings and its events with their users; masked, without what names a patient."""
    enter(spool, "INJ-0001", "assigned", "bob", user="carla")
    shown = work("show", spool.root, "INJ-0001", "--format", form).stdout
    for word in (*SECRETS, "held", "noted", "carla", "ann", "bob", "Enter the NPI of DR SORREL."):
        assert word in shown
    masked = work("show", spool.root, ids(spool)["INJ-0001"], "--format", form, "--mask").stdout
    assert not [word for word in SECRETS if word in masked]
    for word in ("BILL-03", "NPI fails", "held", "noted", "carla", "bob", HIDDEN):
        assert word in masked


def test_a_note_from_standard_input(spool: Spool) -> None:
    """Its lines become one, and who entered it is known."""
    done = work("note", spool.root, "VIS-2", "-", "--user", "carla", text="first\nsecond\n")
    assert done.stdout.endswith(": note added; in work, owner bob\n")
    with worklist(spool) as opened:
        moment = opened.history(opened.find("VIS-2"))[-1]
    assert (moment.user, moment.text) == ("carla", "first second")


def test_the_user_is_who_called_sudo(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands are run as the scrubber's account, which says nothing of the person."""
    monkeypatch.setenv("SUDO_USER", "dora")
    work("assign", spool.root, "INJ-0001", "erik")
    with worklist(spool) as opened:
        assert opened.history(opened.find("INJ-0001"))[-1].user == "dora"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("note", "NONE-1", "text"), "no claim of the work list has this number or ID"),
        (("note", "INJ-0001", "  "), "TEXT is empty"),
        (("note", "INJ-0001", "x" * 4001), "TEXT is longer than 4,000 characters"),
        (("assign", "INJ-0001", "-"), "OWNER is not a name"),
        (("reopen", "INJ-0001"), "is open: it cannot be reopened"),
        (("close", "INJ-0001", "--as", "paid"), "'paid' is not one of"),
    ],
)
def test_what_is_refused(arguments: tuple[str, ...], reason: str, spool: Spool) -> None:
    """With the reason, which names no patient, and status 2; nothing changes."""
    before = told(spool)
    command, *others = arguments
    done = work(command, spool.root, *others)
    assert (done.exit_code, done.stdout) == (2, "")
    assert reason in done.stderr
    assert told(spool) == before


def test_an_ambiguous_number_is_refused_with_the_choices(spool: Spool) -> None:
    """Each on a line of its own, with its ID, provider, day and payer; by ID it works."""
    receive(spool, claim(npi=BAD_NPI.decode(), provider="GREENFIELD"))
    done = work("assign", spool.root, "INJ-0001", "bob")
    assert done.exit_code == 2
    head, *choices = done.stderr.splitlines()
    assert "2 claims have this number" in head
    assert len(choices) == 2
    (mine,) = [line.split()[0] for line in choices if "GREENFIELD" in line]
    assert "LARKSPUR" not in done.stderr
    assert work("assign", spool.root, mine, "bob").exit_code == 0
    assert "GREENFIELD" in work("show", spool.root, mine).stdout


def test_without_a_ledger() -> None:
    """A folder that is no spool is refused as by the other commands."""
    done = work("list", Path("/nowhere"))
    assert (done.exit_code, done.stdout) == (2, "")
    assert "not a spool" in done.stderr


def test_a_spool_of_real_claims_as_a_user_has_it(tmp_path: Path) -> None:
    """The program itself, from the drop to the list; the watch logs nothing of a claim."""
    spool = make_spool(tmp_path)
    receive(spool, claim())
    done = scrubber("work", "list", spool.root, "--format", "csv")
    assert done.returncode == 0
    assert b"\r\n" in done.stdout
    assert b"INJ-0001" in done.stdout
    assert done.stderr == b""
