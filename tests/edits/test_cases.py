"""Every case file says what its edit must do; here all of them are run."""

from __future__ import annotations

from pathlib import Path

import pytest

from scrubber.casetest.case import Case, by_title, loops_of, packs
from scrubber.casetest.check import check_cases
from tests.support.cases import base_case, bench, case_files, cases_of

CASES = by_title(case for path in case_files() for case in cases_of(path))


@pytest.mark.parametrize("cases", CASES, ids=lambda cases: cases[0].title)
def test_case(cases: tuple[Case, ...]) -> None:
    """Edits say what the case expects, the same in both loops; see `scrubber.casetest.check`."""
    assert check_cases(cases, bench()) == []


@pytest.mark.parametrize("path", case_files(), ids=lambda path: path.stem)
def test_case_file_is_complete(path: Path) -> None:
    """A case file is named for its edit, has cases on both sides, and no two of one name."""
    own = list(cases_of(path))
    assert {case.edit for case in own} == {path.stem}
    assert {case.kind for case in own} >= {"fires", "passes"}
    names = [str(case) for case in own]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("pack", "loop"), [(pack, loop) for pack in packs() for loop in loops_of(pack)])
def test_base_claim_is_clean(pack: str, loop: str) -> None:
    """Nothing is said of the claim that the cases change, so what they show is the change's doing."""
    run = bench().run(base_case(pack, loop))
    assert run.failures == ()
    assert run.file.claims[0].payer.pack == pack
    assert [(found.edit, found.message) for found in run.findings] == []
    assert run.unchecked == ()
