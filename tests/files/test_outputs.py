"""The outputs: the report in its formats, the two 837 files, their names, modes and validity."""

from __future__ import annotations

import io
import json
import os
import re
import stat
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import pyx12.map_if
import pyx12.params
import pyx12.x12n_document
from click.testing import CliRunner
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import scrubber
from scrubber.cli.main import main
from scrubber.errors import OutputExistsError
from scrubber.report.formats import FORMATS, Style
from scrubber.report.model import CountsReport
from scrubber.x12.source import source_of_path
from tests.support.check837 import check
from tests.support.mutations import mutated_files
from tests.support.reporting import reports, text_report
from tests.support.running import (
    AS_OF,
    mark,
    marking,
    run,
    shipped,
    to_folder,
)
from tests.support.strategies import ClaimInfo, files
from tests.support.witness import load_map

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures" / "837"
Example = tuple[bytes, list[ClaimInfo]]

# ------------------------------------------------------------------------------- the JSON contract

_SHA256 = re.compile(r"[0-9a-f]{64}")


def _keys(record: dict[str, Any], *wanted: str) -> None:
    assert list(record) == list(wanted)


def _texts(values: Any) -> None:
    assert isinstance(values, list)
    assert all(type(value) is str for value in values)


def _check_finding(record: dict[str, Any]) -> None:
    _keys(
        record, "edit", "title", "severity", "message", "to_do", "where", "fix", "denials", "claim_status",
        "snip", "pack", "sources", "about", "claims",
    )  # fmt: skip
    _texts([record[key] for key in ("title", "to_do", "about")])
    assert re.fullmatch(r"[A-Z]{2,8}-[0-9]{2,3}", record["edit"])
    assert record["severity"] in ("reject", "warn", "info")
    assert record["message"]
    where = record["where"]
    _keys(where, "loop", "segment", "element", "line", "segment_number", "byte")
    assert all(type(where[key]) in (str, type(None)) for key in ("loop", "segment", "element"))
    assert all(type(where[key]) in (int, type(None)) for key in ("line", "segment_number", "byte"))
    if record["fix"] is not None:
        _keys(record["fix"], "safety", "applied", "before", "after")
        assert record["fix"]["safety"] in ("safe", "unsafe")
        assert type(record["fix"]["applied"]) is bool
        assert (type(record["fix"]["before"]), type(record["fix"]["after"])) == (str, str)
    for key in ("denials", "claim_status", "sources"):
        _texts(record[key])
    assert type(record["snip"]) is int
    assert 1 <= record["snip"] <= 7
    assert type(record["pack"]) is str


def _check_claim(record: dict[str, Any]) -> None:
    _keys(
        record, "control_number", "transaction", "verdict", "held_by", "fully_checked", "patient", "payer",
        "service_date", "charge", "lines", "administrations", "findings", "more_findings", "unchecked",
        "suppressed", "shared",
    )  # fmt: skip
    _texts(record["held_by"])
    assert record["fully_checked"] == (not record["unchecked"])
    assert (type(record["control_number"]), type(record["transaction"])) == (str, str)
    assert record["verdict"] in ("accepted", "held")
    _keys(record["payer"], "id", "name", "pack")
    _texts(list(record["payer"].values()))
    for entry in record["administrations"]:
        _keys(entry, "line", "procedure", "diagnoses", "drugs")
        assert (type(entry["line"]), type(entry["procedure"])) == (int, str)
        _texts(entry["diagnoses"])
        for drug in entry["drugs"]:
            _keys(drug, "line", "procedure", "ndc", "quantity", "unit")
            assert type(drug["line"]) is int
            _texts([drug[key] for key in ("procedure", "ndc", "quantity", "unit")])
    for finding in record["findings"]:
        _check_finding(finding)
    for note in record["unchecked"]:
        _keys(note, "edit", "why")
        _texts(list(note.values()))


