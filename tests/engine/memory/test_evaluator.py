"""The evaluator: what it counts, when it forgets, and what goes the slow way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from scrubber.engine import Hit, safe
from scrubber.engine.memory.evaluator import Evaluator
from scrubber.engine.policy import Policy
from scrubber.engine.steps import ClaimDone
from scrubber.pipeline.scrub import scrub_source
from scrubber.x12.source import source_of_bytes
from tests.support.lookalikes import RICH, USUAL, USUAL_LOOKS, Look, file_of
from tests.support.remembering import prying
from tests.support.running import shipped

SUBJECTS = {"traits", "party", "diagnosis", "line", "line_diagnosis", "lines", "claim", "pairs"}


def scrub(raw: bytes, evaluator: Evaluator) -> list[ClaimDone]:
    steps = scrub_source(source_of_bytes(raw), evaluator.policy, evaluator=evaluator)
    return [step for step in steps if isinstance(step, ClaimDone)]


def looked_up(raw: bytes, policy: Policy | None = None) -> int:
    """Return how many decisions were wanted of the memory: none if all claims go the slow way."""
    evaluator = Evaluator(policy or shipped())
    scrub(raw, evaluator)
    return evaluator.looked_up.total()


def test_everything_is_found_again() -> None:
    """Of a file that was seen before nothing is decided again, of a new one some things are."""
    evaluator = Evaluator(shipped())
    scrub(file_of(USUAL_LOOKS), evaluator)
    assert set(evaluator.looked_up) == SUBJECTS
    assert evaluator.found.total() < evaluator.looked_up.total()
    before = evaluator.looked_up - evaluator.found
    scrub(file_of(USUAL_LOOKS), evaluator)
    assert evaluator.looked_up - evaluator.found == before


def test_equal_claims_are_decided_once() -> None:
    """A claim of a later file that differs in its day only finds everything."""
    evaluator = Evaluator(shipped())
    scrub(file_of([USUAL]), evaluator)
    missing = evaluator.looked_up.total() - evaluator.found.total()
    for _ in range(3):
        scrub(file_of([{**USUAL, "day": 1}]), evaluator)
    assert evaluator.looked_up.total() - evaluator.found.total() == missing


@pytest.mark.parametrize("limit", [1, 10, 30])
def test_the_limit(limit: int) -> None:
    """All is forgotten when more is remembered than the limit; then it is decided again."""
    evaluator, boundless = Evaluator(shipped(), limit), Evaluator(shipped())
    raw = file_of([USUAL, RICH])
    for _ in range(5):  # in one file the later ones would be duplicates, which are not looked up
        scrub(raw, evaluator)
        scrub(raw, boundless)
    assert evaluator.looked_up == boundless.looked_up
    assert evaluator.found.total() < boundless.found.total()


def test_without_memory() -> None:
    """With limit 0 nothing is looked up."""
    evaluator = Evaluator(shipped(), 0)
    assert len(scrub(file_of(USUAL_LOOKS), evaluator)) == len(USUAL_LOOKS)
    assert evaluator.looked_up.total() == 0


def _file(change: Callable[[bytes], bytes], *looks: Look) -> bytes:
    return change(file_of(looks or [USUAL]))


@pytest.mark.parametrize(
    "raw",
    [
        _file(lambda raw: raw.replace(b"*Y*A*Y*Y", b"*Y*?*Y*Y")),
        _file(lambda raw: raw.replace(b"NM1*PR*2*", b"NM1*PR*9*")),
        _file(lambda raw: raw.replace(b"LX*1~", b"LX*1~~")),
        _file(lambda raw: raw.replace(b"DMG*D8*", b"XYZ*1~DMG*D8*")),
        _file(lambda raw: raw[: raw.index(b"SE*")]),
    ],
    ids=["fault", "fault above", "empty segment", "unknown segment above", "cut"],
)
def test_what_is_not_taken_apart(raw: bytes) -> None:
    """A claim with a fault in it or above it, or not whole, is not looked up."""
    assert looked_up(raw) == 0


def test_repeated_claims_are_not_looked_up() -> None:
    """The second of two equal claims goes the slow way."""
    raw = file_of([USUAL, USUAL])
    assert looked_up(raw) == looked_up(file_of([USUAL]))


def test_a_slow_claim_has_a_model_of_its_own() -> None:
    """A claim that was recalled has facts, and a model that is built when it is asked for."""
    evaluator = Evaluator(shipped())
    scrub(file_of([RICH]), evaluator)
    (again,) = scrub(file_of([RICH]), evaluator)
    (slow,) = scrub(file_of([RICH]), Evaluator(shipped(), 0))
    assert again.result.facts == slow.result.facts
    assert str(again.result.claim.control_number) == str(slow.result.claim.control_number)


@pytest.mark.parametrize(
    ("read", "is_kept"),
    [
        (lambda claim, _: str(claim.total_charge), True),
        (lambda claim, _: claim.segment.number, False),
        (lambda claim, _: claim.lines[0].segment.offset, False),
        (lambda claim, _: Hit(at=claim.total_charge, message="Charge."), True),
        (lambda claim, _: Hit(at=claim.place, message="Place.", fix=safe((claim.place, "12"))), True),
    ],
    ids=["a value", "a number", "a byte", "a hit", "a fix that is not applied"],
)
def test_what_is_kept(read: Any, *, is_kept: bool) -> None:
    """A decision is kept unless it looked at a place in the input."""
    evaluator = Evaluator(prying(("claim", read)))
    for _ in range(2):
        scrub(file_of([USUAL]), evaluator)
    assert evaluator.looked_up["claim"] == 2
    assert evaluator.found["claim"] == int(is_kept)


def test_other_delimiters_are_remembered_again() -> None:
    """A file with other delimiters is looked up as well, and what it leaves is found again."""
    evaluator = Evaluator(shipped())
    raw = file_of(USUAL_LOOKS)
    scrub(raw, evaluator)
    first = evaluator.looked_up.total()
    other = raw.translate(bytes.maketrans(b"*:", b"|>"))
    scrub(other, evaluator)
    assert evaluator.looked_up.total() == 2 * first
    found = evaluator.found.total()
    scrub(other, evaluator)
    assert evaluator.found.total() == found + first
