"""A finding without its claim finds its place again in every claim that looks alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from scrubber.claim.watched import OWN, ClaimWatch
from scrubber.engine import Hit
from scrubber.engine.memory.kept_hit import KeptHit, keep
from tests.support.lookalikes import RICH, USUAL, USUAL_LOOKS, Look, file_of
from tests.support.remembering import Taken, prying, taken_apart

POLICY = prying(("claim", lambda *_: None))
(DECISION,) = POLICY.rulebook.decisions("base", POLICY.as_of)


def kept(taken: Taken, hit: Callable[[Any], Hit], own: int = 0) -> KeptHit:
    """Return what is kept of a hit on a watched claim."""
    watch = ClaimWatch(taken.loops)
    watch.look(own, None, is_shared=False)
    return keep(hit(watch.claim), DECISION, POLICY, taken.loops, watch)


def claims(*looks: Look) -> list[Taken]:
    return taken_apart(file_of(looks))


PLACES: dict[str, Callable[[Any], Hit]] = {
    "a field": lambda claim: Hit(at=claim.total_charge, message="m"),
    "a segment": lambda claim: Hit(at=claim.segment, message="m", element="CLM11"),
    "above": lambda claim: Hit(at=claim.subscriber.party.id, message="m"),
    "the billing provider": lambda claim: Hit(at=claim.billing_provider.references[0].value, message="m"),
    "the header": lambda claim: Hit(at=claim.submitter.name, message="m"),
    "the patient": lambda claim: Hit(at=claim.patient.birth_date, message="m"),
    "a diagnosis": lambda claim: Hit(at=claim.diagnoses[1].code, message="m"),
    "a pointed diagnosis": lambda claim: Hit(at=claim.diagnoses_of(claim.lines[0])[0].code, message="m"),
    "a provider": lambda claim: Hit(at=claim.providers[-1].id, message="m"),
    "an other payer": lambda claim: Hit(at=claim.other_payers[0].payer.id, message="m"),
    "a line": lambda claim: Hit(at=claim.lines[1].charge, message="m", line=claim.lines[1]),
    "a line alone": lambda claim: Hit(at=None, message="m", line=claim.lines[1]),
    "a date of a line": lambda claim: Hit(at=claim.lines[1].dates[-1].value, message="m"),
    "a drug": lambda claim: Hit(at=claim.lines[0].drugs[0].unit, message="m"),
    "a provider of a line": lambda claim: Hit(at=claim.lines[0].providers[-1].id, message="m"),
    "an adjudication": lambda claim: Hit(
        at=claim.lines[0].adjudications[0].adjustments[0].amount, message="m"
    ),
    "no place": lambda _: Hit(at=None, message="m", loop="2310B"),
}


@pytest.mark.parametrize("hit", PLACES.values(), ids=PLACES)
@pytest.mark.parametrize("own", [0, 1, 2])
def test_the_place_is_found_again(hit: Callable[[Any], Hit], own: int) -> None:
    """The finding in another claim is that of the same hit on that claim, with its own segment and byte."""
    first, *others = claims(RICH, RICH, {**RICH, "charge 2": 2, "total": 1})
    remembered = kept(first, hit, own)
    for other in others:
        raised = remembered.raised_in(other.loops, own)
        at = kept(other, hit, own).raised_in(other.loops, own)
        assert raised is not None
        assert at is not None
        assert raised.finding == at.finding
        plain = hit(other.claim)
        where = raised.finding.where
        assert (where.segment_number, where.line) == (
            plain.segment.number if plain.segment else None, plain.line.index if plain.line else None,
        )  # fmt: skip
        assert where.byte == (plain.segment.offset if plain.segment else None)


def test_the_own_line_is_another_one() -> None:
    """A hit on the line in question is on whatever line is in question."""
    (taken,) = claims(USUAL_LOOKS[1])
    hit = kept(taken, lambda claim: Hit(at=claim.line(1).charge, message="m", line=claim.line(1)), own=1)
    assert hit.line == OWN
    for own in (1, 2, 3):
        raised = hit.raised_in(taken.loops, own)
        assert raised
        assert raised.finding.where.line == own
        assert raised.finding.where.segment_number == taken.claim.lines[own - 1].segment.number


def test_a_path_that_leads_nowhere() -> None:
    """A claim without the line or the segment has no such finding; it then goes the slow way."""
    rich, poor = claims(RICH, {**USUAL, "lines": 0})
    for name in ("a line", "a drug", "an other payer"):
        assert kept(rich, PLACES[name]).raised_in(poor.loops, 0) is None


def test_what_is_kept_of_an_edit() -> None:
    """Whether it may be fixed, whether it counts once, and whether its edit yields."""
    (taken,) = claims(USUAL)
    hit = kept(taken, lambda claim: Hit(at=claim.place, message="m", once=True))
    assert (hit.once, hit.is_fixable, hit.yields, hit.line) == (True, False, False, None)
    assert (hit.finding.edit, hit.finding.where.element) == ("PRY-01", "CLM05-1")
