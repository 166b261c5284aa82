"""The outcomes as tables: the same figures as the report, and no number of a claim."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from scrubber.cli.main import main
from scrubber.feedback.build import feedback_report
from scrubber.feedback.columns import SCHEMA, TABLES
from scrubber.feedback.importing import import_answers, import_claims
from scrubber.feedback.store import Store
from scrubber.x12.source import source_of_bytes
from tests.support import answers

PAGE = Path(__file__).parents[2] / "docs" / "feedback.md"
CASES = answers.cases(
    [("caught", 2), ("no edit", 3), ("paid", 2), ("rejected", 1), ("taken back", 1), ("deductible", 1)]
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with answers, and its tables."""
    folder = tmp_path_factory.mktemp("feedback")
    store = Store.open(folder / "feedback.db", create=True)
    import_claims(source_of_bytes(answers.sent(CASES)), store, answers.policy(folder))
    import_answers(source_of_bytes(answers.remittances(CASES)), store)
    import_answers(source_of_bytes(answers.acknowledged(CASES)), store)
    store.close()
    arguments = ["feedback", "report", "--store", str(folder / "feedback.db"), "--format", "parquet"]
    without = CliRunner().invoke(main, arguments)
    assert "needs -o FILE" in without.stderr
    done = CliRunner().invoke(main, [*arguments, "-o", str(folder / "f.parquet")])
    assert done.exit_code == 0, done.output
    again = CliRunner().invoke(main, [*arguments, "-o", str(folder / "f.parquet")])
    assert "f.outcomes.parquet exists" in again.stderr
    return folder


def test_the_tables_have_the_figures_of_the_report(folder: Path) -> None:
    store = Store.open(folder / "feedback.db", create=False)
    report = feedback_report(store, least=1)
    store.close()
    outcomes = pq.read_table(folder / "f.outcomes.parquet").to_pylist()
    denials = pq.read_table(folder / "f.denials.parquet").to_pylist()
    assert Counter(row["decision"] for row in outcomes) == {"denied": 6, "paid": 3, "rejected": 1}
    refused = [row for row in denials if row["carc"]]
    assert Counter(row["verdict"] for row in refused) == {
        verdict: entry.count for verdict, entry in report.denials.items() if entry.count
    }
    assert sum(row["paid"] for row in outcomes) == sum(
        row["charge"] - row["denied"] - row["patient"] - contract(row["claim"])
        for row in outcomes
        if row["decision"] == "paid" or row["denied"]
    )
    assert {row["claim"] for row in outcomes} == set(range(1, len(CASES) + 1))


def contract(claim: int) -> Decimal:
    """What the contract takes from a claim that is paid."""
    case = CASES[claim - 1]
    return Decimal(case.charges[0] * 20 // 100).scaleb(-2) if case.name == "paid" else Decimal()


def test_no_number_of_a_claim_is_in_them(folder: Path) -> None:
    for table in TABLES:
        text = str(pq.read_table(folder / f"f.{table}.parquet").to_pylist())
        assert not any(case.number in text for case in CASES)


def test_their_schemas_are_documented(folder: Path) -> None:
    page = PAGE.read_text(encoding="utf-8")
    for table, columns in TABLES.items():
        schema = pq.read_schema(folder / f"f.{table}.parquet")
        assert schema.names == [column.name for column in columns]
        assert schema.metadata[b"scrubber.schema"].decode() == SCHEMA
        (row,) = (line for line in page.splitlines() if line.startswith(f"| `{table}` |"))
        listed = row.split("|")[3]
        assert [name for name in schema.names if f"`{name}`" not in listed] == []
