"""How many findings of one claim are reported: a claim of thousands of stray segments has thousands."""

from __future__ import annotations

from collections.abc import Iterable

from scrubber.engine.finding import SEVERITIES, Finding

MOST_FINDINGS = 1000
"""The most findings of one claim that are reported; no one works through more."""


def limited(findings: Iterable[Finding]) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Return the findings to report and those to omit, each in report order.

    What holds the claim is kept first, then what is most severe, then what comes first.
    """
    ordered = sorted(findings, key=lambda finding: finding.order)
    if len(ordered) <= MOST_FINDINGS:
        return tuple(ordered), ()
    ranked = sorted(range(len(ordered)), key=lambda at: _rank(ordered[at]))
    kept, omitted = sorted(ranked[:MOST_FINDINGS]), sorted(ranked[MOST_FINDINGS:])
    return tuple(ordered[at] for at in kept), tuple(ordered[at] for at in omitted)


def _rank(finding: Finding) -> tuple[bool, int]:
    return not finding.holds, SEVERITIES.index(finding.severity)