def _check_report(record: dict[str, Any]) -> None:
    _keys(
        record, "schema", "version", "as_of", "partial", "report_only", "configuration", "packs", "tables",
        "suppressions", "baseline", "edit_errors", "files",
    )  # fmt: skip
    assert record["schema"] == "scrubber.report/2"
    assert record["version"] == scrubber.__version__
    assert date.fromisoformat(record["as_of"]) == AS_OF
    for pack in record["packs"]:
        _keys(pack, "id", "version", "sha256")
        assert _SHA256.fullmatch(pack["sha256"])
    for table in record["tables"]:
        _keys(table, "id", "vintage", "sha256")
        assert _SHA256.fullmatch(table["sha256"])
    for file in record["files"]:
        _keys(
            file, "name", "sha256", "verdict", "unreadable", "fully_checked", "counts", "charges", "findings",
            "not_checked", "claims",
        )  # fmt: skip
        for reason in file["not_checked"]:
            _keys(reason, "why", "edits", "claims", "charges", "first_claims")
        assert _SHA256.fullmatch(file["sha256"])
        assert file["verdict"] in ("clean", "partly_held", "held", "unreadable")
        _keys(file["counts"], "claims", "accepted", "held", "not_fully_checked", "lines", "would_be_held")
        _keys(file["charges"], "total", "accepted", "held", "not_fully_checked", "would_be_held")
        assert all(type(value) is int for value in file["counts"].values())
        assert file["counts"]["claims"] == len(file["claims"])
        for finding in file["findings"]:
            _check_finding(finding)
        for claim in file["claims"]:
            _check_claim(claim)


@given(files(with_faults=True, with_safe_faults=True))
def test_the_report_keeps_its_contract(example: Example) -> None:
    """The report has exactly the keys and types of the contract, and says what the typed report says."""
    raw, infos = example
    result = run(raw, shipped("safe"))
    _check_report(result.report)
    (file,) = result.report["files"]
    assert [claim["control_number"] for claim in file["claims"]] == [info.control_number for info in infos]
    assert [claim["transaction"] for claim in file["claims"]] == [info.transaction for info in infos]
    assert [claim["verdict"] for claim in file["claims"]] == [claim.verdict for claim in result.claims]
    deciding = {claim["payer"]["pack"] for claim in file["claims"]}
    assert deciding <= {pack["id"] for pack in result.report["packs"]}


@given(mutated_files())
def test_the_report_of_a_broken_file_keeps_its_contract(raw: bytes) -> None:
    """Whatever is wrong with a file, its report is JSON that keeps the contract."""
    _check_report(run(raw, shipped("safe")).report)


def test_administrations_show_their_drugs_and_diagnoses() -> None:
    """The report shows with each administration its diagnoses and the drug with NDC, quantity and unit."""
    raw = (FIXTURES / "clean" / "injection-patient.837").read_bytes()
    (claim,) = run(raw, shipped()).report["files"][0]["claims"]
    assert claim["administrations"] == [
        {
            "line": 1,
            "procedure": "96372",
            "diagnoses": ["M5450"],
            "drugs": [
                {"line": 2, "procedure": "J1885", "ndc": "00409379501", "quantity": "1", "unit": "ML"},
            ],
        }
    ]
    assert claim["payer"] == {"id": "LHP01", "name": "LAUREL HEALTH PLAN", "pack": "commercial"}


def test_places_are_places_of_the_input() -> None:
    """Byte and segment number of a finding lead to the segment that it names."""
    raw = (FIXTURES / "clean" / "several-transactions.837").read_bytes().replace(b"HI*ABK:", b"HI*ABK:99", 1)
    findings = [f for c in run(raw, shipped()).report["files"][0]["claims"] for f in c["findings"]]
    assert findings
    for finding in findings:
        where = finding["where"]
        assert raw[where["byte"] :].startswith(where["segment"].encode() + b"*")
        assert raw[: where["byte"]].count(b"~") == where["segment_number"] - 1
        assert (where["element"] or where["segment"]).startswith(where["segment"])


# --------------------------------------------------------------------------------------- formats


def _invoke(*arguments: str | Path, status: int | None = None) -> str:
    done = CliRunner().invoke(main, [*map(str, arguments), "--as-of", "2026-06-30"])
    assert status is None or done.exit_code == status, done.output
    return done.stdout


