"""A folder of edits is tested as a whole: pages, metadata, case files, and that each edit has cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from scrubber.casetest.folder_test import FolderTest, check_folder
from scrubber.casetest.workbench import Workbench
from tests.support.own_edits import CASES, EDIT, FIRES, PASSES, write_folder


def outcome_of(folder: Path, **files: str) -> FolderTest:
    """The outcome for a folder whose files are these; ``edit`` and ``cases`` are those of its edit."""
    names = {"edit": "laboratory/laboratory_code.py", "cases": "cases/TEST-01.toml"}
    write_folder(folder, {names[name]: text for name, text in files.items()})
    with Workbench.of([folder]) as bench:
        return check_folder(folder, bench)


def test_a_folder_that_is_in_order(tmp_path: Path) -> None:
    result = outcome_of(tmp_path)
    assert (result.problems, result.edits, result.cases) == ([], 1, 2)


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("Why it is refused", "Why so", 1, "must have the headings 'What is wrong', 'Why it is refused'"),
        ("bills a laboratory code.\n\nWhat", "bills a code\n\nWhat", 1, "must begin with a sentence"),
        ("    A test refuses it, so that there is something to test.", "    So it is.", 1, "says too little"),
        ("in its place.\n", "in its place.\n  Ask.\n", 1, "neither a heading nor indented"),
        ("    Bill the visit", "    Bill\tthe visit", 1, "has a tab"),
        ('"Replace the laboratory code of the first line (SV101-2) with the visit."', '""', 1, "no to_do"),
        ('first line",', 'first line.",', 20, "no period"),
        ("    snip=7,\n", '    snip=7,\n    denials=("16",),\n', 23, "'16' is neither a CARC"),
        ("    snip=7,\n", '    snip=7,\n    claim_status=("7",),\n', 23, "'7' is not category:code"),
    ],
)  # fmt: skip
def test_what_an_edit_says_about_itself(tmp_path: Path, old: str, new: str, line: int, says: str) -> None:
    """Each fault of a page or of metadata is told with file and line."""
    assert EDIT.count(old) == 1
    result = outcome_of(tmp_path, edit=EDIT.replace(old, new))
    (problem,) = result.problems
    assert problem.startswith(f"{tmp_path}/laboratory/laboratory_code.py:{line}: TEST-01: "), problem
    assert says in problem


@pytest.mark.parametrize(
    ("cases", "line", "says"),
    [
        (CASES.replace(FIRES, ""), 1, "needs at least one case [[fires]]"),
        (CASES.replace(PASSES, ""), 1, "needs at least one case [[passes]]"),
        (CASES + PASSES, 1, "2 cases have the same name"),
        (CASES.replace("TEST-01", "TEST-02"), 1, "its name must be TEST-02.toml"),
        (CASES.replace("line = 1", "line = 2"), 3, "The line is 1 instead of 2."),
        (CASES.replace("line = 1", "lime = 1"), 6, "no key 'lime'"),
        (CASES.replace("line = 1", 'judged_by = "nobody"'), 3, "no pack has this id"),
        (CASES.replace("line = 1", "tables = true"), 3, "_tables: no such folder"),
    ],
)
def test_what_is_wrong_with_cases(tmp_path: Path, cases: str, line: int, says: str) -> None:
    """Each fault of a case file is told with file and line."""
    problems = outcome_of(tmp_path, cases=cases).problems
    place = f"{tmp_path}/cases/TEST-01.toml:{line}: "
    assert [problem for problem in problems if problem.startswith(place) and says in problem], problems


def test_an_edit_without_cases(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    (folder / "cases" / "TEST-01.toml").unlink()
    with Workbench.of([folder]) as bench:
        (problem,) = check_folder(folder, bench).problems
    assert problem.startswith(f"{folder}/laboratory/laboratory_code.py:1: TEST-01 has no cases")


def test_a_pack_is_tested_by_cases_of_a_shipped_edit(tmp_path: Path) -> None:
    """Cases of a shipped edit need not be complete; they show what one's own pack makes of it."""
    pack = 'id = "laurel"\nextends = "commercial"\n[edits.PAIR-01]\nenabled = false\n'
    cases = 'edit = "PAIR-01"\n[[passes]]\nname = "not for this payer"\njudged_by = "laurel"\n'
    replace = 'replace = [["HC:J3420*6.75", "HC:J3420:JW*6.75"]]\n'
    folder = write_folder(tmp_path, {"packs/laurel.toml": pack, "cases/PAIR-01.toml": cases + replace})
    with Workbench.of([folder]) as bench:
        assert check_folder(folder, bench).problems == []
    (folder / "packs" / "laurel.toml").write_text('id = "laurel"\nextends = "commercial"\n')
    with Workbench.of([folder]) as bench:
        (problem,) = check_folder(folder, bench).problems
    assert "PAIR-01 fired" in problem


def test_selected_edits_only(tmp_path: Path) -> None:
    """By id or by family, and then nothing is said of others."""
    folder = write_folder(tmp_path, {"cases/NONE-01.toml": 'edit = "NONE-01"\n[[passes]]\nname = "a"\n'})
    with Workbench.of([folder]) as bench:
        assert [text.rpartition(": ")[2] for text in check_folder(folder, bench).problems] == [
            "no edit has the id NONE-01"
        ]
        for select in ("TEST-01", "TEST"):
            result = check_folder(folder, bench, select=[select])
            assert (result.problems, result.edits, result.cases) == ([], 1, 2)
