"""The claims as they were sent, and what the edits say of them: the one side that answers are matched to."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace as replaced

from scrubber.claim.line import ServiceLine
from scrubber.claim.model import Claim
from scrubber.engine.finding import Finding
from scrubber.engine.policy import Policy
from scrubber.engine.result import ClaimResult
from scrubber.engine.rulebook import Rulebook
from scrubber.engine.steps import ClaimDone
from scrubber.pipeline.scrub import scrub_source
from scrubber.x12 import Segment, read_pieces
from scrubber.x12.dates import parse_date
from scrubber.x12.envelope import Scope
from scrubber.x12.source import Source

MarkState = Literal["rejects", "warns", "overridden", "off", "unchecked"]
"""What came of an edit on a claim. ``warns`` is any severity below reject. ``off``: it fires, but the payer's
pack does not use it. ``unchecked``: it could not be evaluated.
"""
_SEARCHED = 50
"""In so many segments there is a BHT, or none that counts."""
_CENT = Decimal("0.01")


class Mark(Struct, frozen=True):
    """An edit that fired on a claim or could not be evaluated, with the codes of what it prevents.

    ``line`` is the service line from 1, ``None`` for the whole claim. ``why`` is why it was not evaluated.
    """

    edit: str
    state: MarkState
    line: int | None = None
    denials: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    why: str = ""


class SentLine(Struct, frozen=True):
    """A service line as billed; the charge in cents. ``diagnoses`` are those that it points to, in order."""

    control_number: str
    procedure: str
    modifiers: tuple[str, ...]
    charge: int | None
    first: date | None
    last: date | None
    diagnoses: tuple[str, ...]


class SentClaim(Struct, frozen=True, kw_only=True):
    """A claim as it was sent. ``key`` is the hash of its bytes, of its payer and its member ID.

    ``number`` is CLM01, ``original`` REF*F8, ``reference`` REF*D9. ``interchange``, ``group``, ``batch`` and
    ``transaction`` are ISA13, GS06, BHT03 and ST02, ``file`` is the hash of the file that has them.
    ``sent_on`` is the day on which it was evaluated. ``ordinal`` is its number among the claims of the file,
    from 1. ``was_held`` is true if the watch held it in each file that has it, so that it went out by another
    way, if at all. No name and no ID of a person is kept.
    """

    key: str
    file: str
    number: str
    charge: int | None
    first: date | None
    last: date | None
    payer: str
    payer_name: str
    pack: str
    frequency: str
    original: str
    reference: str
    interchange: str
    group: str
    batch: str
    transaction: str
    sent_on: date
    held: bool
    lines: tuple[SentLine, ...]
    marks: tuple[Mark, ...]
    ordinal: int = 0
    was_held: bool = False


def read_sent(
    source: Source, file: str, policy: Policy, as_of: date | None = None, not_sent: Collection[int] = ()
) -> Iterator[SentClaim]:
    """Yield the claims of an 837, evaluated as of the day on which it was made, or ``as_of``.

    ``not_sent`` are the ordinals of those that a watch held. Each claim is evaluated twice: by its pack, and
    with every edit on and no edit override. What a fix of the policy would put right is not counted as a
    fault: the file was sent after it, then. Raise InputChangedError, TableError or OSError.
    """
    day = as_of or made_on(source) or policy.as_of
    usual = replace(policy, as_of=day, is_report_only=False)
    everything = replace(usual, rulebook=_with_all_edits(policy.rulebook), suppressions=())
    runs = (scrub_source(source, each) for each in (usual, everything))
    claims = ((step for step in run if isinstance(step, ClaimDone)) for run in runs)
    for ordinal, (step, full) in enumerate(zip(*claims, strict=True), 1):
        claim = _sent(step, file, full.result, usual)
        yield replaced(claim, ordinal=ordinal, was_held=ordinal in not_sent)


def made_on(source: Source) -> date | None:
    """Return the day of the first BHT of an input (BHT04), ``None`` if there is none that can be read."""
    with source.open() as reader:
        for _, piece in zip(range(_SEARCHED), read_pieces(reader), strict=False):
            if isinstance(piece, Segment) and piece.id == "BHT":
                return parse_date(piece.get(4))
    return None


def _with_all_edits(rulebook: Rulebook) -> Rulebook:
    """Return a rulebook in which no pack switches an edit off."""
    packs = {
        id_: replaced(
            pack,
            rules=tuple(
                replaced(rule, enabled=True if rule.enabled is False else None) for rule in pack.rules
            ),
        )
        for id_, pack in rulebook.packs.items()
    }
    return Rulebook(rulebook.edits, packs, rulebook.sources, rulebook.codes, rulebook.codes_vintage)


def _sent(step: ClaimDone, file: str, full: ClaimResult, policy: Policy) -> SentClaim:
    result, facts = step.result, step.result.facts
    claim = result.claim
    envelopes = _headers(step.leaf.frame.scope if step.leaf.frame else None)
    return SentClaim(
        key=_key(result),
        file=file,
        number=facts.control_number,
        charge=_cents(facts.charge),
        first=facts.first_service,
        last=facts.last_service,
        payer=facts.levels.payer_id,
        payer_name=facts.levels.payer_name,
        pack=result.pack,
        frequency=str(claim.frequency),
        original=str(claim.reference("F8") or ""),
        reference=facts.reference,
        interchange=envelopes.get("ISA", ("",) * 14)[13],
        group=envelopes.get("GS", ("",) * 7)[6],
        batch=facts.levels.header.batch,
        transaction=facts.levels.header.transaction,
        sent_on=policy.as_of,
        held=step.held,
        lines=tuple(_line(claim, line) for line in claim.lines),
        marks=tuple(_marks(result, full, policy)),
    )


def _key(result: ClaimResult) -> str:
    levels = result.facts.levels
    digest = hashlib.sha256()
    digest.update(f"{levels.payer_id}\0{levels.member_id}".encode("utf-8", "surrogateescape"))
    for segment in result.original:
        digest.update(b"\0" + segment.body)
    return digest.hexdigest()[:32]


def _headers(scope: Scope | None) -> dict[str, tuple[str, ...]]:
    """Return the elements of the headers around a claim, by segment ID."""
    found: dict[str, tuple[str, ...]] = {}
    while scope:
        if scope.header:
            elements = len(scope.header.elements)
            found[scope.header.id] = tuple(scope.header.get(each) for each in range(max(elements, 17)))
        scope = scope.parent
    return found


def _line(claim: Claim, line: ServiceLine) -> SentLine:
    service = line.service
    return SentLine(
        control_number=str(line.control_number),
        procedure=str(line.procedure),
        modifiers=tuple(map(str, line.modifiers)),
        charge=_cents(line.charge.decimal),
        first=service.start if service else None,
        last=service.end if service else None,
        diagnoses=tuple(str(each.code) for each in claim.diagnoses_of(line)),
    )


def _marks(result: ClaimResult, full: ClaimResult, policy: Policy) -> Iterator[Mark]:
    """Yield what came of the edits on a claim, each edit once for a line and state."""
    day = result.facts.first_service or policy.as_of
    rulebook = policy.rulebook
    on = {decision.edit.id for decision in rulebook.decisions(result.pack, day)}
    found: list[Mark] = []
    unfixed = (each for each in result.all_findings if not each.is_fixed)
    found += (_mark(each, "rejects" if each.holds else "warns") for each in unfixed)
    found += (_mark(entry.finding, "overridden") for entry in result.suppressed)
    found += (_mark(each, "off") for each in full.all_findings if each.edit not in on)
    for entry in result.unchecked:
        edit = rulebook.edits.get(entry.edit)
        if edit:
            found.append(Mark(edit.id, "unchecked", None, edit.denials, edit.claim_status, entry.why))
    yield from dict.fromkeys(found)


def _mark(finding: Finding, state: MarkState) -> Mark:
    return Mark(finding.edit, state, finding.where.line, finding.denials, finding.claim_status)


def _cents(dollars: Decimal | None) -> int | None:
    """Return dollars as cents; ``None`` if there is a fraction of a cent, which no payer returns."""
    if dollars is None or abs(dollars) >= 10**13 or dollars != dollars.quantize(_CENT):
        return None
    return int(dollars * 100)
