"""Freeze the findings that claims have today, so that only new ones are reported.

A baseline has nothing of a patient in it: findings about a patient's own levels, and those whose message a
mask would change, are never frozen. They belong to one claim, so freezing them would help no other one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec.structs import replace as replaced

from scrubber.adoption.inputs import ClaimFile
from scrubber.engine.finding import Finding
from scrubber.engine.policy import Fixes, Policy, Suppression, fault_of
from scrubber.engine.result import ClaimResult
from scrubber.engine.steps import ClaimDone
from scrubber.pipeline.scrub import scrub_source
from scrubber.report.masking import Mask, masked_finding
from scrubber.x12.source import source_of_path

Left = Literal["fixable", "patient"]
"""Why a finding is not frozen: a safe fix corrects it anyway, or it is about the patient of one claim."""
_PEOPLE = frozenset({"2010BA", "2010CA", "2330A"})
_Key = tuple[str, str, str, str]


@dataclass(slots=True)
class KnownFindings:
    """What was found: the faults by edit, payer, provider (NPI) and procedure; ``left`` are those not frozen.

    ``claims`` have a frozen finding, ``charges`` are their total charges in dollars.
    """

    findings: int = 0
    claims: int = 0
    charges: Decimal = field(default_factory=Decimal)
    left: Counter[Left] = field(default_factory=Counter)
    faults: defaultdict[_Key, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, result: ClaimResult) -> None:
        """Add the findings of a claim on which someone would have to act."""
        frozen = 0
        for finding, why in _findings(result):
            if why:
                self.left[why] += 1
                continue
            frozen += 1
            claim, number = result.claim, finding.where.line
            provider = claim.billing_provider
            key = (
                finding.edit,
                str(claim.payer.id) if claim.payer else "",
                str(provider.id) if provider else "",
                str(claim.lines[number - 1].procedure) if number else "",
            )
            self.faults[key].add(fault_of(claim, finding))
        if frozen:
            self.findings += frozen
            self.claims += 1
            self.charges += result.facts.charge or 0

    def overrides(self, reason: str, owner: str, expires: date) -> Iterator[Suppression]:
        """Yield the entries of the baseline, in order."""
        for (edit, payer, provider, procedure), faults in sorted(self.faults.items()):
            yield Suppression(edit, reason, owner, payer, provider, procedure, expires, frozenset(faults))


def known_findings(files: Iterable[ClaimFile], policy: Policy) -> KnownFindings:
    """Return what the claims of these files have today; without fixes, and without another baseline.

    What an edit override of the configuration sets aside is not among it. Raise what `scrub_source` raises.
    """
    known = KnownFindings()
    own = tuple(entry for entry in policy.suppressions if not entry.faults)
    policy = replace(policy, suppressions=own, baseline=None, fixes=Fixes(), is_report_only=False)
    for file in files:
        as_of = file.day or policy.as_of
        for step in scrub_source(source_of_path(file.path), replace(policy, as_of=as_of)):
            if isinstance(step, ClaimDone):
                known.add(step.result)
    return known


def pruned(entries: Iterable[Suppression], as_of: date) -> list[Suppression]:
    """Return the entries that have not expired."""
    return [entry for entry in entries if not entry.has_expired(as_of)]


def merged(old: Iterable[Suppression], new: Iterable[Suppression]) -> list[Suppression]:
    """Return the entries of both; what was frozen before keeps its reason, owner and last day."""
    kept = list(old)
    known = {(entry.edit, fault) for entry in kept for fault in entry.faults}
    for entry in new:
        faults = frozenset(fault for fault in entry.faults if (entry.edit, fault) not in known)
        if faults:
            kept.append(replaced(entry, faults=faults))
    return kept


def _findings(result: ClaimResult) -> Iterator[tuple[Finding, Left | None]]:
    """Yield the findings of a claim but those for information, each with why it is not frozen."""
    mask = None
    for finding in result.all_findings:
        if finding.severity == "info":
            continue
        if finding.fix and finding.fix.safety == "safe":
            yield finding, "fixable"
            continue
        mask = mask or Mask(result.received())
        is_hidden = masked_finding(finding, mask).message != finding.message
        yield finding, "patient" if is_hidden or finding.where.loop in _PEOPLE else None
