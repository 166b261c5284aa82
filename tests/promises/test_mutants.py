"""The tests of the promises can fail: in copies of the program that are broken on purpose, they do.

Full scale: all mutants; quick: four of them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.promises.mutants import MUTANTS, Mutant
from tests.promises.samples import ROOT
from tests.promises.scale import FULL, measured

pytestmark = pytest.mark.promises

_COPIED = ("scrubber", "edits", "tests/promises", "tests/support", "fixtures/837/clean", "bench")
TRIED = [mutant for mutant in MUTANTS if FULL or mutant.is_quick]


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A copy of everything that the tests need."""
    copy = tmp_path / "copy"
    for name in _COPIED:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "tests/conftest.py"):
        shutil.copyfile(ROOT / name, copy / name)
    return copy


def break_it(program: Path, mutant: Mutant) -> None:
    for name, old, new in mutant.changes:
        path = program / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{mutant.name}: {name} does not have this text once"
        path.write_text(text.replace(old, new), encoding="utf-8")


def run_tests(program: Path, tests: str, scale: str) -> subprocess.CompletedProcess[str]:
    options = ("-m", "promises", "-n", "0", "-x", "-q", "-p", "no:cacheprovider")
    command = [sys.executable, "-m", "pytest", *options]
    environment = os.environ | {"SCRUBBER_PROMISES": scale, "PYTHONPATH": str(program)}
    return subprocess.run(
        [*command, f"tests/promises/{tests}"], cwd=program, env=environment, check=False,
        capture_output=True, text=True,
    )  # fmt: skip


@pytest.mark.parametrize("mutant", TRIED, ids=lambda mutant: mutant.name)
def test_a_mutant_is_caught(program: Path, mutant: Mutant, request: pytest.FixtureRequest) -> None:
    for needed in mutant.needs:
        request.getfixturevalue(needed)
    break_it(program, mutant)
    done = run_tests(program, mutant.caught_by, mutant.scale)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout[-3000:]
    failed = next(line for line in done.stdout.splitlines() if line.startswith("FAILED "))
    measured(f"mutant caught: {mutant.name}: {failed.split('::')[1].split(' ')[0]}")


def test_the_unbroken_copy_passes(program: Path) -> None:
    """So it is the change by which the others fail."""
    done = run_tests(program, "test_arrivals.py", "quick")
    assert done.returncode == pytest.ExitCode.OK, done.stdout[-3000:]
