"""The facts of a claim are what its model has, and a result and a leaf give them without it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from scrubber.claim import Party
from scrubber.engine.facts import PartyFacts, level_facts
from scrubber.engine.result import ClaimModel, ClaimResult, Counts
from scrubber.engine.steps import ClaimDone
from scrubber.pipeline.scrub import scrub_source
from scrubber.x12 import Segment
from scrubber.x12.source import source_of_bytes
from tests.support.mutations import mutated_files
from tests.support.running import marking, shipped

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures" / "837").rglob("*.837"))
MIXED = Path(__file__).parents[2] / "fixtures" / "837" / "broken" / "example.837"


def claims_of(raw: bytes) -> Iterator[ClaimDone]:
    for step in scrub_source(source_of_bytes(raw), shipped("safe")):
        if isinstance(step, ClaimDone):
            yield step


def _party(party: Party | None) -> PartyFacts | None:
    if party is None:
        return None
    fields = (party.kind, party.name, party.first_name, party.middle_name, party.qualifier, party.id)
    return PartyFacts(*map(str, fields))


def check(result: ClaimResult) -> None:
    facts, claim = result.facts, result.claim
    header, provider = facts.levels.header, claim.billing_provider
    tax_id = str((provider.reference("EI", "SY") if provider else "") or "")
    expected = _party(provider)
    assert facts.levels.billing_provider == (expected and expected._replace(tax_id=tax_id))
    assert header.transaction == claim.transaction
    assert header.batch == claim.batch
    assert header.submitter == _party(claim.submitter)
    assert header.receiver == _party(claim.receiver)
    assert facts.levels.patient == _party(claim.patient)
    assert facts.levels.member_id == (claim.subscriber.party.id if claim.subscriber else "")
    assert facts.levels.payer_id == (claim.payer.id if claim.payer else "")
    assert facts.levels.payer_name == (claim.payer.name if claim.payer else "")
    _check_own(result)


def _check_own(result: ClaimResult) -> None:
    facts, claim = result.facts, result.claim
    assert facts.control_number == claim.control_number
    assert facts.total_charge == claim.total_charge
    assert facts.charge == claim.total_charge.decimal
    assert facts.lines == len(claim.lines)
    assert facts.first_service == claim.first_service
    ends = [line.service.end for line in claim.lines if line.service and line.service.end]
    assert facts.last_service == max(ends, default=None)
    assert facts.reference == (claim.reference("D9") or "")
    assert len(facts.administrations) == len(result.administrations)
    for found, entry in zip(facts.administrations, result.administrations, strict=True):
        assert found.line == entry.line.index
        assert found.procedure == entry.line.procedure
        assert list(found.diagnoses) == [diagnosis.code for diagnosis in entry.diagnoses]
        assert [drug.line for drug in found.drugs] == [line.index for line in entry.drugs]


def _leaves(value: object) -> Iterator[object]:
    if isinstance(value, tuple):
        for part in value:
            yield from _leaves(part)
    else:
        yield value


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_facts_are_those_of_the_model(path: Path) -> None:
    for step in claims_of(path.read_bytes()):
        check(step.result)


@settings(suppress_health_check=list(HealthCheck), deadline=None)
@given(mutated_files())
def test_facts_of_damaged_claims_are_those_of_the_model(raw: bytes) -> None:
    for step in claims_of(raw):
        check(step.result)


def test_facts_hold_no_segment() -> None:
    """A field would keep its whole claim in memory."""
    for step in claims_of(MIXED.read_bytes()):
        for leaf in _leaves(step.result.facts):
            assert type(leaf).__module__ in {"builtins", "decimal", "datetime"}, type(leaf)


def test_facts_of_fixed_levels_are_the_fixed_ones() -> None:
    """A fix of the billing provider's name is in the facts; the claim next to it has its own."""
    raw = (MIXED.parents[1] / "clean" / "injection-patient.837").read_bytes()
    raw = raw.replace(b"CLM*", b"CLM*FXB", 1)
    results = [
        step.result
        for step in scrub_source(source_of_bytes(raw), marking("safe"))
        if isinstance(step, ClaimDone)
    ]
    assert results
    for result in results:
        check(result)
    assert any(result.is_changed for result in results)


def test_levels_may_be_missing() -> None:
    facts = level_facts({})
    assert facts.header == ("", "", None, None)
    assert facts[1:] == (None, "", "", None, "")


def test_given_facts_need_no_claim() -> None:
    done = next(claims_of(MIXED.read_bytes()))
    given_facts = done.result.facts._replace(lines=7)
    result = ClaimResult(_no_model, "base", known_facts=given_facts)
    counts = Counts()
    counts.add(result, held=False)
    assert result.facts is given_facts
    assert (counts.lines, counts.charges) == (7, given_facts.charge)


def _no_model() -> ClaimModel:
    """A model that must not be made."""
    raise AssertionError


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_a_leaf_knows_its_bytes_and_its_segments(path: Path) -> None:
    for step in claims_of(path.read_bytes()):
        segments = [piece for piece in step.leaf.pieces if isinstance(piece, Segment)]
        assert step.leaf.raw == b"".join(piece.raw for piece in step.leaf.pieces)
        assert step.leaf.count == sum(bool(segment.body) for segment in segments)