def test_jsonl_is_a_claim_a_line() -> None:
    """jsonl has one line a claim, each a claim of the contract with schema and file name."""
    paths = [FIXTURES / "clean" / "several-transactions.837", FIXTURES / "clean" / "injection-patient.837"]
    lines = [json.loads(line) for line in _invoke("check", *paths, "--format", "jsonl").splitlines()]
    for record in lines:
        assert list(record)[:2] == ["schema", "file"]
        assert record.pop("schema") == "scrubber.report/2"
        assert record.pop("partial") is None
        assert record.pop("report_only") is False
        del record["file"]
        _check_claim(record)
    report = json.loads(_invoke("check", *paths, "--format", "json"))
    assert lines == [claim for file in report["files"] for claim in file["claims"]]


def test_the_order_of_files_changes_nothing_but_the_order() -> None:
    """A file's part of the report is the same whichever files come before it."""
    paths = [FIXTURES / "clean" / "several-transactions.837", FIXTURES / "broken" / "wrong-se-count.837",
             FIXTURES / "broken" / "not-x12.837"]  # fmt: skip
    one = json.loads(_invoke("check", *paths, "--format", "json"))
    other = json.loads(_invoke("check", *reversed(paths), "--format", "json"))
    assert one.pop("files") == other.pop("files")[::-1]
    assert one == other


def test_text_says_what_a_biller_needs() -> None:
    """The text names file, claim, verdict, edit, place and counts."""
    path = FIXTURES / "broken" / "lx-out-of-sequence.837"
    text = " ".join(_invoke("check", path).split())  # it is broken to the width
    (file,) = json.loads(_invoke("check", path, "--format", "json"))["files"]
    held = next(claim for claim in file["claims"] if claim["verdict"] == "held")
    assert path.name in text
    assert f"claim {held['control_number']} HELD" in text
    for finding in held["findings"]:
        assert finding["edit"] in text
        assert finding["message"] in text
        assert f"segment {finding['where']['segment_number']}, byte {finding['where']['byte']}" in text
    assert f"{file['counts']['accepted']} accepted, {file['counts']['held']} held." in text


def _assert_printable(text: str) -> None:
    assert [character for character in text if not character.isprintable() and character != "\n"] == []


@given(mutated_files())
def test_text_holds_no_control_characters(raw: bytes) -> None:
    """Nothing in a file can put a control character into the text report."""
    _assert_printable(text_report(raw, policy=shipped("safe"), diff=True, statistics=True))


def test_a_control_number_cannot_steer_the_terminal() -> None:
    """Escape sequences in control number, payer, code and diagnosis are shown as question marks."""
    raw = (FIXTURES / "broken" / "lx-out-of-sequence.837").read_bytes()
    raw = re.sub(rb"CLM\*", b"CLM*\x1b[31mRED\x07\xc2\x9b", raw).replace(b"*PI*", b"*PI*\x1b]0;X\x07")
    raw = raw.replace(b"HI*ABK:", b"HI*ABK:\x1b[2J").replace(b"ST*837*", b"ST*837*\x1b[5m")
    done = CliRunner().invoke(main, ["check", "-", "--as-of", "2026-06-30"], input=raw)
    _assert_printable(done.stdout)
    assert "?[31mRED" in done.stdout


def test_a_segment_id_cannot_steer_the_terminal() -> None:
    """An escape sequence in place of a segment id is not printed."""
    raw = (FIXTURES / "clean" / "injection-patient.837").read_bytes()
    raw = raw.replace(b"ST*837*", b"\x1b[31mX*1~\nST*837*", 1)
    done = CliRunner().invoke(main, ["check", "-", "--as-of", "2026-06-30"], input=raw)
    assert done.exit_code == 1
    _assert_printable(done.stdout)


