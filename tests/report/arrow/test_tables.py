"""The five tables: they say what the report says, whoever is asked."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from click.testing import CliRunner

import scrubber
from bench.lifelike import generate
from scrubber.cli.main import main
from scrubber.engine.steps import deliver
from scrubber.errors import ConfigurationError
from scrubber.pipeline.scrub import scrub_source
from scrubber.report.arrow.columns import TABLES, names
from scrubber.report.claim_view import ClaimView
from scrubber.report.fan_out import ReportSink
from scrubber.report.file_view import FileView
from scrubber.report.formats import Style
from scrubber.report.model import Report
from scrubber.report.tally import Tally
from scrubber.x12.source import source_of_bytes
from tests.support.running import AS_OF, shipped

pytest.importorskip("pyarrow", reason="pyarrow is not installed (the extra arrow)")
pq = pytest.importorskip("pyarrow.parquet")

PROJECT = Path(__file__).parents[3]
EXAMPLE = PROJECT / "fixtures/837/broken/example.837"
PAGE = (PROJECT / "docs/tables.md").read_text(encoding="utf-8")


class _Tallied:
    """A writer that adds up claims as the summaries of the reports do."""

    def __init__(self) -> None:
        self.tally = Tally()

    def claim(self, claim: ClaimView) -> None:
        self.tally.add(claim)

    def file(self, file: FileView) -> None:
        self.tally.add_file(file.report)

    def abandon(self) -> None:
        raise AssertionError

    def finish(self, report: Report) -> None:
        pass


@pytest.fixture(scope="module")
def claims() -> bytes:
    """Some hundred claims of several payers and weeks, some of them held."""
    out = io.BytesIO()
    generate(out, size=80_000, seed=7, fault_rate=0.2)
    return out.getvalue()


@pytest.fixture(scope="module")
def folder(claims: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``out``, in it the outputs of two files."""
    folder = tmp_path_factory.mktemp("tables")
    (folder / "many.837").write_bytes(claims)
    for path in (folder / "many.837", EXAMPLE):
        scrubber.scrub(path, folder / "out", formats=["parquet"], as_of=AS_OF)
    return folder


@pytest.fixture(scope="module")
def tally(claims: bytes) -> Tally:
    """What the summary of a report on the same two files adds up."""
    policy, writer = shipped("safe"), _Tallied()
    sink = ReportSink([writer], Style(policy.rulebook.edits), policy)
    for raw in (claims, EXAMPLE.read_bytes()):
        sink.file(deliver(scrub_source(source_of_bytes(raw), policy), sink))
    return writer.tally


def read(folder: Path, table: str) -> list[dict[str, Any]]:
    """The rows of a table of all files in a folder."""
    found: list[dict[str, Any]] = []
    for path in sorted(folder.glob(f"*{table}.parquet")):
        found += pq.read_table(path).to_pylist()
    return found


