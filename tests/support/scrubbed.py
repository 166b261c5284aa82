"""What came of inputs, for tests to change and to multiply before it is reported."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from scrubber.engine.finding import AppliedFix, Finding, Where
from scrubber.engine.policy import Policy
from scrubber.engine.result import ClaimResult
from scrubber.pipeline.scrub import scrub_source
from scrubber.report.model import ClaimReport, FileReport
from scrubber.x12.source import source_of_bytes
from tests.support.running import shipped

_EXAMPLE = Path(__file__).resolve().parents[2] / "fixtures" / "837" / "broken" / "example.837"


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """What came of one input."""

    file: FileReport
    claims: tuple[tuple[ClaimReport, ClaimResult], ...]


def scrubbed(raw: bytes, policy: Policy, name: str = "input.837") -> Scrubbed:
    """Scrub bytes without reporting them."""
    claims: list[tuple[ClaimReport, ClaimResult]] = []
    file = scrub_source(source_of_bytes(raw), policy, lambda claim, judged: claims.append((claim, judged)))
    return Scrubbed(replace(file, name=name), tuple(claims))


@cache
def example(*fixes: str) -> Scrubbed:
    """Four claims: PAIR-01 holds EX-1002, DX-02 holds EX-1004, NDC-03 of EX-1003 can be repaired."""
    return scrubbed(_EXAMPLE.read_bytes(), shipped(*fixes), "example.837")


def many(times: int, number: str, *fixes: str, name: str = "many.837", **changes: Any) -> Scrubbed:
    """A file that has a claim of the example so many times; ``changes`` are made to each report of it."""
    found = example(*fixes)
    ((report, judged),) = (pair for pair in found.claims if pair[0].control_number == number)
    reports = (replace(report, control_number=f"M{at:06d}", **changes) for at in range(times))
    held = times if report.verdict == "held" else 0
    counts = replace(found.file.counts, claims=times, held=held, accepted=times - held, lines=times)
    return Scrubbed(replace(found.file, name=name, counts=counts), tuple((each, judged) for each in reports))


def finding(edit: str, text: str, *, applied: bool = False) -> Finding:
    """A finding of line 1 that rejects, with a repair; all its texts are this one."""
    where = Where("2400", "SV1", "SV101-2", 1, 46, 1243)
    fix = AppliedFix("safe", applied, text, text)
    return Finding(
        edit, text, "reject", text, text, where, fix, ("CO-16",), ("A7:1",), 2, "base", ("a source",)
    )
