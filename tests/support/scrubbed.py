"""What came of inputs, for tests to change and to multiply before it is reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import structs

from scrubber.engine.finding import AppliedFix, Finding, Where
from scrubber.engine.policy import Policy
from scrubber.engine.result import ClaimResult, Counts, FileResult, FileVerdict, RunProvenance
from scrubber.engine.steps import ClaimDone, FileDone
from scrubber.pipeline.scrub import scrub_source
from scrubber.report.build import claim_report, file_report
from scrubber.report.claim_view import ClaimView
from scrubber.report.file_view import FileView
from scrubber.report.formats import Style, Writer
from scrubber.report.model import ClaimReport, FileReport, SuppressionReport
from scrubber.report.not_checked import NotCheckedTally
from scrubber.x12 import Segment
from scrubber.x12.source import source_of_bytes
from tests.support.running import shipped

_EXAMPLE = Path(__file__).resolve().parents[2] / "fixtures" / "837" / "broken" / "example.837"


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """What came of one input."""

    file: FileReport
    claims: tuple[tuple[ClaimReport, ClaimResult], ...]
    segments: Mapping[int, Segment] = field(default_factory=dict)
    provenance: RunProvenance = field(default_factory=RunProvenance)


def scrubbed(raw: bytes, policy: Policy, name: str = "input.837") -> Scrubbed:
    """Scrub bytes without reporting them."""
    claims: list[tuple[ClaimReport, ClaimResult]] = []
    for step in scrub_source(source_of_bytes(raw), policy):
        if isinstance(step, ClaimDone):
            claims.append((claim_report(step.result, held=step.held), step.result))
        if isinstance(step, FileDone):
            file = structs.replace(file_report(step.result, step.provenance, policy), name=name)
            return Scrubbed(file, tuple(claims), step.result.segments, step.provenance)
    raise AssertionError


def write(files: Iterable[Scrubbed], writers: Iterable[Writer], style: Style) -> RunProvenance:
    """Report what came of inputs, up to the end of the last file."""
    provenance, writers = RunProvenance(), tuple(writers)
    for number, found in enumerate(files, start=1):
        provenance.merge(found.provenance)
        not_checked = NotCheckedTally()
        for ordinal, (report, result) in enumerate(found.claims, start=1):
            view = ClaimView.of(report, result, ordinal, masked=style.masked)
            not_checked.add(view.report, view.charge)
            for writer in writers:
                writer.claim(view)
        file = FileView(structs.replace(found.file, not_checked=not_checked.report()), found.segments)
        for writer in writers:
            writer.file(file.mask(f"file {number}") if style.masked else file)
    return provenance


def file_of(
    *findings: Finding, name: str = "a", verdict: FileVerdict = "held", accepted: int = 0
) -> FileView:
    """A file as reports show it, with these findings about it and so many accepted claims."""
    counts = Counts(claims=accepted, accepted=accepted)
    result = FileResult(name, "0" * 64, verdict, counts, findings)
    return FileView(file_report(result, RunProvenance(), shipped()))


@cache
def example(*fixes: str) -> Scrubbed:
    """Four claims: PAIR-01 holds EX-1002, DX-02 holds EX-1004, NDC-03 of EX-1003 can be fixed."""
    return scrubbed(_EXAMPLE.read_bytes(), shipped(*fixes), "example.837")


def many(
    times: int, number: str, *fixes: str, name: str = "many.837", payer: str | None = None, **changes: Any
) -> Scrubbed:
    """A file that has a claim of the example so many times; ``changes`` are made to each report of it."""
    found = example(*fixes)
    ((report, result),) = (pair for pair in found.claims if pair[0].control_number == number)
    if payer is not None:
        report = structs.replace(report, payer=structs.replace(report.payer, id=payer))
    if "findings" in changes:
        changes["held_by"] = tuple(dict.fromkeys(one.edit for one in changes["findings"] if one.holds))
    reports = (structs.replace(report, control_number=f"M{at:06d}", **changes) for at in range(times))
    held = times if report.verdict == "held" else 0
    counts = structs.replace(found.file.counts, claims=times, held=held, accepted=times - held, lines=times)
    pairs = tuple((each, result) for each in reports)
    return replace(found, file=structs.replace(found.file, name=name, counts=counts), claims=pairs)


def with_claims(found: Scrubbed, change: Callable[[int, ClaimReport], ClaimReport]) -> Scrubbed:
    """The file with each of its claims' reports changed."""
    claims = tuple((change(at, report), result) for at, (report, result) in enumerate(found.claims))
    return replace(found, claims=claims)


def finding(edit: str, text: str, *, applied: bool = False) -> Finding:
    """A finding of line 1 that rejects, with a fix; all its texts are this one."""
    where = Where("2400", "SV1", "SV101-2", 1, 46, 1243)
    return plain_finding(edit, text, where, AppliedFix("safe", applied, text, text), text=text)


def plain_finding(
    edit: str, message: str, where: Where, fix: AppliedFix | None = None, *, text: str = "", **more: Any
) -> Finding:
    """A finding that rejects, about what the shipped edit of that id is about."""
    shipped_edit = shipped().rulebook.edits.get(edit)
    return Finding(
        **{
            "edit": edit, "title": text, "severity": "reject", "message": message, "to_do": text,
            "where": where, "fix": fix, "snip": 2, "pack": "base", "denials": ("CO-16",) if text else (),
            "claim_status": ("A7:1",) if text else (), "sources": ("a source",) if text else (),
            "about": (shipped_edit and shipped_edit.about) or "", **more,
        }
    )  # fmt: skip


def override(text: str) -> SuppressionReport:
    """An edit override that matched nothing; all its texts are this one."""
    return SuppressionReport(
        edit="PAIR-01", payer=text, provider=text, procedure=text, reason=text, owner=text,
        expires=None, expired=False, findings=0,
    )  # fmt: skip
