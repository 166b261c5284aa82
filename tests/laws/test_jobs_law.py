"""Another number of processes changes nothing but time: every byte of every output is the same."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from msgspec import structs

from bench import lifelike
from scrubber.api import make_policy
from scrubber.engine.policy import Policy
from scrubber.engine.result import ClaimResult, RunProvenance
from scrubber.engine.steps import ClaimDone, FileDone, Step, deliver
from scrubber.pipeline import scrub, team
from scrubber.pipeline.scrub import scrub_source
from scrubber.pipeline.to_folder import Wanted, scrub_to_folder
from scrubber.report.formats import Style
from scrubber.x12.source import source_of_bytes, source_of_path
from tests.support.jumbles import jumbled_files
from tests.support.mutations import mutated_files
from tests.support.own_edits import EDIT
from tests.support.running import AS_OF, shipped, write_edits
from tests.support.strategies import ClaimInfo, files

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "837"
FORMATS = ("json", "text", "html", "csv", "jsonl", "xml")
JOBS = (1, 2, 3)
FEW = settings(max_examples=15)


@pytest.fixture(autouse=True, scope="module")
def _for_small_inputs() -> Iterator[None]:
    """Let small inputs be evaluated in several processes, some claims at a time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scrub, "SMALL", 0)
        patch.setattr(team, "_ROUND", 30)
        yield


def outputs(path: Path, policy: Policy, folder: Path, jobs: int) -> dict[str, bytes]:
    """Scrub a file into a folder; return what is there."""
    wanted = Wanted(FORMATS, Style(policy.rulebook.edits, diff=True, statistics=True))
    folder.mkdir()
    deliver(scrub_to_folder(source_of_path(path), policy, folder, wanted, jobs=jobs))
    return {each.name: each.read_bytes() for each in sorted(folder.iterdir())}


def described(result: ClaimResult) -> tuple[object, ...]:
    """Return all that a sink can ask a result for."""
    # Faults of the transaction header are reported on the envelope: no sink asks its level for them.
    levels = (level for name, level in result.levels.items() if name != "HEADER")
    faults = chain(result.faults, *(level.faults for level in levels))
    return (
        result.pack, result.findings, result.omitted, result.unchecked, result.suppressed, result.failures,
        result.tables, result.facts, result.holds, result.holds_by_guide, result.is_changed,
        [(fault.kind, fault.segment.number, fault.segment.raw, fault.loop, fault.element, fault.component,
          fault.expected, fault.missing) for fault in faults],
        {number: segment.raw for number, segment in result.replaced.items()},
        [(each.before.raw, each.after.raw, each.after.number, each.edits) for each in result.fixed_segments],
        [segment.raw for segment in chain(result.segments, result.original, result.received())],
        str(result.claim.control_number), [str(line.procedure) for line in result.claim.lines],
        result.claim.billing_provider and str(result.claim.billing_provider.name),
        [(each.line.index, [line.index for line in each.drugs]) for each in result.administrations],
    )  # fmt: skip


def told(steps: Iterator[Step]) -> list[Any]:
    """Return the steps of a run so that they can be compared."""
    return [told_of(step) for step in steps]


def told_of(step: Step) -> object:
    if isinstance(step, ClaimDone):
        return step.held, step.leaf.raw, described(step.result)
    if isinstance(step, FileDone):
        segments = {number: segment.raw for number, segment in step.result.segments.items()}
        return structs.replace(step.result, segments={}), segments, step.provenance
    return type(step)


def steps_are_the_same(raw: bytes, policy: Policy) -> RunProvenance:
    one, *others = (told(scrub_source(source_of_bytes(raw), policy, jobs=jobs)) for jobs in JOBS)
    for other in others:
        assert other == one
    provenance: RunProvenance = one[-1][-1]
    return provenance


@cache
def fixing_all() -> Policy:
    """All edits, with all fixes, also unsafe ones."""
    edits = shipped().rulebook.edits
    return shipped("safe", *sorted(edits))


def generated(kind: str) -> bytes:
    out = io.BytesIO()
    lifelike.generate(out, size=30_000, seed=7, fault_rate=0.4, kind=kind)
    return out.getvalue()


@pytest.mark.parametrize(
    "path",
    sorted(chain(FIXTURES.glob("clean/*.837"), FIXTURES.glob("broken/*.837"))),
    ids=lambda path: path.name,
)
def test_every_byte_of_a_fixture(path: Path, tmp_path: Path) -> None:
    one, *others = (outputs(path, shipped("safe"), tmp_path / str(jobs), jobs) for jobs in JOBS)
    assert one
    for other in others:
        assert other == one


@pytest.mark.parametrize("kind", lifelike.KINDS)
def test_every_byte_of_a_lifelike_file(kind: str, tmp_path: Path) -> None:
    """Also where two files follow each other, and where claims are repeated."""
    raw = generated(kind)
    path = tmp_path / "in.837"
    path.write_bytes(raw + raw.replace(b"*", b"|") + raw[: len(raw) // 2])
    one, *others = (outputs(path, fixing_all(), tmp_path / str(jobs), jobs) for jobs in JOBS)
    assert {"in.clean.837", "in.held.837", "in.999", "in.277", "in.diff"} < set(one)
    for other in others:
        assert other == one


@FEW
@given(files(max_claims=5, with_faults=True, with_safe_faults=True))
def test_files_of_all_kinds(made: tuple[bytes, list[ClaimInfo]]) -> None:
    """Several interchanges, delimiters of all kinds, faults and fixes."""
    steps_are_the_same(made[0], fixing_all())


@FEW
@given(mutated_files())
def test_damaged_files(raw: bytes) -> None:
    steps_are_the_same(raw, shipped("safe"))


@FEW
@given(jumbled_files())
@example(b"")
@example(b"\n" * 200)
def test_files_that_are_hardly_one(raw: bytes) -> None:
    steps_are_the_same(raw, shipped("safe"))


def test_edits_that_fail_and_edit_overrides(tmp_path: Path) -> None:
    """An edit that raises is reported as with one process, with the same place in its code."""
    folder = write_edits(
        tmp_path / "edits",
        EDIT.replace('    severity="warn",', '    severity="warn", sources=("this test",),'),
    )
    config = tmp_path / "scrubber.toml"
    config.write_text(
        '[[suppressions]]\nedit = "TEST-01"\nprocedure = "85025"\nreason = "a test"\nowner = "who tests"\n',
        encoding="utf-8",
    )
    policy = make_policy(as_of=AS_OF, edits=[folder], config=config, fix=("safe", "TEST-01"))
    raw = (FIXTURES / "clean" / "several-transactions.837").read_bytes()
    for code in (b"80076", b"85025", b"85027", b"80053", b"80048", b"84443"):
        raw += raw[: len(raw) // 2].replace(b"HC:99213", b"HC:" + code)
    provenance = steps_are_the_same(raw, policy)
    assert provenance.failures
    assert provenance.suppressed
