"""A baseline sets known findings aside, and nothing else: no other fault, and not the same one elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import scrubber
from scrubber.adoption.baseline import known_findings, merged
from scrubber.adoption.inputs import ClaimFile, claim_files
from scrubber.cli.main import main
from scrubber.engine.loading.baseline import baseline_text, read_baseline
from scrubber.engine.policy import ConfigurationFile, Policy, Suppression
from scrubber.errors import ConfigurationError
from scrubber.report.masking import HIDDEN
from tests.support.running import AS_OF, shipped

EXAMPLE = Path(__file__).resolve().parents[2] / "fixtures" / "837" / "broken" / "example.837"
RAW = EXAMPLE.read_bytes()
LAST = date(2026, 9, 28)
Held = Callable[[bytes], dict[str, tuple[str, ...]]]


def frozen(folder: Path, raw: bytes = RAW) -> tuple[Suppression, ...]:
    path = folder / "known.837"
    path.write_bytes(raw)
    known = known_findings([ClaimFile(path)], shipped())
    return tuple(known.overrides("Known", "ann", LAST))


def policy_with(entries: tuple[Suppression, ...], as_of: date = AS_OF) -> Policy:
    file = ConfigurationFile("baseline.toml", "0" * 64)
    return replace(shipped(), suppressions=entries, baseline=file, as_of=as_of)


@pytest.fixture
def held(tmp_path: Path) -> Held:
    """What holds each held claim of a file, with the baseline of the example."""
    policy = policy_with(frozen(tmp_path))

    def of(raw: bytes) -> dict[str, tuple[str, ...]]:
        claims = scrubber.scrub(raw, policy=policy).files[0].claims
        return {claim.control_number: claim.held_by for claim in claims if claim.is_rejected}

    return of


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["baseline", *map(str, arguments), "--as-of", str(AS_OF)])


def test_what_is_known_holds_nothing(held: Held) -> None:
    """The same claims again, under other numbers and with their lines in another place."""
    fixable = ("NDC-03",)
    assert held(RAW) == {"EX-1003": fixable}
    assert held(RAW.replace(b"EX-1", b"NX-9")) == {"NX-9003": fixable}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"LHP01", b"LHP02"),  # another payer
        (b"1300000019", b"1888888889"),  # another billing provider
        (b"HC:99211*41*UN*1***3", b"HC:99211*41*UN*1***4"),  # another fault of the same edit
        (b"HC:99211*41", b"HC:99212*41"),  # another procedure
    ],
)
def test_what_is_new_fires(held: Held, before: bytes, after: bytes) -> None:
    """The edit is in the baseline, and this fault is not."""
    assert before in RAW
    assert "DX-02" in held(RAW.replace(before, after)).get("EX-1004", ())


def test_after_the_last_day_all_fire_again(tmp_path: Path) -> None:
    """It counts up to its last day; the report says that it has expired."""
    entries = frozen(tmp_path)
    last, after = (scrubber.scrub(RAW, policy=policy_with(entries, day)) for day in (LAST, date(2026, 9, 29)))
    held = [
        {claim.control_number for claim in report.files[0].claims if "DX-02" in claim.held_by}
        for report in (last, after)
    ]
    assert held == [set(), {"EX-1004"}]
    assert (after.baseline.expired, after.baseline.findings) == (len(entries), 0)  # type: ignore[union-attr]


def test_the_report_counts_what_it_covers(tmp_path: Path) -> None:
    """Findings, claims and dollars; an entry that matched nothing is counted, too."""
    unused = replace_edit(frozen(tmp_path)[0], "PAIR-02")
    report = scrubber.scrub(RAW, policy=policy_with((*frozen(tmp_path), unused)))
    covered = report.baseline
    assert covered is not None
    assert (covered.findings, covered.claims, covered.charges) == (3, 2, "119.40")
    assert (covered.entries, covered.unused, covered.expired) == (4, 1, 0)
    assert report.suppressions == ()
    assert all(entry.baseline for claim in report.files[0].claims for entry in claim.suppressed)


def replace_edit(entry: Suppression, edit: str) -> Suppression:
    return Suppression(edit, entry.reason, entry.owner, expires=entry.expires, faults=entry.faults)


def test_nothing_of_a_patient_is_in_it(tmp_path: Path) -> None:
    """A fault of a member's ID belongs to one patient: it is reported for this one and for the next."""
    raw = re.sub(rb"(NM1\*IL\*1\*[^~]*\*MI\*)[^~*]+", rb"\g<1>PENDING", RAW)
    entries = frozen(tmp_path, raw)
    claims = scrubber.scrub(raw, policy=policy_with(entries)).files[0].claims
    assert "BILL-08" in {edit for claim in claims for edit in claim.held_by}
    text = baseline_text(entries)
    assert "BILL-08" not in text
    assert not re.search(r"PENDING|EX-1|OAKES|FENWICK", text)
    assert HIDDEN not in text


