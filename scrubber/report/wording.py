"""Wording that report formats share: verdicts, why a claim is held, and failed edits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from scrubber.engine.finding import Finding
from scrubber.engine.result import Counts
from scrubber.report.model import BaselineReport, ClaimReport, CountsReport, EditErrorReport, FileReport
from scrubber.text import counted, plain, spoken

REPORT_ONLY = "no claim is held for what is found on it; those that would be are sent on"
"""What a report-only run means."""
_MOST_EDITS = 10
_UNREADABLE = {
    "not_x12": "not an X12 interchange",
    "not_837p": "not an 837P",
    "no_claim": "no claim",
    "damaged": "damaged",
}


def verdict_of(file: FileReport) -> str:
    """Return a file's verdict, such as ``partly checked``, or ``clean, not fully checked``."""
    verdict = spoken(file.verdict)
    return verdict if file.fully_checked or file.verdict != "clean" else f"{verdict}, not fully checked"


def counts_of(counts: Counts | CountsReport) -> str:
    """Return how many claims are accepted and held, and in a report-only run how many would be held."""
    text = f"{counts.accepted:,} accepted, {counts.held:,} held"
    return f"{text}, {counts.would_be_held:,} would be held" if counts.would_be_held else text


def why_unreadable(file: FileReport) -> str:
    """Return why no claim of a file could be read; empty if claims were read."""
    return _UNREADABLE[file.unreadable] if file.unreadable else ""


def more_findings(findings: Sequence[Finding]) -> str:
    """Return how many findings are not shown, by edit, the most frequent first."""
    ranked = Counter(finding.edit for finding in findings).most_common()
    names = ", ".join(f"{edit} {count:,}" for edit, count in ranked[:_MOST_EDITS])
    others = " and others" if len(ranked) > _MOST_EDITS else ""
    return f"{counted(len(findings), 'more finding')}: {names}{others}"


def held_by(claim: ClaimReport) -> tuple[str, ...]:
    """Return what holds a claim: the edits of its findings, or else failed edits, or else its envelope."""
    return claim.held_by or tuple(f"{edit} failed" for edit in failed_on(claim)) or ("envelope",)


def why_held(claim: ClaimReport) -> str:
    """Return why a claim is held that none of its own findings holds."""
    return next(iter(failed_on(claim).values()), "Held with its envelope: see the findings about the file.")


def held_unchecked(claim: ClaimReport, edits: Sequence[str]) -> str:
    """Return why a strict run holds, or would hold, a claim on which these edits could not be evaluated."""
    verdict, named = spoken(claim.verdict).capitalize(), ", ".join(edits)
    return f"{verdict} because it is not fully checked (strict run): {named} could not be evaluated."


def baseline_of(baseline: BaselineReport) -> tuple[str, ...]:
    """Return what a baseline covers, and what is to be done about it, a sentence each."""
    if baseline.expires and baseline.expired == baseline.entries:
        return (f"Baseline {plain(baseline.file)} has expired on {baseline.expires}: it sets nothing aside.",)
    findings, claims = counted(baseline.findings, "known finding"), counted(baseline.claims, "claim")
    until = f" until {baseline.expires.isoformat()}" if baseline.expires else ""
    covered = f"{findings} on {claims} (${Decimal(baseline.charges):,.2f})"
    texts = [f"Baseline {plain(baseline.file)} sets {covered} aside{until}."]
    if baseline.expired:
        texts.append(f"{baseline.expired:,} of its {baseline.entries:,} entries have expired.")
    if baseline.unused:
        texts.append(f"{baseline.unused:,} of its {baseline.entries:,} entries matched nothing.")
    return tuple(texts)


def failed_on(claim: ClaimReport) -> dict[str, str]:
    """Return the edits that failed on a claim, each with what failed."""
    return {
        entry.edit: entry.why for entry in claim.unchecked if entry.why.startswith(f"{entry.edit} failed: ")
    }


def failure_of(error: EditErrorReport) -> str:
    """Return which edit failed, how often, and where."""
    times = counted(error.times, "time")
    return f"{error.edit} failed {times}: {error.error} in {error.file}, line {error.line}"
