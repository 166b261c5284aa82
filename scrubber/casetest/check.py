"""Compare what edits say of a case with what the case expects, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from scrubber.casetest.case import Case, claim_text
from scrubber.casetest.workbench import CaseRun, Workbench
from scrubber.engine.finding import Finding
from scrubber.text import counted

_SHOWN = 3


def check_cases(cases: Sequence[Case], bench: Workbench) -> list[str]:
    """Return what is wrong with one case in all its loops, each sentence once; nothing where all is right."""
    said = {case.loop: check_case(case, bench) for case in cases}
    everywhere = list(dict.fromkeys(text for texts in said.values() for text in texts))
    problems = []
    for text in everywhere:
        loops = [loop for loop, texts in said.items() if text in texts]
        problems.append(text if len(loops) == len(said) else f"In the {loops[0]} loop: {text}")
    return problems or list(_between_loops(cases, bench))


def check_case(case: Case, bench: Workbench) -> list[str]:
    """Return what is wrong with one case in one loop, in sentences; nothing where all is right.

    Raise ConfigurationError or TableError where the case cannot be run at all.
    """
    run = bench.run(case)
    failed = [f"{failure.edit} raised {failure.what}." for failure in run.failures]
    if not failed:  # an edit may fail where nobody watches it; the engine reports that
        failed = [f"{entry.why}." for entry in run.unchecked if entry.why.startswith(f"{entry.edit} failed")]
    if any(failure.edit == case.edit for failure in run.failures):
        return failed
    checks = {"fires": _fires, "passes": _passes, "unchecked": _unchecked}
    return failed + list(checks[case.kind](case, run, bench))


def _fires(case: Case, run: CaseRun, bench: Workbench) -> Iterator[str]:
    own = _own(case, run)
    expected = case.expected.get("count", 1)
    if len(own) != expected:
        yield _miscounted(case, own, expected)
    yield from _others(case, run)
    if len(own) == expected:
        yield from _misplaced(case, own)
    yield from _wrong_bytes(case, run)
    yield from _fixes(case, own)
    if case.fixed is not None and own:
        yield from _fixed(case, run, bench)


def _passes(case: Case, run: CaseRun, _bench: Workbench) -> Iterator[str]:
    for found in _own(case, run):
        yield f"{case.edit} fired: {found.message}"
    for entry in run.unchecked:
        if entry.edit == case.edit:
            yield f"{case.edit} could not decide: {entry.why}."
    yield from _others(case, run)


def _unchecked(case: Case, run: CaseRun, _bench: Workbench) -> Iterator[str]:
    said = [entry.why for entry in run.unchecked if entry.edit == case.edit]
    wanted = case.expected["why"]
    if not said:
        yield f"{case.edit} decided; it should be unchecked: {wanted!r}."
    elif not any(wanted in why for why in said):
        yield f"{case.edit} is unchecked for another reason than {wanted!r}: {'; '.join(said)}."
    for found in _own(case, run):
        yield f"{case.edit} fired: {found.message}"


def _miscounted(case: Case, own: Sequence[Finding], expected: int) -> str:
    if not own:
        return f"{case.edit} did not fire."
    messages = " ".join(found.message for found in own[:_SHOWN])
    return f"{case.edit} fired {counted(len(own), 'time')} instead of {expected}: {messages}"


def _misplaced(case: Case, own: Sequence[Finding]) -> Iterator[str]:
    """Yield where severity, line or element of the findings are not those that the case names."""
    said: dict[str, list[Any]] = {
        "severity": [found.severity for found in own],
        "line": [found.where.line for found in own],
        "element": [found.where.element for found in own],
    }
    for key, values in said.items():
        if key in case.expected:
            wanted = case.expected[key]
            wanted = wanted if isinstance(wanted, list) else [wanted] * len(own)
            if values != wanted:
                yield f"The {key} is {_listed(values)} instead of {_listed(wanted)}."


def _others(case: Case, run: CaseRun) -> Iterator[str]:
    """Yield which edits fired that the case does not name, and which did not that it names in ``also``.

    Information is let through.
    """
    known = {case.edit, *case.also}
    for found in run.findings:
        if found.edit not in known and found.severity != "info":
            yield f"{found.edit} fired too: {found.message}"
    for edit in sorted(case.also - {found.edit for found in run.findings}):
        yield f"{edit} did not fire, although `also` names it."


def _wrong_bytes(case: Case, run: CaseRun) -> Iterator[str]:
    """Yield findings whose byte is not where their segment begins."""
    for found in run.findings:
        where = found.where
        if not where.segment or where.byte is None:
            continue
        if not case.raw[where.byte :].startswith(where.segment.encode()):
            yield f"{found.edit} names byte {where.byte}, which is not where a {where.segment} begins."


def _fixes(case: Case, own: Sequence[Finding]) -> Iterator[str]:
    """Yield whether a case lacks the fixed text, or has one that no fix gives."""
    allowed = [found for found in own if found.fix and (found.fix.safety == "safe" or case.edit in case.fix)]
    if allowed and case.fixed is None:
        fix = allowed[0].fix
        assert fix is not None
        change = f"{fix.before!r} becomes {fix.after!r}"
        yield f"{case.edit} offers a {fix.safety} fix ({change}); the case does not say what it gives."
    if own and not allowed and case.fixed is not None:
        yield f"{case.edit} offers no fix; the case says what one gives."


def _fixed(case: Case, run: CaseRun, bench: Workbench) -> Iterator[str]:
    """Yield what is wrong after the fixes: the text, what is still held, and what is left to fix."""
    clean = bench.clean_file(case)
    text = claim_text(clean) if case.loop else clean.decode()
    if not clean:
        yield "After the fixes the claim is still held."
        return
    if text != case.fixed:
        yield f"The fixed text is not the expected one: {_difference(text, case.fixed or '')}."
    again = bench.evaluate(case, clean, case.fix)
    if again.file.verdict != "clean":
        yield f"After the fixes the file is still {again.file.verdict}."
    for found in again.findings:
        if found.fix:
            yield f"After the fixes {found.edit} still has something to fix: {found.message}"
        if found.edit not in {before.edit for before in run.findings}:
            yield f"After the fixes {found.edit} fires, which did not before: {found.message}"


def _between_loops(cases: Sequence[Case], bench: Workbench) -> Iterator[str]:
    """Yield whether edits say something else in the patient loop than in the subscriber loop."""
    said = [
        ([_without_place(found) for found in run.findings], run.unchecked) for run in map(bench.run, cases)
    ]
    if any(each != said[0] for each in said):
        names = [", ".join(sorted({found.edit for found in bench.run(case).findings})) for case in cases]
        told = "; ".join(f"{case.loop}: {name or 'nothing'}" for case, name in zip(cases, names, strict=True))
        yield f"The findings in the two loops are not the same ({told})."


def _without_place(found: Finding) -> tuple[object, ...]:
    """Return a finding without its number and byte, and with all levels above the claim as one."""
    loop = found.where.loop or ""
    loop = "above" if loop.startswith(("2000", "2010")) else loop
    return (
        found.edit, found.severity, found.message, loop, found.where.segment, found.where.element,
        found.where.line, found.fix, found.denials, found.claim_status, found.pack, found.sources,
    )  # fmt: skip


def _own(case: Case, run: CaseRun) -> list[Finding]:
    return [found for found in run.findings if found.edit == case.edit]


def _listed(values: Sequence[object]) -> str:
    return ", ".join("none" if value is None else str(value) for value in values)


def _difference(text: str, expected: str) -> str:
    """Return the first segment in which two texts differ."""
    got, wanted = (one.replace("~\n", "\n").splitlines() for one in (text, expected))
    for at in range(max(len(got), len(wanted))):
        one, other = (lines[at] if at < len(lines) else "nothing" for lines in (got, wanted))
        if one != other:
            return f"{one} instead of {other}"
    return "line ends differ"
