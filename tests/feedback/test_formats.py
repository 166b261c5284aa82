"""The forms of the report: each says the same, and what a form leaves out it says."""

from __future__ import annotations

import csv
import io
from contextlib import closing
from pathlib import Path

import lxml.html
import pytest
from msgspec.structs import replace

from scrubber.errors import FeedbackError
from scrubber.feedback.build import feedback_report
from scrubber.feedback.figures import FeedbackReport
from scrubber.feedback.importing import MOST_TROUBLES, import_answers, import_claims
from scrubber.feedback.page import page
from scrubber.feedback.store import Store
from scrubber.feedback.table import write_csv
from scrubber.feedback.text import text_lines
from scrubber.x12.source import source_of_bytes
from tests.support import answers

COUNTS = {"caught": 4, "false alarm": 6, "warned": 14, "no edit": 2, "rejected": 2, "paid": 2}
CASES = answers.cases(COUNTS.items())


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> FeedbackReport:
    """A report that has something in every section."""
    folder = tmp_path_factory.mktemp("feedback")
    era = answers.remittances(CASES, takeback=2_500)
    files = {
        "era.835": era,
        "of-others.835": era.replace(b"CLP*", b"CLP*X").replace(b"ICN", b"XCN"),
        "batch.277": answers.acknowledged(CASES),
        "other.999": answers.received("9", "R"),
    }
    with closing(Store.open(folder / "feedback.db", create=True)) as store:
        import_claims(source_of_bytes(answers.sent(CASES)), store, answers.policy(folder))
        for name, raw in files.items():
            import_answers(source_of_bytes(raw, name), store)
        made = feedback_report(store, least=1)
    pattern = replace(
        made.patterns[0], procedure="", modifiers="*", diagnosis="*", remarks="*", is_broad=True
    )
    return replace(
        made,
        patterns=(*made.patterns, pattern),
        more_patterns=3,
        reversals_of_unknown=1,
        ambiguous_lines=2,
        unmatched_lines=4,
    )


def test_the_text_has_every_section(report: FeedbackReport) -> None:
    lines = list(text_lines(report))
    text = "\n".join(lines)
    answered = len(CASES) - COUNTS["rejected"]
    for expected in (
        "30 claims sent, 30 answered.",
        f"Not matched, 835 unknown: {answered}.",
        "Not matched, 999 unknown: 2.",
        "Reversals of payments that are not here: 1.",
        "Lines of answers that fit two lines of a claim: 2.",
        "Lines of answers that fit no line of their claim: 4.",
        "provider adjustments WO: $25.00",
        "raise TEST-12 to reject for payer PAYER1: 7 of 7 such claims were denied",
        "whole claim, CARC 50:",
        "3 more",
    ):
        assert expected in text
    assert sum("835 unknown" in line for line in lines) == 1 + 8  # of ten places, two are the receipts'


def test_the_page_and_the_table_have_what_the_text_has(report: FeedbackReport) -> None:
    html = "".join(page(report))
    shown = "".join(map(str, lxml.html.fromstring(html).itertext()))
    out = io.StringIO(newline="")
    write_csv(report, out)
    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    for suggestion in report.suggestions:
        assert suggestion.text in shown
        assert suggestion.text in [row["text"] for row in rows if row["section"] == "suggestions"]
    for edit in report.edits:
        if edit.precision.of:
            assert f"{edit.edit}precision{edit.precision.count:,} of {edit.precision.of:,}" in shown
            (row,) = [
                row
                for row in rows
                if (row["section"], row["name"], row["measure"]) == ("edits", edit.edit, "precision")
            ]
            assert (row["count"], row["of"]) == (str(edit.precision.count), str(edit.precision.of))
    (alarms,) = [row for row in rows if row["section"] == "false alarms"]
    assert (alarms["count"], alarms["dollars"]) == ("6", report.false_alarms.dollars)
    assert {row["name"] for row in rows if row["section"] == "unmatched"} == set(report.unmatched)
    assert "3 more are in the JSON report." in shown


def test_a_report_on_nothing(tmp_path: Path) -> None:
    with closing(Store.open(tmp_path / "feedback.db", create=True)) as store:
        empty = feedback_report(store)
    assert next(text_lines(empty)) == "0 claims sent, 0 answered."
    assert "<main" in "".join(page(empty))


def test_troubles_have_a_limit_and_are_counted(tmp_path: Path) -> None:
    raw = answers.enveloped("835", "005010X221A1", [["CLP*A*1*x*0*0*CI*I"] * (MOST_TROUBLES + 5)])
    with closing(Store.open(tmp_path / "feedback.db", create=True)) as store:
        done = import_answers(source_of_bytes(raw), store)
    # Each claim has an amount that is none; there is no BPR either.
    assert (len(done.troubles), done.more_troubles, done.unbalanced) == (MOST_TROUBLES, 6, 1)


def test_a_store_of_another_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "feedback.db"
    with closing(Store.open(path, create=True)) as store:
        store._connection.execute("PRAGMA user_version = 99")
    with pytest.raises(FeedbackError, match="not a feedback store of this version"):
        Store.open(path, create=False)
