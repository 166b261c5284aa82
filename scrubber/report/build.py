"""Build the report's values from results."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from scrubber.claim.party import Party
from scrubber.engine.facts import AdministrationFacts, PartyFacts
from scrubber.engine.finding import Suppressed
from scrubber.engine.policy import Policy
from scrubber.engine.result import ClaimResult, Counts, FileResult, RunProvenance
from scrubber.engine.rulebook import BASE
from scrubber.report.model import (
    AdministrationReport,
    BaselineReport,
    ChargesReport,
    ClaimReport,
    ConfigurationReport,
    CountsReport,
    DrugReport,
    EditErrorReport,
    FileReport,
    NotCheckedReport,
    PackReport,
    PartialReport,
    PayerReport,
    Report,
    SuppressedReport,
    SuppressionReport,
    TableReport,
    cents,
)
from scrubber.version import __version__


def claim_report(result: ClaimResult, *, held: bool) -> ClaimReport:
    """Return the report of a claim, which is ``held``, or else goes out."""
    facts = result.facts
    levels, findings, suppressed = facts.levels, result.findings, result.suppressed
    return ClaimReport(
        control_number=facts.control_number,
        transaction=levels.header.transaction,
        verdict="held" if held else "would_be_held" if result.holds else "accepted",
        held_by=held_by(result) if findings or result.is_strict else (),
        fully_checked=result.is_fully_checked,
        patient=name_of(levels.patient),
        payer=_payer(levels.payer_id, levels.payer_name, result.pack),
        service_date=facts.first_service,
        charge=facts.total_charge if facts.charge is None else cents(facts.charge),
        lines=facts.lines,
        administrations=_administrations(facts.administrations) if facts.administrations else (),
        findings=findings,
        more_findings=len(result.omitted),
        unchecked=result.unchecked,
        suppressed=tuple(map(_suppressed, suppressed)) if suppressed else (),
    )


def held_by(result: ClaimResult) -> tuple[str, ...]:
    """Return the edits that hold a claim, each once; none if only its envelope holds it, or a failed edit."""
    holding = [finding.edit for finding in result.all_findings if finding.holds]
    return tuple(dict.fromkeys((*holding, *result.holding_unchecked)))


def file_report(
    result: FileResult,
    provenance: RunProvenance,
    policy: Policy,
    not_checked: Iterable[NotCheckedReport] = (),
) -> FileReport:
    """Return the report of a file, without its claims."""
    counts = result.counts
    complete = not (counts.not_fully_checked or provenance.failures or policy.rulebook.is_narrowed)
    return FileReport(
        # A file name on disk need not be valid text.
        name=result.name.encode("utf-8", "replace").decode(),
        sha256=result.sha256,
        verdict=result.verdict,
        unreadable=result.unreadable,
        fully_checked=complete and result.unreadable is None,
        counts=CountsReport(
            claims=counts.claims,
            accepted=counts.accepted,
            would_be_held=counts.would_be_held,
            held=counts.held,
            not_fully_checked=counts.not_fully_checked,
            lines=counts.lines,
        ),
        charges=_charges(counts),
        findings=result.findings,
        not_checked=tuple(not_checked),
    )


def run_report(provenance: RunProvenance, policy: Policy, files: Iterable[FileReport] = ()) -> Report:
    """Return the report of a run, including extended packs and the vintage of the procedure code sets."""
    rulebook = policy.rulebook
    # Envelopes are evaluated by the base pack.
    chains = [rulebook.chain(pack) for pack in sorted({*provenance.packs, policy.pack or BASE})]
    packs = {pack.id: pack for chain in chains for pack in chain}
    return Report(
        version=__version__,
        as_of=policy.as_of,
        partial=partial_report(policy),
        report_only=policy.is_report_only,
        configuration=_configuration(policy),
        packs=tuple(
            PackReport(id=pack.id, version=pack.version, sha256=pack.sha256)
            for _, pack in sorted(packs.items())
        ),
        tables=tuple(
            TableReport(id=table.table, vintage=table.vintage, sha256=table.sha256)
            for table in sorted(provenance.tables | {rulebook.codes_vintage})
        ),
        suppressions=tuple(_suppressions(provenance, policy)),
        baseline=_baseline(provenance, policy),
        edit_errors=tuple(
            EditErrorReport(
                edit=failure.edit, error=failure.error, file=failure.file, line=failure.line, times=times
            )
            for failure, times in sorted(provenance.failures.items(), key=lambda item: str(item[0]))
        ),
        files=tuple(files),
    )


def partial_report(policy: Policy) -> PartialReport | None:
    """Return which edits the user left out; ``None`` if all are run."""
    rulebook = policy.rulebook
    if not rulebook.is_narrowed:
        return None
    return PartialReport(select=rulebook.select, ignore=rulebook.ignore)


def _configuration(policy: Policy) -> ConfigurationReport | None:
    file = policy.configuration
    return ConfigurationReport(file=file.name, sha256=file.sha256, found=file.found) if file else None


def name_of(party: Party | PartyFacts | None) -> str:
    """Return a name as ``LAST, FIRST``, or an organization's name; empty if there is no party."""
    if party is None:
        return ""
    first = str(party.first_name)
    return f"{party.name}, {first}" if first else str(party.name)


