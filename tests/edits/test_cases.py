"""Every case file says what its edit must do; here all of them are run."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import scrubber
from scrubber.engine.finding import Finding
from scrubber.report.model import FileReport
from tests.support.cases import LOOPS, Case, base_case, case_files, cases_of, claim_text, packs

CASES = [case for path in case_files() for case in cases_of(path)]
FIRES = [case for case in CASES if case.kind == "fires"]
PASSES = [case for case in CASES if case.kind == "passes"]
UNCHECKED = [case for case in CASES if case.kind == "unchecked"]
REPAIRED = [case for case in FIRES if case.repaired is not None]


@cache
def scrubbed(case: Case) -> FileReport:
    """The report of a case, nothing repaired."""
    report = scrubber.scrub(
        case.raw, fix=(), as_of=case.as_of, tables=case.tables, pack=case.judged_by, history=case.history
    )
    file = report.files[0]
    failed = [entry for claim in file.claims for entry in claim.unchecked if "itself failed" in entry.why]
    assert not failed
    return file


def findings_of(file: FileReport) -> list[Finding]:
    return [*file.findings, *(finding for claim in file.claims for finding in claim.findings)]


def others(case: Case, findings: list[Finding]) -> list[tuple[str, str]]:
    """What edits say of which the case says nothing; information is let through."""
    known = {case.edit, *case.also}
    return [
        (found.edit, found.message)
        for found in findings
        if found.edit not in known and found.severity != "info"
    ]


def as_list(expected: Any, count: int) -> list[Any]:
    return expected if isinstance(expected, list) else [expected] * count


@pytest.mark.parametrize("case", FIRES, ids=str)
def test_fires(case: Case) -> None:
    """The edit finds the fault, at its place, and no other edit speaks."""
    findings = findings_of(scrubbed(case))
    own = [found for found in findings if found.edit == case.edit]
    count = case.expected.get("count", 1)
    assert len(own) == count
    assert others(case, findings) == []
    assert {found.edit for found in findings} >= case.also
    said: dict[str, list[Any]] = {
        "severity": [found.severity for found in own],
        "line": [found.where.line for found in own],
        "element": [found.where.element for found in own],
    }
    for key in said.keys() & case.expected.keys():
        assert said[key] == as_list(case.expected[key], count), key


@pytest.mark.parametrize("case", FIRES, ids=str)
def test_place(case: Case) -> None:
    """The byte that a finding names is where its segment begins."""
    for found in findings_of(scrubbed(case)):
        if found.where.segment and found.where.byte is not None:
            assert case.raw[found.where.byte :].startswith(found.where.segment.encode())


@pytest.mark.parametrize("case", PASSES, ids=str)
def test_passes(case: Case) -> None:
    """The edit is silent on what only looks like the fault, and nothing else is wrong with it."""
    file = scrubbed(case)
    findings = findings_of(file)
    assert [found.message for found in findings if found.edit == case.edit] == []
    assert [entry.why for claim in file.claims for entry in claim.unchecked if entry.edit == case.edit] == []
    assert others(case, findings) == []
    assert {found.edit for found in findings} >= case.also


@pytest.mark.parametrize("case", UNCHECKED, ids=str)
def test_unchecked(case: Case) -> None:
    """The edit says that it could not decide, and why; it then finds nothing."""
    file = scrubbed(case)
    said = [entry.why for claim in file.claims for entry in claim.unchecked if entry.edit == case.edit]
    assert [why for why in said if case.expected["why"] in why], said
    assert [found.message for found in findings_of(file) if found.edit == case.edit] == []


@pytest.mark.parametrize("case", FIRES, ids=str)
def test_safe_fix_has_its_case(case: Case) -> None:
    """Where a finding offers a safe fix, the case says what becomes of the claim; and the other way round."""
    own = [found for found in findings_of(scrubbed(case)) if found.edit == case.edit]
    allowed = [
        found.fix for found in own if found.fix and (found.fix.safety == "safe" or case.edit in case.fix)
    ]
    assert bool(allowed) == (case.repaired is not None)


@pytest.mark.parametrize("case", REPAIRED, ids=str)
def test_repaired(case: Case, tmp_path: Path) -> None:
    """The repair gives the expected text; afterwards nothing is held and nothing is left to repair."""
    cleaned = repair(case, tmp_path / "once")
    assert (claim_text(cleaned) if case.loop else cleaned.decode()) == case.repaired
    again = scrubber.scrub(
        cleaned, fix=case.fix, as_of=case.as_of, tables=case.tables, pack=case.judged_by
    ).files[0]
    assert again.verdict == "clean"
    assert [found.edit for found in findings_of(again) if found.fix] == []
    assert {found.edit for found in findings_of(again)} <= {
        found.edit for found in findings_of(scrubbed(case))
    }


def repair(case: Case, folder: Path) -> bytes:
    folder.mkdir()
    scrubber.scrub(case.raw, folder, fix=case.fix, as_of=case.as_of, tables=case.tables, pack=case.judged_by)
    return (folder / "input.clean.837").read_bytes()


def test_both_loops_say_the_same() -> None:
    """A fault gives the same finding in the subscriber loop and in the patient loop."""
    seen: dict[tuple[str, str, str], list[object]] = defaultdict(list)
    for case in CASES:
        if case.loop:
            file = scrubbed(case)
            said = [_without_place(found) for found in findings_of(file)]
            unchecked = [claim.unchecked for claim in file.claims]
            seen[case.edit, case.kind, case.name].append((said, unchecked))
    for name, reports in seen.items():
        assert all(report == reports[0] for report in reports), name


def _without_place(found: Finding) -> tuple[object, ...]:
    loop = found.where.loop or ""
    loop = "above" if loop.startswith(("2000", "2010")) else loop
    return (
        found.edit, found.severity, found.message, loop, found.where.segment, found.where.element,
        found.where.line, found.fix, found.denials, found.claim_status, found.pack, found.sources,
    )  # fmt: skip


@pytest.mark.parametrize("path", case_files(), ids=lambda path: path.stem)
def test_case_file_is_complete(path: Path) -> None:
    """A case file is named for its edit, has cases on both sides, and no two of one name."""
    own = list(cases_of(path))
    assert {case.edit for case in own} == {path.stem}
    assert {case.kind for case in own} >= {"fires", "passes"}
    names = [str(case) for case in own]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("pack", packs())
@pytest.mark.parametrize("loop", LOOPS)
def test_shared_claim_is_clean(pack: str, loop: str) -> None:
    """Nothing is said of the claim that the cases change, so what they show is the change's doing."""
    file = scrubbed(base_case(pack, loop))
    assert file.claims[0].payer.pack == pack
    assert [(found.edit, found.message) for found in findings_of(file)] == []
    assert file.claims[0].unchecked == ()
