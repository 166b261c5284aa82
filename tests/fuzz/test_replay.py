"""The seeds of the fuzzer, and every input that once broke a promise, without the fuzzer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.targets import CORPUS, CRASHES, TARGETS

INPUTS = sorted(path for folder in (CORPUS, CRASHES) for path in folder.glob("*/*"))


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: "/".join(path.parts[-3:]))
def test_no_promise_is_broken(path: Path) -> None:
    """Each input passes the target whose folder it is in."""
    TARGETS[path.parent.name](path.read_bytes())


def test_every_target_has_seeds_and_all_of_them_are_small() -> None:
    """Each target has a corpus of its own; together they are small enough to be kept here."""
    assert {path.name for path in CORPUS.iterdir()} == set(TARGETS)
    assert sum(path.stat().st_size for path in INPUTS) < 200_000