def test_the_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Entries come back; what others can write to, and what is no entry, is refused with its line."""
    path = tmp_path / "baseline.toml"
    entries = (Suppression("DX-02", 'a "reason"', "ann", expires=LAST, faults=frozenset({"0" * 16})),)
    path.write_text(baseline_text(entries))
    path.chmod(0o600)
    assert read_baseline(path)[1] == entries
    path.write_text(baseline_text(entries).replace('"0000', '"X000'))
    with pytest.raises(ConfigurationError, match=r"baseline\.toml:6: not an entry of a baseline"):
        read_baseline(path)
    path.write_text(baseline_text(entries))
    path.chmod(0o666)
    with pytest.raises(ConfigurationError, match="others may write to it"):
        read_baseline(path)


def test_what_was_frozen_before_keeps_its_last_day() -> None:
    """`--add` adds new faults only."""
    old = Suppression("DX-02", "r", "ann", expires=LAST, faults=frozenset({"a" * 16}))
    new = Suppression("DX-02", "s", "bob", expires=date(2027, 1, 1), faults=frozenset({"a" * 16, "b" * 16}))
    kept = merged([old], [new])
    assert [entry.faults for entry in kept] == [old.faults, {"b" * 16}]
    assert kept[0] is old


def test_the_command(tmp_path: Path) -> None:
    """It writes, lists, prunes; the configuration uses it; owner and day are checked."""
    path, file = tmp_path / "baseline.toml", tmp_path / "example.837"
    file.write_bytes(RAW)
    assert "--owner" in run(file, "-o", path).output
    assert run(file, "-o", path, "--owner", "ann", "--expires", "2029-01-01").exit_code == 2
    done = run(file, "-o", path, "--owner", "ann")
    assert done.exit_code == 0, done.output
    assert "3 findings on 2 claims ($119.40) frozen until 2026-09-28" in done.output
    assert "not frozen: 1 finding that a safe fix corrects" in done.output
    assert path.stat().st_mode & 0o777 == 0o600
    assert run(file, "-o", path, "--owner", "ann").exit_code == 2
    assert run(file, "-o", path, "--owner", "ann", "--add").exit_code == 0
    (tmp_path / "scrubber.toml").write_text('baseline = "baseline.toml"\n')
    (tmp_path / "scrubber.toml").chmod(0o600)
    check = ["check", str(file), "--as-of", str(AS_OF)]
    text = " ".join(CliRunner().invoke(main, check).output.split())
    assert "3 accepted, 1 held" in text
    assert (
        "Baseline baseline.toml sets 3 known findings on 2 claims ($119.40) aside until 2026-09-28." in text
    )
    record = json.loads(CliRunner().invoke(main, [*check, "--format", "json"]).output)
    assert record["baseline"]["findings"] == 3
    assert run("--list", "-o", path).exit_code == 0
    later = CliRunner().invoke(main, ["baseline", "--list", "-o", str(path), "--as-of", "2026-12-31"])
    assert (later.exit_code, later.output.count("expired")) == (1, 3)
    pruned = CliRunner().invoke(main, ["baseline", "--prune", "-o", str(path), "--as-of", "2026-12-31"])
    assert pruned.output == "expired entries removed: 3; 0 left\n"
    assert read_baseline(path)[1] == ()


def test_the_files_of_an_archive(tmp_path: Path) -> None:
    """Of a watch folder only what was received, with the day on which it was scrubbed."""
    job = tmp_path / "archive" / "2026-06-01" / "20260601-000000-00000000_a"
    job.mkdir(parents=True)
    for name in ("original.837", "manifest.json", "claims.jsonl"):
        (job / name).write_bytes(RAW)
    (found,) = claim_files([tmp_path])
    assert (found.day, found.path, found.name) == (date(2026, 6, 1), job / "original.837", job.name)