def test_repairs_cannot_steer_the_terminal(tmp_path: Path) -> None:
    """An escape sequence in a repaired segment is not printed by --diff."""
    raw = (FIXTURES / "clean" / "injection-patient.837").read_bytes()
    path = tmp_path / "in.837"
    path.write_bytes(raw.replace(b"HI*ABK:M5450", b"HI*ABK:M54.50*ABF:\x1b[31m"))
    text = _invoke("scrub", path, "-o", tmp_path / "out", "--diff", status=1)
    _assert_printable(text)
    assert "-HI*ABK:M54.50*ABF:?[31m" in text
    assert "+HI*ABK:M5450*ABF:?[31m" in text


def test_a_file_name_that_is_no_text_is_reported(tmp_path: Path) -> None:
    """A file whose name is not UTF-8 is scrubbed and reported in every format."""
    path = os.fsencode(tmp_path) + b"/batch\xff\x1b.837"
    try:
        Path(os.fsdecode(path)).write_bytes((FIXTURES / "clean" / "injection-patient.837").read_bytes())
    except (OSError, UnicodeError):
        pytest.skip("this file system takes no such name")
    arguments = ["scrub", os.fsdecode(path), "-o", str(tmp_path / "out"), "--as-of", "2026-06-30"]
    for name in FORMATS:
        arguments += ["--format", name]
    done = CliRunner().invoke(main, arguments)
    assert (done.exit_code, done.exception) == (0, None)
    endings = {entry.name.partition(".report.")[2] for entry in (tmp_path / "out").iterdir()}
    assert endings - {""} == {form.suffix for form in FORMATS.values()}


def test_formats_take_several_files() -> None:
    """Every format takes several files, one of them without claims."""
    raw = (FIXTURES / "broken" / "lx-out-of-sequence.837").read_bytes()
    found = reports(raw, b"no X12 at all", policy=shipped())
    parsed = json.loads(found.pop("json"))
    assert [(len(file["claims"]), file["verdict"]) for file in parsed["files"]] == [
        (1, "held"),
        (0, "unreadable"),
    ]
    assert found.keys() | {"json"} == FORMATS.keys()
    assert b"STR-02" in found["text"]
    assert b"STR-08" in found["text"]


# ------------------------------------------------------------------------------------ the folder


def _write(folder: Path, raw: bytes, name: str = "batch.837") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(raw)
    return path


def _scrub(path: Path, folder: Path, *, force: bool = False) -> dict[str, bytes]:
    folder.mkdir(exist_ok=True)
    to_folder(source_of_path(path), marking("safe"), folder, force=force)
    return {entry.name: entry.read_bytes() for entry in folder.iterdir()}


TWO = (FIXTURES / "clean" / "several-transactions.837").read_bytes()


ALL_OUTPUTS = [
    "batch.277", "batch.999", "batch.clean.837", "batch.diff", "batch.held.837", "batch.report.csv",
    "batch.report.html", "batch.report.json", "batch.report.jsonl", "batch.report.txt", "batch.report.xlsx",
    "batch.report.xml",
]  # fmt: skip


def _scrub_all(path: Path, folder: Path) -> None:
    """Scrub into every output that there is for a file with a claim of either kind."""
    policy = marking("safe")
    folder.mkdir(exist_ok=True)
    style = Style(policy.rulebook.edits, diff=True)
    to_folder(source_of_path(path), policy, folder, formats=tuple(FORMATS), style=style)


def _numbers(raw: bytes) -> list[str]:
    return [claim.number for claim in check(raw).claims]


def _hold(raw: bytes, *numbers: str) -> bytes:
    for number in numbers:
        raw = raw.replace(number.encode(), b"H" + number[1:].encode())
    return raw


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ("none", ["batch.277", "batch.999", "batch.clean.837", "batch.report.json"]),
        ("one", ["batch.277", "batch.999", "batch.clean.837", "batch.held.837", "batch.report.json"]),
        ("all", ["batch.277", "batch.999", "batch.held.837", "batch.report.json"]),
    ],
)
def test_outputs_are_there_when_they_have_claims(tmp_path: Path, held: str, expected: list[str]) -> None:
    """The cleaned and the held file are written only when they have claims, the report always."""
    numbers = _numbers(TWO)
    chosen = {"none": [], "one": numbers[:1], "all": numbers}[held]
    outputs = _scrub(_write(tmp_path / "in", _hold(TWO, *chosen)), tmp_path / "out")
    assert sorted(outputs) == expected


