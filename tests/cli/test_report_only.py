"""A report-only run holds no claim for what is found on it: all that can be sent is sent, nothing is lost."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

import scrubber
from scrubber.cli.main import main
from scrubber.cli.watch.spool_figures import summary_text, totals_text
from scrubber.engine.policy import Fixes, Policy
from scrubber.errors import ConfigurationError
from scrubber.spool.jobs.job_files import JobDecision
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.ledger.summary import summarise
from scrubber.spool.ledger.verify import verify
from scrubber.spool.page.overview import overview
from scrubber.spool.page.page import page
from scrubber.spool.work.worker import Scrubber
from tests.support.running import AS_OF, shipped
from tests.support.spool import batch, drop, make_spool, run_once

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "837"
EXAMPLE = FIXTURES / "broken" / "example.837"


def report_only() -> Policy:
    """The shipped edits, which apply no fix and hold nothing."""
    return replace(shipped(), is_report_only=True, fixes=Fixes())


def outputs(folder: Path) -> set[str]:
    return {path.name.partition(".")[2] for path in folder.iterdir()}


def test_all_claims_go_out_and_each_says_that_it_would_be_held(tmp_path: Path) -> None:
    """Without fixes the clean file is the input, byte for byte; counts and charges tell the three apart."""
    report = scrubber.scrub(EXAMPLE, tmp_path, policy=report_only())
    file = report.files[0]
    assert (tmp_path / "example.clean.837").read_bytes() == EXAMPLE.read_bytes()
    assert outputs(tmp_path) == {"clean.837", "999", "277", "report.json"}
    assert report.report_only
    assert file.verdict == "would_be_held"
    rejected = {claim.control_number: claim.held_by for claim in file.claims if claim.is_rejected}
    assert rejected == {"EX-1002": ("PAIR-01",), "EX-1003": ("NDC-03",), "EX-1004": ("DX-02",)}
    assert [claim.verdict for claim in file.claims] == ["accepted", *["would_be_held"] * 3]
    counts, charges = file.counts, file.charges
    assert (counts.claims, counts.accepted, counts.would_be_held, counts.held) == (4, 1, 3, 0)
    assert (charges.accepted, charges.would_be_held, charges.held) == ("167.25", "163.60", "0.00")
    assert json.loads((tmp_path / "example.report.json").read_bytes())["report_only"] is True


def test_what_would_be_held_is_what_is_held(tmp_path: Path) -> None:
    """The edits find the same; only where the claims go differs."""
    usual = scrubber.scrub(EXAMPLE, tmp_path / "usual", policy=replace(report_only(), is_report_only=False))
    claims = scrubber.scrub(EXAMPLE, policy=report_only()).files[0].claims
    for one, other in zip(usual.files[0].claims, claims, strict=True):
        assert (one.verdict == "held") == (other.verdict == "would_be_held")
        assert one.findings == other.findings


def test_the_answers_accept_what_goes_on_and_name_what_would_hold_it(tmp_path: Path) -> None:
    """The 277CA rejects nothing that was sent, or the claims would be billed twice."""
    scrubber.scrub(EXAMPLE, tmp_path, policy=report_only())
    answer = (tmp_path / "example.277").read_text().split("~")
    claims = [segment for segment in answer if segment.startswith("STC*A2:20*")]
    assert len(claims) == 4
    assert [segment.rpartition("*")[2] for segment in claims[1:]] == [
        f"REPORT-ONLY RUN, WOULD BE HELD BY {edit}" for edit in ("PAIR-01", "NDC-03", "DX-02")
    ]
    assert not any(segment.startswith(("STC*A3", "STC*A7", "QTY*QC", "SVC")) for segment in answer)


def test_a_transaction_set_that_goes_on_is_not_rejected(tmp_path: Path) -> None:
    """Its only claim breaks the TR3: the 999 rejects the set where it is held, and not where it is sent."""
    source = FIXTURES / "broken" / "lx-out-of-sequence.837"
    held = replace(report_only(), is_report_only=False)
    for policy, code in ((held, "IK5*R"), (report_only(), "IK5*A")):
        folder = tmp_path / code[-1]
        scrubber.scrub(source, folder, policy=policy)
        assert code in (folder / "lx-out-of-sequence.999").read_text()
        assert (folder / "lx-out-of-sequence.277").exists() == (policy is not held)


@pytest.mark.parametrize("name", ["wrong-se-count", "no-iea", "truncated-mid-segment"])
def test_a_damaged_envelope_is_held_all_the_same(tmp_path: Path, name: str) -> None:
    """It may be cut off, and a receiver takes it whole or not at all."""
    file = scrubber.scrub(FIXTURES / "broken" / f"{name}.837", tmp_path, policy=report_only()).files[0]
    assert file.counts.held == file.counts.claims > 0
    assert file.verdict == "held"
    assert f"{name}.clean.837" not in {path.name for path in tmp_path.iterdir()}


def test_a_file_that_cannot_be_read_is_not_sent(tmp_path: Path) -> None:
    """No claim could be read, so there is nothing that could be sent."""
    file = scrubber.scrub(FIXTURES / "broken" / "not-x12.837", tmp_path, policy=report_only()).files[0]
    assert (file.verdict, file.counts.claims) == ("unreadable", 0)
    assert not list(tmp_path.glob("*.837"))


def test_the_command_says_so_and_ends_with_0(tmp_path: Path) -> None:
    """The text, the page and the work list say on top what the words mean; none says that a claim is held."""
    command = ["scrub", "--report-only", "--no-config", "--as-of", str(AS_OF), "-o", str(tmp_path)]
    done = CliRunner().invoke(
        main, [*command, str(EXAMPLE), "--format", "text", "--format", "html", "--format", "csv"]
    )
    assert done.exit_code == 0, done.output
    text = " ".join(done.stdout.split())
    assert "2 accepted, 0 held, 2 would be held. Charges that would be held: $119.40" in text
    assert "REPORT-ONLY RUN: no claim is held for what is found on it" in text
    assert "claim EX-1002 WOULD BE HELD" in text
    html = (tmp_path / "example.report.html").read_text()
    assert "2 of 4 claims would be held" in html
    assert "Report-only run: " in html
    assert "Claims that would be held (2)" in html
    assert "Held claims" not in html
    rows = (tmp_path / "example.report.csv").read_text(encoding="utf-8-sig")
    assert "Report-only run: " in rows
    assert ",would be held,reject," in rows
    held = CliRunner().invoke(main, ["check", "--report-only", str(FIXTURES / "broken" / "no-iea.837")])
    assert held.exit_code == 1


def test_the_configuration_makes_a_run_report_only(tmp_path: Path) -> None:
    """`report_only = true` does what the option does; answers of payers are still judged by what is held."""
    config = tmp_path / "scrubber.toml"
    config.write_text("report_only = true\n")
    config.chmod(0o600)
    assert scrubber.make_policy(config=config).is_report_only
    config.write_text('report_only = "yes"\n')
    with pytest.raises(ConfigurationError, match=r"scrubber\.toml:1: report_only must be true or false"):
        scrubber.make_policy(config=config)


def watch() -> Scrubber:
    return Scrubber(report_only, ("json",), fixed_day=True)


def manifests(root: Path) -> list[JobDecision]:
    paths = sorted(root.glob("archive/*/*/manifest.json"))
    return sorted((JobDecision.from_json(path.read_bytes()) for path in paths), key=lambda one: one.sequence)


def test_a_report_only_watch_sends_everything_once(tmp_path: Path) -> None:
    """What is faulty goes out, and nothing twice; manifest, audit log, totals, summary and page say how."""
    spool = make_spool(tmp_path)
    drop(spool, "a.837", batch(1))
    drop(spool, "b.837", batch(2, held=True))
    first = run_once(spool, watch())
    assert not first.needs_a_person
    assert "1 clean, 1 with claims that would be held, 0 with held claims" in totals_text(first)
    assert len(list(spool.out.iterdir())) == 2
    drop(spool, "again.837", batch(2, held=True))
    assert run_once(spool, watch()).needs_a_person
    assert len(list(spool.out.iterdir())) == 2
    assert len(list(spool.held.iterdir())) == 1
    decisions = manifests(spool.root)
    assert [(one.verdict.verdict, one.verdict.would_be_held, one.verdict.held) for one in decisions] == [
        ("clean", 0, 0),
        ("would_be_held", 1, 0),
        ("held", 0, 1),
    ]
    assert all(one.verdict.report_only for one in decisions)
    day = decisions[0].taken.day
    ledger = Ledger.reading(spool.ledger)
    try:
        decided = [json.loads(row.detail) for row in ledger.audit() if row.event == "decided"]
        modes = [detail.get("report_only") for detail in decided]
        assert modes == [1, 1, 1]
        assert list(verify(spool, ledger)) == []
        assert ledger.work() == []
        text = summary_text(summarise(ledger, day, day))
        shown = page(spool, overview(spool, ledger, day), {})
    finally:
        ledger.close()
    assert "of the held, 1 claim ($167.25) went out all the same: report-only" in text
    assert "1 ($167.25) went out: the watch was report-only" in shown
    assert ",would_be_held,1,0,0,167.25,0.00" in (spool.reports / str(day) / "summary.csv").read_text()


def test_a_claim_on_which_an_edit_fails_goes_out(tmp_path: Path) -> None:
    """No one knows what the edit would have found, so the claim counts as one that would be held."""
    edits = tmp_path / "own"
    edits.mkdir(mode=0o700)
    (edits / "failing.py").write_text(FAILING)
    (edits / "sources.toml").write_text('["this test"]\npublisher = "The project"\ntitle = "Its tests"\n')
    policy = scrubber.make_policy(edits=[edits], as_of=AS_OF, report_only=True)
    claims = scrubber.scrub(batch(1), tmp_path / "out", policy=policy).files[0].claims
    assert [claim.verdict for claim in claims] == ["would_be_held"]
    assert "WOULD BE HELD BY OWN-01" in (tmp_path / "out" / "input.277").read_text()


FAILING = '''\
"""It fails."""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit

edit = Edit(id="OWN-01", title="It fails", snip=7, severity="warn", sources=("this test",))


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    yield 1 / 0
'''
