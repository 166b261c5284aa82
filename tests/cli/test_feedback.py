"""The commands on answers: what they print, their exit statuses, and where the store is."""

from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path

import lxml.html
import pytest
from click.testing import CliRunner, Result

from scrubber.cli.main import main
from tests.support import answers
from tests.support.spool import drop, make_spool, real, run_once

CASES = answers.cases([("paid", 3), ("no edit", 3), ("coverage", 1), ("rejected", 1)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an 837 and what was answered."""
    (tmp_path / "sent.837").write_bytes(answers.sent(CASES))
    (tmp_path / "era.835").write_bytes(answers.remittances(CASES))
    (tmp_path / "batch.277").write_bytes(answers.acknowledged(CASES))
    return tmp_path


def feedback(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["feedback", *arguments, "--store", str(folder / "feedback.db")])


def imported(folder: Path) -> Result:
    paths = [str(folder / name) for name in ("era.835", "batch.277")]
    return feedback(folder, "import", *paths, "--claims", str(folder / "sent.837"), "--no-config")


def test_an_import_says_what_it_has_read(folder: Path) -> None:
    done = imported(folder)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0].startswith("sent.837: 8 claims, ")
    assert "era.835: 2 payments of $" in done.stdout
    assert "batch.277: 277CA: 8 claims" in done.stdout
    assert stat.S_IMODE((folder / "feedback.db").stat().st_mode) == 0o600
    again = imported(folder)
    assert again.exit_code == 0
    assert "era.835: imported before, nothing changed" in again.stdout


def test_what_does_not_balance_is_printed_with_its_place(folder: Path) -> None:
    raw = (folder / "era.835").read_bytes()
    assert b"CAS*CO*45*" in raw
    (folder / "era.835").write_bytes(raw.replace(b"CAS*CO*45*", b"CAS*CO*45*1", 1))
    done = imported(folder)
    assert done.exit_code == 1
    assert "era.835: segment " in done.stderr
    assert "does not balance" in done.stderr
    # It is imported all the same, and the report says how many.
    assert "LARKSPUR" not in done.output


def test_the_formats_have_the_same_figures(folder: Path) -> None:
    imported(folder)
    text = feedback(folder, "report").stdout
    record = json.loads(feedback(folder, "report", "--format", "json").stdout)
    rows = list(csv.DictReader(io.StringIO(feedback(folder, "report", "--format", "csv").stdout)))
    assert record["schema"] == "scrubber.feedback/1"
    assert "8 claims sent, 8 answered." in text
    denials = {row["name"]: row["count"] for row in rows if row["section"] == "denials"}
    assert denials == {name: str(entry["count"]) for name, entry in record["denials"].items()}
    patterns = [row for row in rows if row["section"] == "patterns"]
    assert [row["carc"] for row in patterns] == [entry["carc"] for entry in record["patterns"]]
    for case in CASES:
        assert case.number not in text
        assert case.number not in json.dumps(record)


def test_the_page_has_the_figures_and_no_script(folder: Path) -> None:
    imported(folder)
    html = feedback(folder, "report", "--format", "html").stdout
    record = json.loads(feedback(folder, "report", "--format", "json").stdout)
    text = "".join(map(str, lxml.html.fromstring(html).itertext()))
    assert f"Payments (835){record['money']['payments']} 0 do not balance" in text
    assert "default-src 'none'" in html
    assert "<script" not in html
    for pattern in record["patterns"]:
        assert f"{pattern['procedure']}{pattern['modifiers']}{pattern['diagnosis']}{pattern['carc']}" in text
        assert f"{pattern['rate']['count']} of {pattern['rate']['of']}" in text
    assert not [case.number for case in CASES if case.number in html]


def test_a_report_is_written_to_a_file_once(folder: Path) -> None:
    imported(folder)
    out = folder / "out.csv"
    arguments = ("report", "--format", "csv", "-o", str(out))
    assert feedback(folder, *arguments).exit_code == 0
    assert out.read_bytes().startswith(b"section,")
    assert feedback(folder, *arguments).exit_code == 2
    assert feedback(folder, *arguments, "--force").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["feedback", "import", "--store", "f.db"], "name files of answers"),
        (["feedback", "report"], "say where the store is"),
        (["feedback", "report", "--store", "missing.db"], "there is no such store"),
    ],
)
def test_wrong_usage(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2
    assert message in done.stderr


def test_another_file_is_no_store(folder: Path) -> None:
    (folder / "feedback.db").write_bytes(b"no database at all" * 99)
    done = feedback(folder, "report")
    assert done.exit_code == 2
    assert "not a feedback store" in done.stderr


def test_files_in_each_others_place_are_said(folder: Path) -> None:
    swapped = ("import", str(folder / "sent.837"), "--claims", str(folder / "era.835"), "--no-config")
    done = feedback(folder, *swapped)
    assert done.exit_code == 1
    assert "era.835: no 837P claim is in this file" in done.stderr
    assert "sent.837: there is no 835, 277CA, 999 or TA1 in this file" in done.stderr


def test_a_folder_of_answers(folder: Path) -> None:
    inbox = folder / "in"
    inbox.mkdir()
    (folder / "era.835").rename(inbox / "era.835")
    (inbox / ".part").write_bytes(b"half")
    done = feedback(folder, "import", str(inbox))
    assert done.exit_code == 0
    assert len(done.stdout.splitlines()) == 1
    # Without their claims, answers are not matched, and the report says so.
    text = feedback(folder, "report").stdout
    assert "Not matched, 835 unknown: 7." in text
    assert "  era.835, segment 10: 835 unknown\n" in text
    masked = feedback(folder, "report", "--mask").stdout
    assert "era.835" not in masked
    assert "  file 1, segment 10: 835 unknown\n" in masked


def test_a_spool_has_its_claims_and_its_store(folder: Path) -> None:
    made = make_spool(folder)
    spool = made.root
    raw = (folder / "sent.837").read_bytes()
    # The watch puts the dot right before it sends, so DX-04 says nothing of what was sent.
    assert b"ABK:E538" in raw
    drop(made, "sent.837", raw.replace(b"ABK:E538", b"ABK:E53.8"))
    run_once(made, real())
    (archived,) = spool.glob("archive/*/*")
    arguments = ["feedback", "import", str(folder / "era.835"), "--spool", str(spool)]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output
    assert (spool / "state" / "feedback.db").exists()
    text = CliRunner().invoke(main, ["feedback", "report", "--spool", str(spool)]).stdout
    assert "8 claims sent, 7 answered." in text
    record = (
        CliRunner().invoke(main, ["feedback", "report", "--spool", str(spool), "--format", "json"]).stdout
    )
    assert "DX-04" not in {edit["edit"] for edit in json.loads(record)["edits"]}
    # The archive is evaluated once, and what lies in the folder for answers is read without being named.
    (folder / "batch.277").rename(spool / "feedback-in" / "batch.277")
    done = CliRunner().invoke(main, ["feedback", "import", "--spool", str(spool)])
    assert done.stdout.splitlines() == ["batch.277: 277CA: 8 claims; 1 receipt", "work list: 1 rejected"]
    done = CliRunner().invoke(main, ["feedback", "import", "--spool", str(spool), "--again"])
    evaluated, known, entered = done.stdout.splitlines()
    assert evaluated.startswith(f"{archived.name.removesuffix('_sent')}: 8 claims, ")
    assert entered == "work list: nothing new"
    assert known == "batch.277: imported before, nothing changed"
    given = ["import", str(folder / "era.835"), "--claims", str(archived / "original.837"), "--no-config"]
    assert feedback(folder, *given).exit_code == 0
    assert "DX-04" in feedback(folder, "report").stdout