@pytest.mark.parametrize("name", ["empty", "not-x12"])
def test_an_input_without_claims_gives_a_report_only(tmp_path: Path, name: str) -> None:
    """An unreadable input gives a report and no 837."""
    path = FIXTURES / "broken" / f"{name}.837"
    to_folder(source_of_path(path), shipped("safe"), tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == [f"{name}.report.json"]


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
def test_outputs_are_for_their_owner_only(tmp_path: Path) -> None:
    """All outputs have mode 0600 whatever the umask; a new output folder is the owner's alone."""
    before = os.umask(0)
    try:
        path = _write(tmp_path, _hold(TWO, _numbers(TWO)[0]))
        _invoke("scrub", path, "-o", tmp_path / "new")
        _scrub_all(path, tmp_path / "all")
    finally:
        os.umask(before)
    names = {entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in (tmp_path / "all").iterdir()}
    assert names == dict.fromkeys(ALL_OUTPUTS, 0o600)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ALL_OUTPUTS)
def test_existing_outputs_are_not_replaced(tmp_path: Path, name: str) -> None:
    """Without --force an output that exists stays as it is, and no other output is written."""
    path = _write(tmp_path / "in", _hold(TWO, _numbers(TWO)[0]))
    _write(tmp_path / "out", b"mine", name)
    with pytest.raises(OutputExistsError):
        _scrub_all(path, tmp_path / "out")
    assert {entry.name: entry.read_bytes() for entry in (tmp_path / "out").iterdir()} == {name: b"mine"}


def test_an_old_held_file_is_not_left_beside_a_new_cleaned_one(tmp_path: Path) -> None:
    """Without --force even an output that this run would not need must not be there."""
    path = _write(tmp_path / "in", TWO)
    _write(tmp_path / "out", b"mine", "batch.held.837")
    with pytest.raises(OutputExistsError):
        _scrub(path, tmp_path / "out")


def test_an_output_that_appears_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    """An output of the same name that someone else makes during the run is not replaced either."""
    path = _write(tmp_path / "in", _hold(TWO, _numbers(TWO)[0]))
    folder = tmp_path / "out"
    folder.mkdir()

    def theirs(_claim: object) -> None:
        _write(folder, b"theirs", "batch.clean.837")

    with pytest.raises(OutputExistsError):
        to_folder(source_of_path(path), marking("safe"), folder, theirs)
    assert {entry.name: entry.read_bytes() for entry in folder.iterdir()} == {"batch.clean.837": b"theirs"}


def test_force_replaces_outputs(tmp_path: Path) -> None:
    """With --force all outputs are those of this run."""
    path = _write(tmp_path / "in", _hold(TWO, _numbers(TWO)[0]))
    first = _scrub(path, tmp_path / "out")
    for name in first:
        _write(tmp_path / "out", b"old", name)
    assert _scrub(path, tmp_path / "out", force=True) == first


def test_force_leaves_no_claim_of_an_earlier_run(tmp_path: Path) -> None:
    """After a forced run no claim stands in both outputs: an output without claims is not left behind."""
    folder = tmp_path / "out"
    _scrub(_write(tmp_path / "in", _hold(TWO, _numbers(TWO)[0])), folder)
    outputs = _scrub(_write(tmp_path / "in", TWO), folder, force=True)
    assert sorted(outputs) == ["batch.277", "batch.999", "batch.clean.837", "batch.report.json"]


def test_force_replaces_a_link_and_not_its_target(tmp_path: Path) -> None:
    """Where an output is a symbolic link, even to the input, the link is replaced and its target kept."""
    path = _write(tmp_path / "in", TWO)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "batch.clean.837").symlink_to(path)
    outputs = _scrub(path, tmp_path / "out", force=True)
    assert path.read_bytes() == TWO
    assert outputs["batch.clean.837"] == TWO
    assert not (tmp_path / "out" / "batch.clean.837").is_symlink()


