"""Cost grows with the size of a claim, not with its square: counted in calls, so that no clock matters."""

from __future__ import annotations

import gc
import io
import sys
import tempfile
from collections.abc import Callable
from cProfile import Profile
from functools import cache

import pytest

import scrubber
from bench import shapes
from scrubber.api import make_policy
from scrubber.engine import limit
from scrubber.engine.memory import recalled_claim
from scrubber.engine.policy import Policy
from scrubber.guide.recognizer import recognizer
from scrubber.x12 import Segment, read_pieces
from tests.support.running import AS_OF

# What is done once a file makes the growth smaller than 4; what is done for each pair makes it 16.
_MOST_GROWTH = 5.0
_FORMATS = ("text", "html", "csv", "jsonl", "xml")


@pytest.fixture
def few_findings(monkeypatch: pytest.MonkeyPatch) -> int:
    """So many findings of a claim are reported: what lies beyond the limit is then soon reached."""
    for module in (limit, recalled_claim):
        monkeypatch.setattr(module, "MOST_FINDINGS", 100)
    return limit.MOST_FINDINGS


@cache
def policy_of(pack: str) -> Policy:
    return make_policy(as_of=AS_OF, pack=pack)


def calls(raw: bytes, pack: str = "") -> int:
    """Return the number of calls of Python and C functions while a file is scrubbed."""
    policy, profile = policy_of(pack), Profile()
    gc.collect()
    with profile:
        scrub(raw, policy)
    return sum(entry.callcount for entry in profile.getstats())


def scrub(raw: bytes, policy: Policy) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for _ in scrubber.scrub_iter(raw, folder, policy=policy, formats=_FORMATS):
            pass


def growth(make: Callable[[int], bytes], size: int, pack: str = "") -> float:
    """Return how many times as many calls a file of four times the size takes."""
    scrub(make(size), policy_of(pack))  # whatever is loaded or remembered on first use
    return calls(make(4 * size), pack) / calls(make(size), pack)


@pytest.mark.parametrize("pack", ["", "medicare-b", "unitedhealthcare"])
def test_lines_of_a_claim(pack: str) -> None:
    assert growth(lambda size: shapes.lines_a_claim(1, size), 80, pack) < _MOST_GROWTH


def same_code(size: int) -> bytes:
    """Return a claim whose lines are all injections with a modifier: nothing ends a search early."""
    segments = shapes.lines_a_claim(1, size).split(b"~\n")
    return b"~\n".join(
        b"SV1*HC:96372:59*25*UN*1***1" if segment.startswith(b"SV1*") else segment for segment in segments
    )


@pytest.mark.parametrize("pack", ["", "medicare-b"])
def test_lines_with_the_same_injection(pack: str) -> None:
    assert growth(same_code, 80, pack) < _MOST_GROWTH


@pytest.mark.parametrize(
    "segment",
    [
        "QQ*{}",
        "{}",
        "N3*{} ELM AVE",
        "NTE*ADD*NOTE {}",
        "LIN**N4*00143961901",
        "SBR*S*18*******CI",
        "SVD*12345*10*HC:96372**1",
        "REF*{}*1",
        "NM1*QQ*1*DOE{}",
        "DTP*472*D8*20260102",
    ],
)
def test_strays_in_a_claim(segment: str) -> None:
    assert growth(lambda size: shapes.strays(size, segment), 125) < _MOST_GROWTH


def lines_of_code(raw: bytes) -> int:
    """Return how many lines of code run while the segments of the only claim are recognized."""
    segments = [piece for piece in read_pieces(io.BytesIO(raw)) if isinstance(piece, Segment)]
    first = next(at for at, segment in enumerate(segments) if segment.id == "CLM")
    claim, counted = segments[first:-3], 0

    def count(_frame: object, event: str, _argument: object) -> object:
        nonlocal counted
        counted += event == "line"
        return count

    sys.settrace(count)  # type: ignore[arg-type]
    try:
        recognizer(claim[0].delimiters).check("2300", claim)
    finally:
        sys.settrace(None)
    return counted


@pytest.mark.parametrize("segment", ["QQ*{}", "N3*{} ELM AVE", "NTE*ADD*NOTE {}", "LIN**N4*00143961901"])
def test_strays_do_not_go_through_the_faults_before_them(segment: str) -> None:
    lines_of_code(shapes.strays(250, segment))
    growth = lines_of_code(shapes.strays(1000, segment)) / lines_of_code(shapes.strays(250, segment))
    assert growth < _MOST_GROWTH


@pytest.mark.parametrize(
    "shape", [shapes.sets, shapes.one_provider, shapes.one_patient, shapes.levels, shapes.dependents]
)
def test_many_of_everything_else(shape: Callable[[int], bytes]) -> None:
    assert growth(shape, 15) < _MOST_GROWTH


def test_a_stray_costs_no_more_than_a_segment_of_a_usual_claim(few_findings: int) -> None:
    few, many = (shapes.strays(few_findings + more, "QQ*{}") for more in (50, 550))
    calls(few)
    a_stray = (calls(many) - calls(few)) / 500
    usual = shapes.one_provider(20)
    a_segment = calls(usual) / usual.count(b"~")
    assert a_stray < 1.5 * a_segment


def test_lines_of_findings_beyond_the_limit(few_findings: int) -> None:
    assert growth(lambda size: shapes.strays(size, "QQ*{}"), 2 * few_findings) < _MOST_GROWTH
