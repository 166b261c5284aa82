"""Of one claim 1,000 findings are reported; reports say how many more there are, and all of them count."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

import scrubber
from bench import shapes
from scrubber.api import make_policy
from scrubber.engine.finding import Finding, Severity, Where
from scrubber.engine.limit import MOST_FINDINGS, limited
from tests.support.running import AS_OF

STRAYS = 1500


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with all reports of a claim with 1,500 stray segments."""
    folder = tmp_path_factory.mktemp("reports")
    raw = shapes.strays(STRAYS, "QQ*{}")
    formats = ("text", "html", "csv", "jsonl", "xml")
    for _ in scrubber.scrub_iter(raw, folder, policy=make_policy(as_of=AS_OF), formats=formats):
        pass
    return folder


def report_of(folder: Path, suffix: str) -> str:
    (path,) = folder.glob(f"*.report.{suffix}")
    return path.read_text(encoding="utf-8-sig")


def test_records_have_a_thousand_and_say_how_many_more(folder: Path) -> None:
    (claim,) = json.loads(report_of(folder, "json"))["files"][0]["claims"]
    assert len(claim["findings"]) == MOST_FINDINGS
    assert len(claim["findings"]) + claim["more_findings"] >= STRAYS
    assert claim["verdict"] == "held"
    assert "GUIDE-02" in claim["held_by"]
    assert f'more_findings="{claim["more_findings"]}"' in report_of(folder, "xml")


@pytest.mark.parametrize("suffix", ["txt", "csv"])
def test_lists_end_with_how_many_more(folder: Path, suffix: str) -> None:
    more = json.loads(report_of(folder, "jsonl"))["more_findings"]
    assert f"and {more} more findings: GUIDE-02" in report_of(folder, suffix)


def test_work_list_has_a_row_for_each_and_one_for_the_rest(folder: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(report_of(folder, "csv"))))
    claims = [row for row in rows if row["claim"]]
    assert len(claims) == MOST_FINDINGS + 1
    assert [row["edit"] for row in claims[-1:]] == [""]


def test_page_counts_what_is_not_in_the_records(folder: Path) -> None:
    more = json.loads(report_of(folder, "jsonl"))["more_findings"]
    assert f"{more + MOST_FINDINGS - 60:,} more findings" in report_of(folder, "html")


def finding(number: int, severity: Severity) -> Finding:
    """Return a finding at a segment."""
    return Finding(
        edit="X-01", title="", severity=severity, message="", to_do="",
        where=Where(segment_number=number), snip=1, pack="base",
    )  # fmt: skip


def test_what_holds_the_claim_is_kept_first() -> None:
    found = [finding(number, "info") for number in range(900)]
    found += [finding(1000 + number, "warn") for number in range(900)]
    found += [finding(2000 + number, "reject") for number in range(700)]
    kept, omitted = limited(reversed(found))
    assert [one.where.segment_number for one in kept] == [*range(1000, 1300), *range(2000, 2700)]
    assert [one.where.segment_number for one in omitted] == [*range(900), *range(1300, 1900)]


def test_up_to_the_limit_nothing_is_omitted() -> None:
    kept, omitted = limited(finding(number, "info") for number in range(MOST_FINDINGS))
    assert len(kept) == MOST_FINDINGS
    assert not omitted
