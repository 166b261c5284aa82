"""Law 12: remembering changes nothing. Every byte of every output is the same, whatever is remembered."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from bench import generate, lifelike
from scrubber.casetest.case import Case
from scrubber.claim import Claim
from scrubber.claim.field import Field
from scrubber.engine import Context, Hit, Unchecked, safe
from scrubber.engine.edit import Subject
from scrubber.engine.memory.evaluator import Evaluator
from scrubber.engine.pack import Rule
from scrubber.engine.policy import Fixes, Policy, Suppression
from scrubber.engine.rulebook import Rulebook
from tests.support.attributes import Reader, claim_readers, line_readers, paths_of, read
from tests.support.cases import bench, case_files, cases_of
from tests.support.lookalikes import RICH, USUAL, USUAL_LOOKS, Look, file_of, lookalikes, shuffled, variations
from tests.support.mutations import mutated_files
from tests.support.remembering import (
    Pry,
    claim_results,
    claims_of,
    differences,
    different_claims,
    outputs,
    prying,
    without_memory,
)
from tests.support.running import shipped
from tests.support.strategies import files

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "837"
SAMPLES = sorted([*(FIXTURES / "clean").iterdir(), *(FIXTURES / "broken").iterdir()])


@cache
def warm(*fixes: str) -> Evaluator:
    """An evaluator that remembers what the tests before have shown it."""
    return Evaluator(shipped(*fixes))


# ------------------------------------------------------------------------------------------- files


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_samples(path: Path) -> None:
    """Good and broken files: nothing remembered, all, what other files left, or hardly anything."""
    assert differences(path.read_bytes(), shipped(), warm=warm()) == []
    assert differences(path.read_bytes(), shipped("safe"), warm=warm("safe"), small=False) == []


@pytest.mark.parametrize("ends", [b"~\r\n", b"\n", b"~\n\n"])
def test_line_ends(ends: bytes) -> None:
    """Line ends after segments, or as their terminators."""
    raw = (FIXTURES / "clean" / "several-transactions.837").read_bytes()
    assert differences(raw.replace(b"~\n", b"~").replace(b"~", ends), shipped(), warm=warm()) == []


@pytest.mark.parametrize("path", case_files(), ids=lambda path: path.stem)
def test_cases(path: Path) -> None:
    """The input of every case of every edit, with the earlier ones remembered: one in each loop, in turns."""
    different = []
    for case in (case for at, case in enumerate(cases_of(path)) if at % 4 in (0, 3)):
        policy, evaluator = _of_case(case)
        if claim_results(case.raw, policy, evaluator) != claim_results(
            case.raw, policy, Evaluator(policy, 0)
        ):
            different.append(str(case))
    assert different == []


_EVALUATORS: dict[object, tuple[Policy, Evaluator]] = {}


def _of_case(case: Case) -> tuple[Policy, Evaluator]:
    key = case.as_of, case.invented, case.judged_by
    if key not in _EVALUATORS:
        policy = bench().policy(case)
        _EVALUATORS[key] = policy, Evaluator(policy)
    return _EVALUATORS[key]


@pytest.mark.parametrize("kind", lifelike.KINDS)
def test_lifelike_files(kind: str) -> None:
    """Files with the variety of real ones, some of their claims with a fault."""
    out = io.BytesIO()
    lifelike.generate(out, size=20_000, seed=12, fault_rate=0.3, kind=kind)
    assert differences(out.getvalue(), shipped(), warm=warm()) == []


def test_generated_files() -> None:
    """Claims of few drugs and payers, many of them spoiled, in several transaction sets."""
    out = io.BytesIO()
    generate.generate(out, size=20_000, seed=12, fault_rate=0.3, claims_per_st=10)
    assert differences(out.getvalue(), shipped(), warm=warm()) == []


@given(files(max_claims=4, with_faults=True, with_safe_faults=True))
@settings(max_examples=8)
def test_any_delimiters(example: tuple[bytes, Any]) -> None:
    """Files with delimiters of all kinds, one after the other."""
    assert differences(example[0], shipped(), warm=warm()) == []


@given(mutated_files())
@settings(max_examples=20)
def test_broken_files(raw: bytes) -> None:
    """Files of which segments and elements were dropped, doubled, swapped, garbled or cut off."""
    assert differences(raw, shipped(), warm=warm(), small=False) == []


# ------------------------------------------------------------------------------------ claims alike


@pytest.mark.parametrize("look", USUAL_LOOKS, ids=["subscriber", "patient", "Medicare", "other payer"])
def test_claims_that_differ_in_one_part(look: Look) -> None:
    """A claim, and all that differ from it in one part."""
    raw = file_of(shuffled(variations(look))[:100])
    assert different_claims(raw, shipped()) == []


@given(lookalikes())
@settings(max_examples=15)
def test_claims_that_differ_in_few_parts(looks: Sequence[Look]) -> None:
    """Claims that are earlier ones with few parts changed, with the shipped edits."""
    raw = file_of(looks)
    assert different_claims(raw, shipped(), Evaluator(shipped()), warm(), Evaluator(shipped(), 20)) == []


# ---------------------------------------------------------------------------- edits that report it all


@cache
def pries() -> dict[str, tuple[Subject, Pry]]:
    """Edits of every subject that report one thing that they read, by names."""
    claims = claims_of(file_of([RICH, USUAL, *USUAL_LOOKS]))
    lines = line_readers(paths_of(line for claim in claims for line in claim.lines))
    whole = claim_readers(paths_of(claims))
    found: dict[str, tuple[Subject, Pry]] = {}
    for name, reader in whole.items():
        found[f"claim: {name}"] = "claim", reader
        found[f"lines: {name}"] = "lines", reader
        found[f"line: {name}"] = "line", _of_claim(reader)
        found[f"party: {name}"] = "party", _of_claim(reader)
        found[f"diagnosis: {name}"] = "diagnosis", _of_claim(reader)
    for name, reader in lines.items():
        found[f"line: {name}"] = "line", reader
        found[f"line_diagnosis: {name}"] = "line_diagnosis", reader
    for path in paths_of(party for claim in claims for party in claim.parties):
        found[f"party: {'.'.join(path)}"] = "party", _along(path)
    for path in paths_of(diagnosis for claim in claims for diagnosis in claim.diagnoses):
        found[f"diagnosis: {'.'.join(path)}"] = "diagnosis", _along(path)
    return found


def _of_claim(reader: Reader) -> Pry:
    return lambda _, context: reader(context.claim, context)


def _along(path: tuple[str, ...]) -> Pry:
    return lambda it, _: read(it, path)


@given(st.data(), lookalikes())
@settings(max_examples=80)
def test_edits_that_report_what_they_read(data: st.DataObject, looks: Sequence[Look]) -> None:
    """Whatever an edit of any subject reads and reports, each claim has its own."""
    names = data.draw(st.lists(st.sampled_from(sorted(pries())), min_size=1, max_size=4))
    policy = prying(*(pries()[name] for name in names))
    assert different_claims(file_of(looks), policy, Evaluator(policy), Evaluator(policy, 5)) == []


# --------------------------------------------------------------------------- what edits may do besides


def _lines_of(code: str) -> Pry:
    return lambda claim, _: [
        Hit(at=line.procedure, message=f"Line {line.index} bills {code}.", line=line)
        for line in claim.lines
        if line.procedure == code
    ]


def _fails_in_the_model(claim: Claim, _context: Context) -> object:
    return claim.has_code(None) or claim.shares_diagnosis(claim.lines[0], None)  # type: ignore[arg-type]


def _member_id(claim: Claim) -> Field | None:
    return claim.subscriber.party.id if claim.subscriber else None


PRIES: dict[str, tuple[Subject, Pry]] = {
    "a hit on each line": ("claim", _lines_of("96372")),
    "a hit on each line, by lines": ("lines", _lines_of("J3420")),
    "a hit on the line itself": (
        "line",
        lambda line, _: [Hit(at=line.charge, message="Charge.", line=line)] if line.units == "2" else [],
    ),
    "a hit on its last date": (
        "line",
        lambda line, _: [Hit(at=line.dates[-1].value, message="Date.", line=line)] if line.dates else [],
    ),
    "a hit on the line's segment": (
        "line",
        lambda line, _: [Hit(at=line.segment, message="Line.", line=line)],
    ),
    "a hit on the line alone": ("line", lambda line, _: [Hit(at=None, message="Line.", line=line)]),
    "a hit on another line": (
        "line",
        lambda line, context: [
            Hit(at=it.number, message="Same code.", line=it)
            for it in context.claim.lines
            if it is not line and it.procedure == line.procedure
        ],
    ),
    "a hit on the claim, once": (
        "line",
        lambda line, context: [Hit(at=context.claim.place, message=f"Place, {line.hcpcs}.", once=True)],
    ),
    "a hit above the claim": (
        "line",
        lambda line, context: [Hit(at=_member_id(context.claim), message="ID.", line=line)],
    ),
    "hits on parties": ("party", lambda party, _: [Hit(at=party.name, message=f"{party.loop} {party.name}")]),
    "parties": (
        "party",
        lambda party, _: [f"{party.loop} {party.id} {party.first_name} {party.state} {party.taxonomy}"],
    ),
    "references of parties": ("party", lambda party, _: [f"{read(party.references, ('value',))}"]),
    "hits on lines of parties": (
        "party",
        lambda party, _: [Hit(at=party.id, message="Party.", line=party.line)] if party.line else [],
    ),
    "hits on diagnoses": ("diagnosis", lambda dx, _: [Hit(at=dx.code, message=f"{dx.code}")]),
    "the first diagnosis": (
        "diagnosis",
        lambda dx, _: [Hit(at=dx.code, message="First.")] if dx.is_first else [],
    ),
    "diagnoses of a code": ("diagnosis", lambda dx, _: ["!"] if dx.code == "E538" else []),
    "diagnoses as tuples": (
        "diagnosis",
        lambda dx, _: ["2" for position, _, code in [dx] if position == 2 and code],
    ),
    "diagnoses by number": ("diagnosis", lambda dx, _: ["2"] if dx[0] == 2 else []),
    "diagnoses in part": ("diagnosis", lambda dx, _: ["2"] if dx[:2][0] == 2 else []),
    "diagnoses as text": ("diagnosis", lambda dx, _: [f"{dx!r}"] if "=2" in str(dx) else []),
    "diagnoses compared": (
        "diagnosis",
        lambda dx, context: ["="] if dx == context.claim.diagnoses[0] else [],
    ),
    "diagnoses in order": ("diagnosis", lambda dx, _: ["<"] if dx < (2,) else []),
    "places of diagnoses": (
        "diagnosis",
        lambda dx, context: ["2"] if context.claim.diagnoses.index(dx) else [],
    ),
    "hits on the second reference": (
        "claim",
        lambda claim, _: [Hit(at=ref.value, message=f"{ref.qualifier}") for ref in claim.references[1:]],
    ),
    "hits on drugs": (
        "line",
        lambda line, _: [Hit(at=drug.quantity, message=drug.ndc, line=line) for drug in line.drugs],
    ),
    "hits on adjudications": (
        "line",
        lambda line, _: [Hit(at=each.paid, message="Paid.", line=line) for each in line.adjudications],
    ),
    "hits on other payers": (
        "claim",
        lambda claim, _: [Hit(at=each.payer.id, message="Other.") for each in claim.other_payers],
    ),
    "hits at a byte": ("claim", lambda claim, _: [Hit(at=None, message=".", byte=claim.segment.offset)]),
    "the segment's number": ("claim", lambda claim, _: [f"Segment {claim.lines[-1].segment.number}."]),
    "the raw bytes": ("claim", lambda claim, _: [f"{claim.segment.raw!r}"]),
    "a table for the day": (
        "line",
        lambda line, context: (
            context.tables.icd10cm("E538", line.service.start).carried_over
            if line.service and line.service.start
            else None
        ),
    ),
    "the table used": (
        "line",
        lambda line, context: (
            context.tables.drug(line.hcpcs, line.service.start).value is None
            if line.service and line.service.start
            else None
        ),
    ),
    "the list in force": (
        "line",
        lambda line, context: (
            f"{context.tables.icd10cm('E538', line.service.start).vintage}"
            if line.service and line.service.start
            else None
        ),
    ),
    "what no table has": (
        "line",
        lambda line, context: context.tables.mue(line.hcpcs, date(2026, 5, 1)).value,
    ),
    "unchecked": ("claim", lambda claim, _: [Unchecked(f"{claim.total_charge}")] if claim.lines[1:] else []),
    "a failure": ("line", lambda line, _: 1 // (line.units != "2")),
    "a failure in the model": ("claim", _fails_in_the_model),
    "a failure over a date": ("line", lambda line, _: line.service.start < line.charge),
    "the days of all lines": (
        "claim",
        lambda claim, _: [f"{sorted(line.service.start for line in claim.lines if line.service)}"],
    ),
    "the same segment": ("claim", lambda claim, _: claim.total_charge.segment == claim.frequency.segment),
    "members of sets": (
        "line",
        lambda line, context: [line.segment in {it.segment for it in context.claim.lines}],
    ),
}


@cache
def _files_alike() -> bytes:
    looks = [other for look in (USUAL_LOOKS[0], RICH) for other in variations(look)]
    parties = [{**RICH, name: 2} for name in ("billing name", "pay to", "payer", "facility")]
    parties.append({**RICH, "other payer": 4})
    days = [{**USUAL, "day": day} for day in (3, 2, 4)]
    positions = [{**USUAL, "diagnoses": at} for at in (6, 7)]
    return file_of([*USUAL_LOOKS, *parties, *days, *positions, *shuffled(looks)[:20]])


@pytest.mark.parametrize("name", PRIES)
def test_edits_of_all_kinds(name: str) -> None:
    """Hits at any place, failures, what is unchecked, tables: each claim has its own."""
    policy = prying(PRIES[name])
    assert different_claims(_files_alike(), policy) == []


def test_all_edits_together() -> None:
    """All of them with the shipped edits: every output is the same."""
    policy = prying(*PRIES.values(), shipped=True)
    assert differences(file_of(shuffled(variations(RICH))[:25]), policy) == []


@pytest.mark.parametrize("lines", [1, 20])
def test_more_findings_than_are_reported(lines: int) -> None:
    """A claim with more findings than are reported has the same ones, and omits the same number."""
    each = 2100 // lines
    policy = prying(("line", lambda line, _: [Hit(at=line.charge, message=f"{n}") for n in range(each)]))
    claim = file_of([USUAL])
    body = b"".join(b"LX*%d~SV1*HC:99213*5*UN*1***1~DTP*472*D8*20260513~" % n for n in range(1, lines + 1))
    raw = claim[: claim.index(b"LX*1~")] + body + claim[claim.index(b"SE*") :]
    assert different_claims(raw, policy) == []


def test_edits_may_yield_to_others() -> None:
    """A general finding is superseded by a specific one at the same element, remembered or not."""
    policy = prying(
        ("line", lambda line, _: [Hit(at=line.charge, message="General.")]),
        ("claim", lambda claim, _: [Hit(at=line.charge, message="Specific.") for line in claim.lines[1:]]),
    )
    policy.rulebook.edits["PRY-01"].yields = True
    assert different_claims(_files_alike(), policy) == []


def test_fixes_and_overrides() -> None:
    """What is fixed or overridden takes the slow way: with the same findings, fixed claims and reasons."""
    policy = prying(
        ("line", lambda line, _: [Hit(at=line.units, message="Units.", fix=safe((line.units, "3")))]
         if line.units == "2" else []),
        ("claim", lambda claim, _: [Hit(at=claim.place, message="Place.")] if claim.place == "22" else []),
    )  # fmt: skip
    override = Suppression("PRY-02", "accepted", "the office", payer="LHP01")
    looks = [{**USUAL, **changes} for changes in ({}, {"units 1": 1}, {"place": 1}, {"place": 1, "payer": 2})]
    raw = file_of([{**look, "day": day} for day in (0, 1) for look in looks])
    fixing, overriding = _with(policy, Fixes(safe=True)), _with(policy, Fixes(), override)
    for changed in (fixing, overriding):
        assert differences(raw, changed) == []
    fixed = without_memory(raw, fixing)["input.clean.837"]
    assert (raw.count(b"*UN*2*"), fixed.count(b"*UN*2*"), fixed.count(b"*UN*3*")) == (2, 0, 2)
    assert sum(bool(result[-1]) for result in claim_results(raw, overriding, Evaluator(overriding))) == 4


def _with(policy: Policy, fixes: Fixes, *overrides: Suppression) -> Policy:
    return replace(policy, fixes=fixes, suppressions=overrides)


def test_repeated_claims() -> None:
    """A claim that is in the file twice is reported as that, whatever is remembered of the first."""
    raw = file_of([USUAL, USUAL, USUAL_LOOKS[1], USUAL_LOOKS[1]]).replace(b"CLM*C2*", b"CLM*C1*")
    assert differences(raw.replace(b"CLM*C4*", b"CLM*C3*"), shipped(), warm=warm()) == []


def test_delimiters_of_one_file_after_another() -> None:
    """The same claims with other delimiters, in turns, by one evaluator."""
    raw, evaluator = file_of(USUAL_LOOKS), Evaluator(shipped())
    for element, component in ((b"*", b":"), (b"|", b">"), (b"*", b">"), (b"*", b":")):
        table = bytes.maketrans(b"*:", element + component)
        assert outputs(raw.translate(table), shipped(), evaluator) == without_memory(
            raw.translate(table), shipped()
        )


def test_rules_that_change_between_days() -> None:
    """Claims alike on both sides of a day on which the rules of a pack change have their own severities."""
    policy = prying(("claim", lambda claim, _: f"{claim.place}"), ("line", lambda line, _: line.hcpcs))
    rules = tuple([Rule(f"PRY-0{at}", 1, severity="info", start=date(2026, 5, 14)) for at in (1, 2)])
    book = policy.rulebook
    packs = {name: structs.replace(pack, rules=rules) for name, pack in book.packs.items()}
    book = Rulebook(book.edits, packs, book.sources, book.codes, book.codes_vintage)
    changed = replace(policy, rulebook=book)
    raw = file_of([{**USUAL, "day": day} for day in (0, 1, 0, 1)])
    assert different_claims(raw, changed) == []