def blocks(language: str) -> list[str]:
    """The examples of the page in a language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


Answers = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]], list[tuple[Any, ...]]]


def by_duckdb(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Answers:
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    monkeypatch.chdir(folder)
    rate, dollars, unchecked = (duckdb.sql(query).fetchall() for query in blocks("sql"))
    return rate, dollars, unchecked


def by_polars(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Answers:
    pytest.importorskip("polars", reason="polars is not installed")
    monkeypatch.chdir(folder)
    values: dict[str, Any] = {}
    exec(next(block for block in blocks("python") if "polars" in block), values)
    rate, dollars, unchecked = (values[name].rows() for name in ("rate", "dollars", "unchecked"))
    return rate, dollars, unchecked


@pytest.mark.parametrize("ask", [by_duckdb, by_polars])
def test_the_answers_are_those_of_the_summary(
    ask: Any, folder: Path, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    rate, dollars, unchecked = ask(folder, monkeypatch)
    held, count = Counter[str](), Counter[str]()
    for payer, week, claims, of_week, share in rate:
        assert week is None or week.weekday() == 0
        assert share == pytest.approx((claims - of_week) / claims)
        count[payer] += claims
        held[payer] += of_week
    assert len(rate) > len(count) > 3
    assert {payer: (count[payer], held[payer]) for payer in count} == {
        payer: (found.claims, found.held) for payer, found in tally.payers.items()
    }
    assert {edit: (claims, sums) for edit, claims, sums in dollars} == {
        edit: (found.held, found.dollars) for edit, found in tally.edits.items()
    }
    assert {(family, why): (claims, sums) for family, why, claims, sums in unchecked} == not_checked(folder)


def not_checked(folder: Path) -> dict[tuple[str, str], tuple[int, Decimal]]:
    """What the reports say was not checked: claims and charges, by family and reason."""
    found: dict[tuple[str, str], tuple[int, Decimal]] = {}
    for path in (folder / "out").glob("*.report.json"):
        (file,) = json.loads(path.read_bytes())["files"]
        of_file: dict[tuple[str, str], list[Decimal]] = {}
        for claim in file["claims"]:
            for key in {(one["edit"].rpartition("-")[0], one["why"]) for one in claim["unchecked"]}:
                of_file.setdefault(key, []).append(Decimal(claim["charge"]))
        for reason in file["not_checked"]:
            families = {edit.rpartition("-")[0] for edit in reason["edits"]}
            charges = [of_file[family, reason["why"]] for family in families]
            assert max(map(len, charges)) <= reason["claims"]
            if len(families) == 1:
                assert (len(charges[0]), sum(charges[0])) == (reason["claims"], Decimal(reason["charges"]))
        for key, amounts in of_file.items():
            claims, total = found.get(key, (0, Decimal()))
            found[key] = claims + len(amounts), total + sum(amounts)
    return found


def test_totals_are_those_of_the_report(folder: Path, tally: Tally) -> None:
    reports = [json.loads(path.read_bytes()) for path in sorted((folder / "out").glob("*.report.json"))]
    files = read(folder / "out", "files")
    assert [row["file_sha256"] for row in files] == [report["files"][0]["sha256"] for report in reports]
    for row, report in zip(files, reports, strict=True):
        (file,) = report["files"]
        charges = (row["charges"], row["held_charges"], row["not_fully_checked_charges"])
        told = [file["charges"][key] for key in ("total", "held", "not_fully_checked")]
        assert list(map(str, charges)) == told
        for key in ("claims", "accepted", "held", "not_fully_checked", "lines"):
            assert row[key] == file["counts"][key]
        assert row["packs"] == report["packs"]
        assert row["tables"] == report["tables"]
    claims = read(folder / "out", "claims")
    assert len(claims) == tally.total.claims
    assert sum(row["charge"] for row in claims) == tally.charges
    findings = Counter(
        (row["edit"], "fixed" if row["status"] == "fixed" else row["severity"])
        for row in read(folder / "out", "findings")
        if row["status"] != "overridden"
    )
    assert findings == tally.findings
    assert len(read(folder / "out", "lines")) == sum(row["lines"] for row in files)


def test_a_claim_of_the_example(folder: Path) -> None:
    first, second, third, fourth = read(folder / "out", "example.claims")
    assert [row["verdict"] for row in (first, second, third, fourth)] == ["accepted", "held"] * 2
    assert first["service_from"] == first["service_to"] == date(2026, 5, 11)
    assert first["charge"] == Decimal("167.25")
    assert first["administrations"] == [
        {
            "line": 2,
            "procedure": "96372",
            "diagnoses": ["E538"],
            "drugs": [
                {
                    "line": 3,
                    "procedure": "J3420",
                    "ndc": "00143961901",
                    "quantity": Decimal("1.000"),
                    "unit": "ML",
                }
            ],
        }
    ]
    assert second["held_by"] == ["PAIR-01"]
    lines = [row for row in read(folder / "out", "example.lines") if row["claim"] == 1]
    assert [(row["role"], row["procedure"], row["charge"]) for row in lines] == [
        ("service", "99213", Decimal("128.50")),
        ("administration", "96372", Decimal("32.00")),
        ("drug", "J3420", Decimal("6.75")),
    ]
    (fixed,) = [row for row in read(folder / "out", "example.findings") if row["status"] == "fixed"]
    assert fixed["edit"] == "NDC-03"
    assert (fixed["fix_before"], fixed["fix_after"]) == ("00143-9857-25", "00143985725")
    assert not fixed["holds"]
    assert fixed["to_do"]
    assert fixed["denials"]


def test_every_file_says_its_schema(folder: Path) -> None:
    for table in TABLES:
        schema = pq.read_schema(folder / "out" / f"example.{table}.parquet")
        assert schema.names == names(table)
        assert schema.metadata[b"scrubber.schema"] == b"scrubber.tables/1"
        assert schema.metadata[b"scrubber.table"] == table.encode()


def test_the_same_input_gives_the_same_bytes(claims: bytes, tmp_path: Path) -> None:
    for name in ("a", "b"):
        scrubber.scrub(claims, tmp_path / name, formats=["parquet"], as_of=AS_OF, jobs=1 + (name == "b"))
    for table in TABLES:
        made = [(tmp_path / name / f"input.{table}.parquet").read_bytes() for name in ("a", "b")]
        assert made[0] == made[1]


def test_shared_faults_have_a_row_for_each_claim() -> None:
    raw = (PROJECT / "fixtures/837/clean/injection-subscriber.837").read_bytes()
    start, end = raw.index(b"HL*2*"), raw.index(b"SE*")
    second = raw[start:end].replace(b"HL*2*", b"HL*3*").replace(b"DOE", b"ROE")
    count = (raw[:end] + second)[raw.index(b"ST*") :].count(b"~") + 1
    tail = re.sub(rb"SE\*\d+", b"SE*%d" % count, raw[end:])
    raw = (raw[:end] + second + tail).replace(b"1300000019", b"1300000018")
    with scrubber.to_arrow(raw, as_of=AS_OF) as tables:
        everything = tables.findings.read_all().to_pylist()
    rows = [row for row in everything if row["fault"]]
    assert {row["claim"] for row in rows} == {1, 2}
    assert len({row["fault"] for row in rows}) == len(rows) / 2
    report = scrubber.scrub(raw, as_of=AS_OF)
    assert len(everything) == sum(len(claim.findings) for claim in report.files[0].claims)


def test_a_mask_hides_whom_claims_are_about(claims: bytes) -> None:
    with scrubber.to_arrow(claims, EXAMPLE, as_of=AS_OF, mask=True) as tables:
        everything = {name: tables.reader(name).read_all().to_pylist() for name in TABLES}
    with scrubber.to_arrow(claims, EXAMPLE, as_of=AS_OF) as tables:
        shown = tables.claims.read_all().to_pylist()
    assert len({row["patient_key"] for row in shown} - {None}) > 50
    assert {row["patient_key"] for row in everything["claims"]} == {None}
    assert {row["file"] for row in everything["claims"]} == {"file 1", "file 2"}
    text = repr(everything)
    for secret in {row["patient"] for row in shown} | {row["control_number"] for row in shown}:
        assert secret not in text


def test_tables_can_be_read_again_and_at_the_same_time() -> None:
    with scrubber.to_arrow(EXAMPLE, as_of=AS_OF) as tables:
        first, second = tables.claims, tables.claims
        assert next(first).num_rows == 4
        assert second.read_all().num_rows == 4
        assert first.read_all().num_rows == 0
        assert tables.claims.read_all().num_rows == 4


def test_an_input_without_claims_is_a_row_of_files() -> None:
    with scrubber.to_arrow(b"no X12", as_of=AS_OF) as tables:
        (file,) = tables.files.read_all().to_pylist()
        assert (file["verdict"], file["unreadable"], file["claims"]) == ("unreadable", "not_x12", 0)
        assert tables.claims.read_all().num_rows == 0
        assert {row["claim"] for row in tables.findings.read_all().to_pylist()} == {None}


def test_amounts_that_are_none_are_null() -> None:
    raw = EXAMPLE.read_bytes().replace(b"*167.25*", b"*167.255*").replace(b"*32*", b"*3x2*", 1)
    with scrubber.to_arrow(raw, as_of=AS_OF) as tables:
        claims = tables.claims.read_all().to_pylist()
    assert claims[0]["charge"] is None
    assert claims[0]["charge_sent"] == "167.255"
    assert claims[2]["charge"] == Decimal("44.20")


def test_check_writes_the_tables_of_all_files_into_a_folder(tmp_path: Path) -> None:
    options = ["--format", "parquet", "-o", str(tmp_path / "tables"), "--as-of", "2026-06-30"]
    bad = tmp_path / "bad.837"
    bad.write_bytes(b"nothing")
    result = CliRunner().invoke(main, ["check", str(EXAMPLE), str(bad), *options])
    assert result.exit_code == 1, result.output
    assert sorted(path.name for path in (tmp_path / "tables").iterdir()) == sorted(
        f"{name}.parquet" for name in TABLES
    )
    assert [row["file"] for row in read(tmp_path / "tables", "files")] == ["example.837", "bad.837"]
    again = CliRunner().invoke(main, ["check", str(EXAMPLE), *options])
    assert again.exit_code == 2
    assert "--force" in again.output
    nowhere = CliRunner().invoke(main, ["check", str(EXAMPLE), "--format", "parquet"])
    assert nowhere.exit_code == 2
    assert "-o DIR" in nowhere.output


def test_a_file_that_fails_leaves_no_rows(tmp_path: Path) -> None:
    raw = EXAMPLE.read_bytes()
    (tmp_path / "a.837").write_bytes(raw)

    def failing(*values: Any, **options: Any) -> Any:
        steps = scrub_source(*values, **options)
        if values[0].name == "a.837":
            yield from (step for step, _ in zip(steps, range(3), strict=False))
            raise OSError(5, "Input/output error")
        yield from steps

    with patch("scrubber.cli.claims.scrub_source", failing):
        result = CliRunner().invoke(
            main,
            ["check", str(tmp_path / "a.837"), str(EXAMPLE), "--format", "parquet", "-o", str(tmp_path / "t"),
             "--as-of", "2026-06-30"],
        )  # fmt: skip
    assert result.exit_code == 2
    assert {row["file"] for row in read(tmp_path / "t", "claims")} == {"example.837"}
    assert [row["claim"] for row in read(tmp_path / "t", "claims")] == [1, 2, 3, 4]


def test_without_pyarrow_the_error_names_the_extra(tmp_path: Path) -> None:
    with patch("scrubber.report.formats.importlib.util.find_spec", return_value=None):
        with pytest.raises(ConfigurationError, match=r"scrubber837\[arrow\]"):
            scrubber.to_arrow(EXAMPLE)
        result = CliRunner().invoke(main, ["scrub", str(EXAMPLE), "-o", str(tmp_path), "--format", "parquet"])
    assert result.exit_code == 2
    assert "scrubber837[arrow]" in result.output
    assert not list(tmp_path.iterdir())
