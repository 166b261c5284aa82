"""Claims that no fix changed are written at once, with the same result as piece by piece."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scrubber.engine.result import ClaimModel
from scrubber.engine.steps import Begun, ClaimDone, FileDone
from scrubber.files.split import Split
from scrubber.pipeline.scrub import scrub_source
from scrubber.x12.segment_numbers import SegmentNumbers
from scrubber.x12.source import source_of_bytes
from tests.support.mutations import blanked_files, mutated_files
from tests.support.running import MARKS, mark, marking

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures" / "837").rglob("*.837"))


@dataclass(frozen=True)
class Outputs:
    clean: bytes
    held: bytes
    recount: object


def split(raw: bytes, *, at_once: bool) -> Outputs:
    """Split with the edits that hold and fix what the claims' numbers ask for."""
    clean, held = BytesIO(), BytesIO()
    sink = Split(clean, held, None if at_once else SegmentNumbers())
    if not at_once:
        sink._held._origins = SegmentNumbers()
    for step in scrub_source(source_of_bytes(raw), marking("safe")):
        if not isinstance(step, Begun | FileDone):
            step.to(sink)
    recounted = [(one.number, one.body, other.body) for one, other in sink.recount.first]
    return Outputs(clean.getvalue(), held.getvalue(), (sink.recount.segments, recounted))


@settings(suppress_health_check=list(HealthCheck), deadline=None)
@given(
    mutated_files(max_claims=6) | blanked_files(max_claims=6), st.lists(st.sampled_from(MARKS), min_size=6)
)
def test_at_once_or_piece_by_piece(raw: bytes, marks: list[str]) -> None:
    raw = mark(raw, marks)
    assert split(raw, at_once=True) == split(raw, at_once=False)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_fixtures_at_once_or_piece_by_piece(path: Path) -> None:
    assert split(path.read_bytes(), at_once=True) == split(path.read_bytes(), at_once=False)


def _no_model() -> ClaimModel:
    """A model that must not be made."""
    raise AssertionError


def test_unchanged_claims_need_no_segments_and_no_model() -> None:
    """Only the leaf's bytes are read for them."""
    raw = (Path(__file__).parents[2] / "fixtures" / "837" / "clean" / "injection-patient.837").read_bytes()
    clean = BytesIO()
    sink = Split(clean, BytesIO())
    for step in scrub_source(source_of_bytes(raw), marking("safe")):
        if isinstance(step, ClaimDone):
            step.result.model = _no_model
        if not isinstance(step, Begun | FileDone):
            step.to(sink)
    assert clean.getvalue() == raw
