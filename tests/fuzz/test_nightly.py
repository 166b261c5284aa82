"""The fuzzer and the damaged files, SCRUBBER_NIGHTLY seconds for each: ``pytest -m nightly -n 0``."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys

import pytest

from tests.fuzz.targets import ROOT, TARGETS

pytestmark = pytest.mark.nightly
SECONDS = int(os.environ.get("SCRUBBER_NIGHTLY", "60"))
FILES_A_SECOND = 5


def run(*arguments: str) -> None:
    """Run a module of the tests as a command; what it prints is shown if it fails."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]


@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="atheris is not installed")
@pytest.mark.parametrize("target", TARGETS)
def test_the_fuzzer_finds_nothing(target: str) -> None:
    """No input that the fuzzer tries breaks a promise of the target."""
    run("tests.fuzz.run", target, f"-max_total_time={SECONDS}")


def test_damaged_files_break_no_law() -> None:
    """No file of which envelopes are damaged breaks a law."""
    run("tests.laws.check_laws", "--files", str(SECONDS * FILES_A_SECOND), "--seed", str(os.getpid()))