# -------------------------------------------------------------------------- what is not examined


def _bodies(raw: bytes | None) -> list[bytes]:
    return [body.strip() for body in (raw or b"").split(b"~") if body.strip()]


def test_an_unsupported_group_goes_to_the_held_file() -> None:
    """A group that is no 837P is held as a whole beside an 837P group that is scrubbed; nothing is lost."""
    raw = (FIXTURES / "broken" / "unsupported-group-beside.837").read_bytes()
    result = run(raw, shipped("safe"))
    assert (result.clean is None, result.held is None) == (False, False)
    assert result.clean
    assert result.held
    assert (check(result.clean).problems, check(result.held).problems) == ([], [])
    assert result.file.counts.accepted == result.file.counts.claims > 0
    assert result.file.verdict in ("held", "partly_held")
    assert "STR-09" in {finding.edit for finding in result.file.findings}
    counted = (b"ISA", b"IEA")
    groups = [body for body in _bodies(raw) if body[:3] not in counted]
    split = [body for body in [*_bodies(result.clean), *_bodies(result.held)] if body[:3] not in counted]
    assert sorted(split) == sorted(groups)
    supported = [body for body in _bodies(result.clean) if body.startswith(b"GS")]
    assert [body.rsplit(b"*", 1)[1] for body in supported] == [b"005010X222A1"]


@given(
    files(max_claims=3, any_delims=False),
    st.sampled_from((b"005010X223A2", b"004010X098A1", b"005010X224A2")),
)
def test_a_file_of_another_guide_is_named_and_not_judged(example: Example, version: bytes) -> None:
    """A file of another guide or version holds no claim to be judged: it gets a report that names it."""
    raw = example[0].replace(b"005010X222A1", version)
    result = run(raw, shipped("safe"))
    assert (result.clean, result.held, result.claims) == (None, None, ())
    assert result.file.counts == CountsReport(claims=0, accepted=0, held=0, not_fully_checked=0, lines=0)
    assert result.file.verdict == "unreadable"
    assert {finding.edit for finding in result.file.findings} == {"STR-09"}


# --------------------------------------------------------------------------- a second validator


def _accepts(raw: bytes) -> bool:
    """What pyx12's validator says of a file."""
    text = io.StringIO(raw.decode("latin-1"), newline="")
    with patch.object(pyx12.map_if, "load_map_file", load_map):
        return bool(pyx12.x12n_document.x12n_document(pyx12.params.ParamsBase(), text, None, None))


@given(
    files(max_claims=5, control_characters=False),
    st.lists(st.sampled_from(("CLM", "HLD", "FXB", "HXS")), min_size=5, max_size=5),
)
@settings(max_examples=25, phases=[Phase.explicit, Phase.reuse, Phase.generate])  # shrinking takes minutes
def test_another_validator_accepts_both_outputs(example: Example, marks: list[str]) -> None:
    """pyx12 finds nothing wrong with the cleaned and the held file of a valid file."""
    raw, infos = example
    result = run(mark(raw, marks[: len(infos)]), marking("safe"))
    for output in (result.clean, result.held):
        if output:
            assert _accepts(output)


def test_the_other_validator_can_refuse() -> None:
    """pyx12 refuses a wrong level number, so its acceptance says something."""
    raw = (FIXTURES / "clean" / "injection-patient.837").read_bytes()
    assert _accepts(raw)
    assert not _accepts(raw.replace(b"HL*3*2*23", b"HL*4*2*23"))


@given(files(max_claims=4))
def test_totals_are_those_of_the_input(example: Example) -> None:
    """The second reading of a file finds the claims and totals that were put into it."""
    raw, infos = example
    found = check(raw)
    assert found.problems == []
    assert [(claim.number, claim.total) for claim in found.claims] == [
        (info.control_number, info.total_charge) for info in infos
    ]
    assert sum((claim.total for claim in found.claims), Decimal(0)) == sum(
        (info.total_charge for info in infos), Decimal(0)
    )
