"""Memory is bounded by one claim: what is twice as long needs no more of it."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from scrubber.api import make_policy
from scrubber.engine.steps import deliver
from scrubber.envelopes import scan
from scrubber.pipeline.scrub import scrub_source
from scrubber.x12.source import Source

RAW = (Path(__file__).parents[2] / "fixtures" / "837" / "clean" / "injection-patient.837").read_bytes()
BYTES = (2 << 20, 6 << 20, 2_000_000)  # stray bytes come by the megabyte
SEGMENTS = (600_000, 1_400_000, 1_000_000)  # more than one reading of the input
"""Two lengths, and how much the peaks may differ."""
LINE = b"LX*1~\nSV1*HC:96372*32*UN*1***1~\nDTP*472*D8*20260511~\nNTE*ADD*" + b"X" * 80 + b"~\n"
"""Segments are long, so that few of them make a long file: each takes its time while memory is traced."""


def lines_in_a_claim(size: int) -> bytes:
    return RAW.replace(b"SE*", LINE * (size // len(LINE)) + b"SE*", 1)


def bytes_in_a_claim(size: int) -> bytes:
    return RAW.replace(b"HI*", b"NTE*ADD*" + b"X" * size + b"~\nHI*", 1)


def blanks_in_a_claim(size: int) -> bytes:
    return RAW.replace(b"HI*", b"\n" * size + b"HI*", 1)


def bytes_before_a_group(size: int) -> bytes:
    return RAW.replace(b"GS*", b"X" * size + b"~\nGS*", 1)


def segments_before_a_group(size: int) -> bytes:
    return RAW.replace(b"GS*", b"TA1*000000001*260601*0900*A*000~\n" * (size // 33) + b"GS*", 1)


def segments_before_a_level(size: int) -> bytes:
    return RAW.replace(b"HL*1*", (b"REF*87*" + b"X" * 80 + b"~\n") * (size // 89) + b"HL*1*", 1)


@pytest.mark.parametrize(
    ("make", "sizes"),
    [
        (lines_in_a_claim, SEGMENTS),
        (segments_before_a_group, SEGMENTS),
        (segments_before_a_level, SEGMENTS),
        (bytes_in_a_claim, BYTES),
        (blanks_in_a_claim, BYTES),
        (bytes_before_a_group, BYTES),
    ],
)
def test_memory_does_not_grow_with_the_length(
    make: Callable[[int], bytes], sizes: tuple[int, int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long one part of a file is, the peak of memory is that of a short one."""
    monkeypatch.setattr(scan, "MAX_SEGMENTS", 500)
    policy = make_policy(as_of=date(2026, 6, 30))
    small, large, slack = sizes
    path = tmp_path / "in.837"

    def scrub(size: int, *, traced: bool = True) -> int:
        """Return the peak of memory while a file of this size is scrubbed."""
        path.write_bytes(make(size))
        if traced:
            tracemalloc.start()
        deliver(scrub_source(Source("in", "in", path), policy))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    scrub(small, traced=False)  # fills what is kept between runs
    assert scrub(large) < scrub(small) + slack
