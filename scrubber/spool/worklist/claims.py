"""The claims of a job as its folder of the archive has them: ``claims.jsonl``, one claim a line.

Held claims are there with what a biller needs, others with what identifies them and what is at stake: one may
be the corrected copy of a claim that was held before, and a payer may yet deny it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import BinaryIO

import msgspec

from scrubber.engine.finding import Finding
from scrubber.engine.result import ClaimResult
from scrubber.engine.steps import ClaimDone, SilentSink
from scrubber.report.build import claim_report, held_by, name_of
from scrubber.report.claim_view import AdministrationView, ClaimView, LineView
from scrubber.spool.ledger.ledger import cents
from scrubber.spool.worklist.places import Places, ValuePlace

CLAIMS = "claims.jsonl"
_MOST_FINDINGS = 50
_MOST_LINES = 100
_LEVELS = {"2000A": "provider", "2000B": "patient", "2000C": "patient"}
"""What a fault in a level puts in doubt."""


class HeldFor(msgspec.Struct, frozen=True, omit_defaults=True):
    """A finding that holds a claim, in short. ``places`` are those whose value can be its remedy."""

    edit: str
    title: str
    message: str
    to_do: str
    line: int = 0
    places: tuple[ValuePlace, ...] = ()


class ClaimRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """A claim. ``ordinal`` counts the claims of the file from 1, ``service`` is the first day in ISO form.

    Those that are not held end with ``payer_name``. ``doubts`` are the parts that a finding is about, which
    may therefore be others in the corrected claim: ``provider``, ``patient``, ``service``.
    """

    ordinal: int
    number: str
    npi: str = ""
    tax_id: str = ""
    member_id: str = ""
    name: str = ""
    first_name: str = ""
    service: str = ""
    held: bool = False
    cents: int = 0
    patient: str = ""
    provider: str = ""
    payer: str = ""
    payer_name: str = ""
    edits: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    findings: tuple[HeldFor, ...] = ()


class ClaimDetail(ClaimRecord, frozen=True, omit_defaults=True):
    """A held claim with what its page shows: findings, diagnoses, service lines and what belongs together.

    Lists read it as a `ClaimRecord`. Claims of earlier versions have none of it.
    """

    reported: tuple[Finding, ...] = ()
    diagnoses: tuple[str, ...] = ()
    lines: tuple[LineView, ...] = ()
    administrations: tuple[AdministrationView, ...] = ()


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(ClaimRecord)
_DETAIL_DECODER = msgspec.json.Decoder(ClaimDetail)


class ClaimRecords(SilentSink):
    """Writes the claims of a job, one by one."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._ordinal = 0

    def claim(self, step: ClaimDone) -> None:
        """Write a claim."""
        self._ordinal += 1
        self._out.write(_ENCODER.encode(record_of(step, self._ordinal)) + b"\n")

    def close(self) -> None:
        """Make what was written durable."""
        self._out.flush()
        os.fsync(self._out.fileno())
        self._out.close()


def record_of(step: ClaimDone, ordinal: int) -> ClaimRecord:
    """Return the record of a claim."""
    facts = step.result.facts
    levels, provider = facts.levels, facts.levels.billing_provider
    patient = levels.patient
    record = ClaimRecord(
        ordinal=ordinal,
        number=facts.control_number,
        npi=provider.id if provider else "",
        tax_id=provider.tax_id if provider else "",
        member_id=levels.member_id,
        name=patient.name if patient else "",
        first_name=patient.first_name if patient else "",
        service=facts.first_service.isoformat() if facts.first_service else "",
        cents=cents(facts.charge) if facts.charge is not None else 0,
        patient=name_of(patient),
        provider=name_of(provider),
        payer=levels.payer_id,
        payer_name=levels.payer_name,
    )
    if not step.held:
        return record
    holding = [finding for finding in step.result.all_findings if finding.holds]
    failed = (failure.edit for failure in step.result.failures)
    places = Places(step.result)
    held = msgspec.structs.replace(
        record,
        held=True,
        edits=tuple(dict.fromkeys((*held_by(step.result), *failed))),
        doubts=tuple(sorted(_doubts(step.result, holding))),
        findings=tuple(
            HeldFor(one.edit, one.title, one.message, one.to_do, one.where.line or 0, places.of(one))
            for one in holding[:_MOST_FINDINGS]
        ),
    )
    return _with_details(held, step.result)


def read_claims(folder: Path) -> Iterator[tuple[ClaimRecord, int]]:
    """Yield the claims in a job's folder of the archive, each with its offset in the file.

    Jobs of earlier versions, and those that are pruned, have none. Raise ValueError for anything else.
    """
    try:
        stream = (folder / CLAIMS).open("rb")
    except FileNotFoundError:
        return
    offset = 0
    with stream:
        for line in stream:
            yield _DECODER.decode(line), offset
            offset += len(line)


def record_finder(folder: Path) -> Callable[[int], tuple[ClaimRecord, int] | None]:
    """Return what finds a claim in a job's folder by its ordinal; the file is read when it is first asked."""

    @cache
    def records() -> dict[int, tuple[ClaimRecord, int]]:
        return {record.ordinal: (record, offset) for record, offset in read_claims(folder)}

    return lambda ordinal: records().get(ordinal)


def read_claim(stream: BinaryIO, offset: int) -> ClaimRecord:
    """Return the claim at an offset of `CLAIMS`. Raise ValueError if there is none."""
    stream.seek(offset)
    return _DECODER.decode(stream.readline())


def read_detail(stream: BinaryIO, offset: int) -> ClaimDetail:
    """Return the claim at an offset of `CLAIMS` with its details. Raise ValueError if there is none."""
    stream.seek(offset)
    return _DETAIL_DECODER.decode(stream.readline())


def _with_details(record: ClaimRecord, result: ClaimResult) -> ClaimDetail:
    view = ClaimView(claim_report(result, held=True), result, record.ordinal)
    lines = view.lines[:_MOST_LINES]
    return ClaimDetail(
        **msgspec.structs.asdict(record),
        reported=tuple(sorted(result.findings, key=lambda one: not one.holds)[:_MOST_FINDINGS]),
        diagnoses=tuple(code for _, code in view.diagnoses),
        lines=lines,
        administrations=tuple(
            entry
            for entry in view.administrations
            if max((entry.line, *entry.drugs, *entry.wastage)) <= len(lines)
        ),
    )


def _doubts(result: ClaimResult, holding: Iterable[Finding]) -> set[str]:
    levels = {
        segment.number: doubt
        for name, doubt in _LEVELS.items()
        if (level := result.levels.get(name))
        for segment in level.segments
    }
    places = [finding.where for finding in holding]
    doubts = {levels[place.segment_number] for place in places if place.segment_number in levels}
    return doubts | {"service" for place in places if place.segment == "DTP"}
