"""Runs from which the user left edits out, and runs in which an edit fails: every output says so."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scrubber.cli.main import main
from scrubber.report.formats import FORMATS
from tests.support.running import write_edits

ROOT = Path(__file__).resolve().parents[2]
CLEAN = ROOT / "fixtures" / "837" / "clean" / "several-transactions.837"
MISCOUNT = ROOT / "fixtures" / "837" / "broken" / "wrong-se-count.837"
LEFT_OUT = "only PAIR, DX was run; DX-05 was left out"
NARROWED = ("--select", "PAIR,DX", "--ignore", "DX-05")
FAILING = '''\
"""Fails."""

from scrubber.engine import Edit

edit = Edit(id="TEST-09", title="Fails", snip=7, severity="warn")


@edit.{subject}
def check(subject, context):
    raise ValueError("CANARY")
    yield from ()
'''


def scrubber(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments), "--as-of", "2026-06-30"])


def _cells(raw: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(raw)) as book:
        return book.read("xl/worksheets/sheet1.xml").decode()


def _says(name: str, raw: bytes) -> Iterator[bool]:
    """Yield whether a report says in its own way what was left out."""
    text = raw.decode("utf-8-sig") if name != "xlsx" else ""
    partial = {"select": ["PAIR", "DX"], "ignore": ["DX-05"]}
    if name == "text":
        yield f"PARTIAL RUN: {LEFT_OUT}." in " ".join(text.split())
        yield "PARTLY CHECKED" in text
    elif name == "html":
        yield f"Partial run: </b>{LEFT_OUT}." in text
        yield "partly checked" in text
    elif name == "json":
        yield json.loads(text)["partial"] == partial
        yield json.loads(text)["files"][0]["verdict"] == "partly_checked"
        yield json.loads(text)["files"][0]["fully_checked"] is False
    elif name == "jsonl":
        yield from (json.loads(line)["partial"] == partial for line in text.splitlines())
    elif name == "xml":
        yield "<partial><select><edit>PAIR</edit><edit>DX</edit></select>" in text
        yield 'verdict="partly_checked"' in text
    elif name == "csv":
        (row, *_) = csv.DictReader(io.StringIO(text))
        yield (row["verdict"], row["what is wrong"]) == ("partly checked", f"Partial run: {LEFT_OUT}.")
    else:
        yield f"Partial run: {LEFT_OUT}." in _cells(raw)


@pytest.mark.parametrize("name", list(FORMATS))
def test_every_report_says_what_was_left_out(tmp_path: Path, name: str) -> None:
    """In each format; exit status 3 is not that of a run in which every edit was run."""
    report = tmp_path / "report"
    done = scrubber("check", CLEAN, *NARROWED, "--format", name, "-o", report)
    assert (done.exit_code, done.output) == (3, "")
    said = list(_says(name, report.read_bytes()))
    assert said
    assert all(said)


def test_a_full_run_says_nothing_of_it(tmp_path: Path) -> None:
    """Neither reports nor names nor the 277CA of a run of all edits say that something was left out."""
    formats = [part for name in FORMATS if name != "xlsx" for part in ("--format", name)]
    assert scrubber("scrub", CLEAN, "-o", tmp_path, "--partial", *formats).exit_code == 0
    for path in tmp_path.iterdir():
        assert "partial" not in path.name
        assert b"artial run" not in path.read_bytes()
        assert b"PARTIAL RUN" not in path.read_bytes()


def test_a_narrowed_scrub_must_be_asked_for(tmp_path: Path) -> None:
    """Without --partial nothing is written; with it every name says so, and every status of the 277CA."""
    refused = scrubber("scrub", CLEAN, *NARROWED, "-o", tmp_path / "out")
    assert (refused.exit_code, (tmp_path / "out").exists()) == (2, False)
    assert "--partial" in refused.stderr
    done = scrubber("scrub", CLEAN, *NARROWED, "-o", tmp_path / "out", "--partial", "--diff")
    assert done.exit_code == 3
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        f"several-transactions.partial.{suffix}"
        for suffix in ("277", "999", "clean.837", "diff", "report.json")
    ]
    acknowledged = (tmp_path / "out" / "several-transactions.partial.277").read_bytes().split(b"~")
    claims = [segment for segment in acknowledged if segment.startswith(b"STC*A2:20*")]
    assert claims
    assert all(claim.endswith(b"********PARTIAL RUN, " + LEFT_OUT.upper().encode()) for claim in claims)


def test_what_is_held_comes_before_what_was_left_out() -> None:
    """Where something is held, that is the exit status; the report says what was left out all the same."""
    done = scrubber("check", CLEAN, MISCOUNT, "--ignore", "PAIR")
    assert done.exit_code == 1
    assert "PARTIAL RUN: PAIR was left out." in done.stdout


def test_an_edit_that_fails_on_a_claim_accepts_nothing(tmp_path: Path) -> None:
    """The claims are held, in the 277CA they are rejected with the general pair, and the run ends with 2."""
    folder = write_edits(tmp_path / "edits", FAILING.format(subject="claim"))
    done = scrubber("scrub", CLEAN, "--edits", folder, "-o", tmp_path / "out")
    assert done.exit_code == 2
    assert "HELD" in done.stdout
    assert "CANARY" not in done.output
    acknowledged = (tmp_path / "out" / "several-transactions.277").read_bytes()
    assert b"STC*A3:0*" in acknowledged
    assert b"STC*A2:20*" not in acknowledged
    assert not (tmp_path / "out" / "several-transactions.clean.837").exists()


@pytest.mark.parametrize("kind", ["file", "interchange", "group", "transaction"])
def test_an_edit_that_fails_on_an_envelope_holds_it(tmp_path: Path, kind: str) -> None:
    """No one knows what it would have found there, so what is in the envelope does not go out."""
    source = FAILING.format(subject="envelope").replace(
        "    raise", f'    if subject.kind == "{kind}":\n        raise'
    )
    done = scrubber("check", CLEAN, "--edits", write_edits(tmp_path / "edits", source), "--format", "json")
    assert done.exit_code == 2
    (file,) = json.loads(done.stdout)["files"]
    assert (file["verdict"], file["counts"]["accepted"], file["fully_checked"]) == ("held", 0, False)


@pytest.mark.parametrize("subject", ["claim", "line", "envelope"])
def test_an_edit_that_yields_something_else_has_failed(tmp_path: Path, subject: str) -> None:
    """What is neither a hit nor unchecked decides nothing; the edit is named, and nothing is accepted."""
    source = FAILING.format(subject=subject).replace("raise ValueError", "yield str")
    done = scrubber("check", CLEAN, "--edits", write_edits(tmp_path / "edits", source), "--format", "json")
    assert done.exit_code == 2
    report = json.loads(done.stdout)
    assert [(error["edit"], error["error"]) for error in report["edit_errors"]] == [("TEST-09", "TypeError")]
    assert report["files"][0]["counts"]["accepted"] == 0
