"""The generator of lifelike files: the same bytes each time, clean claims, and as many faults as asked."""

from __future__ import annotations

import io
import random
from datetime import date, timedelta
from pathlib import Path

import pytest

import scrubber
from bench import lifelike
from bench.diagnoses import billable
from scrubber.engine.policy import Policy
from scrubber.report.model import ClaimReport

KINDS = tuple(lifelike.KINDS)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return scrubber.make_policy(as_of=date(2026, 6, 30))


def written(kind: str, *, size: int = 60_000, seed: int = 1, fault_rate: float = 0.0) -> bytes:
    out = io.BytesIO()
    lifelike.generate(out, size=size, seed=seed, fault_rate=fault_rate, kind=kind)
    return out.getvalue()


def scrubbed(raw: bytes, policy: Policy) -> list[ClaimReport]:
    with scrubber.scrub_iter(raw, policy=policy) as run:
        return list(run)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_arguments_give_the_same_bytes(kind: str) -> None:
    assert written(kind, fault_rate=0.1) == written(kind, fault_rate=0.1)
    assert written(kind) != written(kind, seed=2)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_has_about_its_size(kind: str) -> None:
    assert 60_000 <= len(written(kind)) < 65_000


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [1, 2])
def test_clean_claims_are_accepted_and_hardly_ever_warned_of(kind: str, seed: int, policy: Policy) -> None:
    claims = scrubbed(written(kind, size=60_000, seed=seed), policy)
    assert {claim.verdict for claim in claims} == {"accepted"}
    warned = [claim for claim in claims if any(finding.severity == "warn" for finding in claim.findings)]
    assert len(warned) <= len(claims) / 100


@pytest.mark.parametrize("kind", KINDS)
def test_a_later_file_is_as_clean(kind: str) -> None:
    """In November, with the diagnoses of the next fiscal year, nothing is held either."""
    out = io.BytesIO()
    lifelike.generate(out, size=60_000, seed=1, kind=kind, later=timedelta(days=154))
    claims = scrubbed(out.getvalue(), scrubber.make_policy(as_of=date(2026, 12, 1)))
    assert {claim.verdict for claim in claims} == {"accepted"}
    days = [claim.service_date for claim in claims if claim.service_date]
    assert len(days) == len(claims)
    assert all(date(2026, 9, 1) < day < date(2026, 12, 1) for day in days)


@pytest.mark.parametrize("kind", KINDS)
def test_as_many_claims_are_held_as_have_a_fault(kind: str, policy: Policy) -> None:
    out = io.BytesIO()
    writer = lifelike.generate(out, size=80_000, seed=1, fault_rate=0.2, kind=kind)
    held = sum(claim.verdict == "held" for claim in scrubbed(out.getvalue(), policy))
    assert held == writer.faulty
    assert 0.14 < held / writer.claims < 0.26


def test_every_patient_of_a_file_is_another() -> None:
    people = [lifelike.person(number) for number in range(200_000)]
    assert len(set(people)) == len(people)
    members = [line for line in written("lifelike", size=500_000).split(b"~\n") if line.startswith(b"NM1*IL")]
    assert len(members) > 500
    assert len({member.rpartition(b"*")[2] for member in members}) == len(members)


def test_equal_claims_differ_in_numbers_only() -> None:
    claims = list(scrubber.read(written("kind")))
    lines = {tuple((line.procedure, line.charge, line.units) for line in claim.lines) for claim in claims}
    assert len(lines) == 1
    assert len({tuple(diagnosis.code for diagnosis in claim.diagnoses) for claim in claims}) == 1
    assert len({claim.control_number for claim in claims}) == len(claims)


def test_distinct_claims_share_no_charge_quantity_or_ndc() -> None:
    lines = [line for claim in scrubber.read(written("distinct")) for line in claim.lines]
    drugs = [drug for line in lines for drug in line.drugs]
    assert len({str(line.charge) for line in lines}) == len(lines)
    assert len({str(drug.quantity) for drug in drugs}) == len({str(drug.ndc) for drug in drugs}) == len(drugs)


def test_diagnoses_follow_zipf_over_billable_codes() -> None:
    maker = lifelike.Lifelike(random.Random(1))
    assert len(set(maker.codes)) == lifelike.CODES
    known = set(billable(date(2026, 6, 15)))
    assert known.issuperset(maker.codes)
    shares = [weight / maker.weights[-1] for weight in maker.weights]
    assert shares[9] - shares[8] == pytest.approx(shares[0] / 10)


def test_scattered_numbers_stay_different() -> None:
    assert len({lifelike.scattered(number, 9_973) for number in range(9_973)}) == 9_973


def test_the_command_writes_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "life.837"
    lifelike.main(["--mb", "0.06", "--seed", "3", "--kind", "kind", "--out", str(path)])
    assert path.read_bytes() == written("kind", seed=3)
    assert f"{path.stat().st_size} bytes" in capsys.readouterr().err
