"""A strict run holds the claims that are not fully checked, and says so in every output."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scrubber.cli.main import main
from scrubber.pipeline import scrub, team
from tests.laws.test_jobs_law import JOBS, outputs
from tests.support.running import shipped

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "837"
SEVERAL = FIXTURES / "clean" / "several-transactions.837"
"""Two of its claims are fully checked."""
REASON = "Held because it is not fully checked (strict run): "


def scrubber(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments), "--as-of", "2026-06-30", "--no-config"])


def test_a_strict_run_holds_what_is_not_fully_checked(tmp_path: Path) -> None:
    """Exactly the claims that are not fully checked are held, by the edits that did not decide."""
    assert scrubber("scrub", SEVERAL, "-o", tmp_path / "usual").exit_code == 0
    done = scrubber(
        "scrub", SEVERAL, "-o", tmp_path / "strict", "--strict", "--format", "csv", "--format", "html"
    )
    assert done.exit_code == 1
    stem = SEVERAL.stem
    usual, strict = (
        json.loads((tmp_path / run / f"{stem}.report.json").read_bytes())["files"][0]
        for run in ("usual", "strict")
    )
    assert (usual["verdict"], strict["verdict"]) == ("clean", "partly_held")
    assert [claim["verdict"] == "held" for claim in strict["claims"]] == [
        not claim["fully_checked"] for claim in usual["claims"]
    ]
    assert {claim["fully_checked"] for claim in strict["claims"]} == {True, False}
    for claim in strict["claims"]:
        assert claim["held_by"] == [entry["edit"] for entry in claim["unchecked"]]
    held = {claim["control_number"] for claim in strict["claims"] if claim["verdict"] == "held"}
    clean = (tmp_path / "strict" / f"{stem}.clean.837").read_text()
    assert not any(f"CLM*{number}*" in clean for number in held)
    page = (tmp_path / "strict" / f"{stem}.report.html").read_text()
    assert page.count(REASON) == len(held)
    with (tmp_path / "strict" / f"{stem}.report.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["what is wrong"].startswith(REASON)]
    assert {row["claim"] for row in rows} == held
    answer = (tmp_path / "strict" / f"{stem}.277").read_text()
    assert (answer.count("STC*A3:0*"), answer.count("STC*A2:20*")) == (
        len(held),
        len(usual["claims"]) - len(held),
    )


def test_the_text_says_why() -> None:
    """The text has each held claim with its reason; without --strict an accepted claim is marked."""
    strict = " ".join(scrubber("check", SEVERAL, "--strict").stdout.split())
    assert "claim SEV-0001 HELD $167.25" in strict
    assert f"{REASON}NDC-13 could not be evaluated." in strict
    usual = " ".join(scrubber("check", SEVERAL).stdout.split())
    assert "claim SEV-0005 ACCEPTED, not fully checked $89.70" in usual
    assert REASON not in usual


def test_the_configuration_makes_a_run_strict(tmp_path: Path) -> None:
    """`strict = true` in the configuration does what the option does."""
    config = tmp_path / "scrubber.toml"
    config.write_text("strict = true\n")
    config.chmod(0o600)
    command = ["check", str(SEVERAL), "--as-of", "2026-06-30", "--config", str(config)]
    assert CliRunner().invoke(main, command).exit_code == 1
    config.write_text('strict = "yes"\n')
    refused = CliRunner().invoke(main, command)
    assert (refused.exit_code, "scrubber.toml:1: strict must be true or false" in refused.stderr) == (2, True)


def test_the_watch_can_be_strict(tmp_path: Path) -> None:
    """With --strict the watch puts claims that are not fully checked into held/."""
    spool = tmp_path / "spool"
    (spool / "in").mkdir(parents=True)
    (spool / "in" / "claims.837").write_bytes(SEVERAL.read_bytes())
    done = scrubber_watch(spool)
    assert done.exit_code == 1, done.output
    (held,) = (spool / "held").iterdir()
    assert b"CLM*SEV-0001*" in held.read_bytes()


def scrubber_watch(spool: Path) -> Result:
    options = ["--once", "--strict", "--settle", "0", "--as-of", "2026-06-30"]
    return CliRunner().invoke(main, ["watch", str(spool), *options])


def test_jobs_change_nothing_in_a_strict_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every byte of every output of a strict run is the same with more processes."""
    monkeypatch.setattr(scrub, "SMALL", 0)
    monkeypatch.setattr(team, "_ROUND", 30)
    policy = replace(shipped("safe"), is_strict=True)
    one, *others = (outputs(SEVERAL, policy, tmp_path / str(jobs), jobs) for jobs in JOBS)
    assert b"strict run" in one[f"{SEVERAL.stem}.report.txt"]
    assert all(other == one for other in others)
