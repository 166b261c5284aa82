"""Law 12: remembering changes nothing. Every byte of every output is the same, whatever is remembered."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import generate, lifelike
from scrubber.casetest.case import Case
from scrubber.claim import Claim
from scrubber.engine import Context, Hit, Unchecked, safe
from scrubber.engine.edit import Subject
from scrubber.engine.memory.evaluator import Evaluator
from scrubber.engine.policy import Fixes, Policy, Suppression
from tests.support.attributes import Reader, claim_readers, line_readers, paths_of, read
from tests.support.cases import bench, case_files, cases_of
from tests.support.lookalikes import RICH, USUAL, USUAL_LOOKS, Look, file_of, lookalikes, shuffled, variations
from tests.support.mutations import mutated_files
from tests.support.remembering import (
    Pry,
    claims_of,
    differences,
    different_claims,
    outputs,
    prying,
    without_memory,
)
from tests.support.running import AS_OF, shipped
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
    """The input of every case of every edit, with all earlier cases remembered."""
    different = []
    for case in cases_of(path):
        policy, evaluator = _of_case(case)
        if outputs(case.raw, policy, evaluator) != without_memory(case.raw, policy):
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
    lifelike.generate(out, size=60_000, seed=12, fault_rate=0.3, kind=kind)
    assert differences(out.getvalue(), shipped(), warm=warm()) == []


def test_generated_files() -> None:
    """Claims of few drugs and payers, many of them spoiled, in several transaction sets."""
    out = io.BytesIO()
    generate.generate(out, size=60_000, seed=12, fault_rate=0.3, claims_per_st=10)
    assert differences(out.getvalue(), shipped(), warm=warm()) == []


@given(files(max_claims=4, with_faults=True, with_safe_faults=True))
@settings(max_examples=15)
def test_any_delimiters(example: tuple[bytes, Any]) -> None:
    """Files with delimiters of all kinds, one after the other."""
    assert differences(example[0], shipped(), warm=warm()) == []


@given(mutated_files())
@settings(max_examples=30)
def test_broken_files(raw: bytes) -> None:
    """Files of which segments and elements were dropped, doubled, swapped, garbled or cut off."""
    assert differences(raw, shipped(), warm=warm(), small=False) == []


# ------------------------------------------------------------------------------------ claims alike


@pytest.mark.parametrize("look", USUAL_LOOKS, ids=["subscriber", "patient", "Medicare", "other payer"])
def test_claims_that_differ_in_one_part(look: Look) -> None:
    """A claim, and all that differ from it in one part."""
    raw = file_of(shuffled(variations(look))[:160])
    assert different_claims(raw, shipped()) == []


@given(lookalikes())
@settings(max_examples=25)
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
@settings(max_examples=150)
def test_edits_that_report_what_they_read(data: st.DataObject, looks: Sequence[Look]) -> None:
    """Whatever an edit of any subject reads and reports, each claim has its own."""
    names = data.draw(st.lists(st.sampled_from(sorted(pries())), min_size=1, max_size=4))
    policy = prying(*(pries()[name] for name in names))
    assert different_claims(file_of(looks), policy, Evaluator(policy), Evaluator(policy, 5)) == []
