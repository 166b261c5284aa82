"""An input that is evaluated in ranges and put together again: every byte of every output is the same."""

from __future__ import annotations

import pickle
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given

from scrubber.engine.memory.evaluator import Evaluator
from scrubber.engine.policy import Policy
from scrubber.engine.steps import deliver
from scrubber.errors import InputChangedError
from scrubber.pipeline.preflight import Preflight, preflight
from scrubber.pipeline.ranges import Parts, Range, facts_for, ranges_of, write_results
from scrubber.pipeline.scrub import scrub_source
from scrubber.pipeline.to_folder import Wanted, scrub_to_folder
from scrubber.report.formats import Style
from scrubber.x12.source import Source, source_of_bytes, source_of_path
from tests.laws.test_jobs_law import FEW, FIXTURES, FORMATS, fixing_all, generated, outputs, told
from tests.support.jumbles import jumbled_files
from tests.support.mutations import mutated_files
from tests.support.running import shipped
from tests.support.strategies import ClaimInfo, files


def evaluated(source: Source, policy: Policy, folder: Path, size: int) -> tuple[Parts, list[Range]]:
    """Evaluate an input in ranges, each by an evaluator that knows nothing but what travels with it."""
    first: Preflight = pickle.loads(pickle.dumps(preflight(source, policy)))
    ranges = ranges_of(source, first, size)
    folder.mkdir()
    paths = []
    for number, part in enumerate(ranges):
        facts, sent = pickle.loads(pickle.dumps((facts_for(first, part), part)))
        paths.append(folder / str(number))
        write_results(paths[-1], source, Evaluator(policy), facts, sent)
    return Parts(first, paths), ranges


def outputs_by_ranges(path: Path, policy: Policy, folder: Path, size: int) -> tuple[dict[str, bytes], int]:
    """Scrub a file in ranges; return what is there, and how many ranges it had."""
    source = source_of_path(path)
    parts, ranges = evaluated(source, policy, folder.with_suffix(".parts"), size)
    wanted = Wanted(FORMATS, Style(policy.rulebook.edits, diff=True, statistics=True))
    folder.mkdir()
    deliver(scrub_to_folder(source, policy, folder, wanted, elsewhere=parts))
    return {each.name: each.read_bytes() for each in sorted(folder.iterdir())}, len(ranges)


@pytest.mark.parametrize(
    "path",
    sorted(chain(FIXTURES.glob("clean/*.837"), FIXTURES.glob("broken/*.837"))),
    ids=lambda path: path.name,
)
def test_every_byte_of_a_fixture(path: Path, tmp_path: Path) -> None:
    one = outputs(path, shipped("safe"), tmp_path / "one", 1)
    found, _ = outputs_by_ranges(path, shipped("safe"), tmp_path / "ranges", 1)
    assert found == one


@pytest.mark.parametrize("size", [1, 5_000])
def test_every_byte_of_a_lifelike_file(size: int, tmp_path: Path) -> None:
    """Also where two files with other delimiters follow each other, and where claims are repeated."""
    raw = generated("lifelike")
    path = tmp_path / "in.837"
    path.write_bytes(raw + raw.replace(b"*", b"|") + raw[: len(raw) // 2])
    one = outputs(path, fixing_all(), tmp_path / "one", 1)
    found, count = outputs_by_ranges(path, fixing_all(), tmp_path / "ranges", size)
    assert count > 10
    assert found == one


def same_steps(raw: bytes, size: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    policy, source = fixing_all(), source_of_bytes(raw)
    parts, _ = evaluated(source, policy, tmp_path_factory.mktemp("ranges") / "parts", size)
    one = told(scrub_source(source, policy))
    assert told(scrub_source(source, policy, elsewhere=parts)) == one


@FEW
@given(made=files(max_claims=5, with_faults=True, with_safe_faults=True))
def test_files_of_all_kinds(
    made: tuple[bytes, list[ClaimInfo]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    same_steps(made[0], 1, tmp_path_factory)


@FEW
@given(raw=mutated_files())
def test_damaged_files(raw: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    same_steps(raw, 1, tmp_path_factory)


@FEW
@given(raw=jumbled_files())
def test_jumbles(raw: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    same_steps(raw, 1, tmp_path_factory)


def test_another_input_is_not_put_together(tmp_path: Path) -> None:
    raw = generated("lifelike")
    policy = shipped("safe")
    parts, _ = evaluated(source_of_bytes(raw), policy, tmp_path / "parts", 5_000)
    for other in (raw + b" ", raw[: len(raw) // 2], raw.replace(b"CLM*", b"CLN*", 1)):
        with pytest.raises(InputChangedError):
            deliver(scrub_source(source_of_bytes(other), policy, elsewhere=parts))


def test_a_range_reads_nothing_before_it(tmp_path: Path) -> None:
    raw = generated("lifelike")
    policy = shipped("safe")
    source = source_of_bytes(raw)
    first = preflight(source, policy)
    last = ranges_of(source, first, 5_000)[-1]
    blank = source_of_bytes(b"?" * last.offset + raw[last.offset :])
    count = write_results(tmp_path / "part", blank, Evaluator(policy), facts_for(first, last), last)
    assert count == scrub_claims(raw, policy) - last.claims


def scrub_claims(raw: bytes, policy: Policy) -> int:
    """The number of claims of an input."""
    done = deliver(scrub_source(source_of_bytes(raw), policy))
    return done.result.counts.claims