def _charges(counts: Counts) -> ChargesReport:
    return ChargesReport(
        total=cents(counts.charges),
        accepted=cents(counts.charges - counts.held_charges - counts.would_be_held_charges),
        would_be_held=cents(counts.would_be_held_charges),
        held=cents(counts.held_charges),
        not_fully_checked=cents(counts.unchecked_charges),
    )


def _suppressions(provenance: RunProvenance, policy: Policy) -> Iterable[SuppressionReport]:
    for number, entry in enumerate(policy.suppressions):
        if entry.faults:
            continue
        yield SuppressionReport(
            edit=entry.edit,
            payer=entry.payer,
            provider=entry.provider,
            procedure=entry.procedure,
            reason=entry.reason,
            owner=entry.owner,
            expires=entry.expires,
            expired=entry.has_expired(policy.as_of),
            findings=provenance.suppressed[number],
        )


def _baseline(provenance: RunProvenance, policy: Policy) -> BaselineReport | None:
    file = policy.baseline
    if file is None:
        return None
    known = [(number, entry) for number, entry in enumerate(policy.suppressions) if entry.faults]
    valid = [number for number, entry in known if not entry.has_expired(policy.as_of)]
    found = [provenance.suppressed[number] for number in valid]
    return BaselineReport(
        file=file.name,
        sha256=file.sha256,
        expires=max((entry.expires for _, entry in known if entry.expires), default=None),
        entries=len(known),
        expired=len(known) - len(valid),
        unused=found.count(0),
        findings=sum(found),
        claims=provenance.known_claims,
        charges=cents(provenance.known_charges),
    )


# Few of these values are new: payers are few, and a practice gives the same drugs for the same diagnoses.


@lru_cache(maxsize=1024)
def _payer(payer_id: str, name: str, pack: str) -> PayerReport:
    return PayerReport(id=payer_id, name=name, pack=pack)


@lru_cache(maxsize=4096)
def _administrations(entries: tuple[AdministrationFacts, ...]) -> tuple[AdministrationReport, ...]:
    return tuple(
        AdministrationReport(
            line=entry.line,
            procedure=entry.procedure,
            diagnoses=entry.diagnoses,
            drugs=tuple(
                DrugReport(
                    line=drug.line,
                    procedure=drug.procedure,
                    ndc=drug.ndc,
                    quantity=drug.quantity,
                    unit=drug.unit,
                )
                for drug in entry.drugs
            ),
        )
        for entry in entries
    )


def _suppressed(entry: Suppressed) -> SuppressedReport:
    return SuppressedReport(
        finding=entry.finding, reason=entry.reason, owner=entry.owner, baseline=entry.baseline
    )
