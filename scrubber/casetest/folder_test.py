"""Test a whole folder of edits: what each says about itself, and its cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from scrubber.casetest.case import CASES, Case, by_title, case_files, load_cases
from scrubber.casetest.check import check_cases
from scrubber.casetest.metadata import problems_of_edit
from scrubber.casetest.workbench import Workbench
from scrubber.engine.edit import Edit
from scrubber.errors import ConfigurationError, TableError


@dataclass(slots=True)
class FolderTest:
    """The outcome for folders of edits: problems with file and line, and how much was tested."""

    problems: list[str] = field(default_factory=list)
    edits: int = 0
    cases: int = 0


def check_folder(
    folder: Path,
    bench: Workbench,
    *,
    select: Collection[str] = (),
    on_problem: Callable[[str], None] = lambda _: None,
) -> FolderTest:
    """Test the edits of a folder, all of them or those that are selected, by their cases in ``cases/``.

    ``on_problem`` gets each problem when it is found.
    """
    result = FolderTest()
    own = [
        edit for edit in bench.rulebook.edits.values() if _is_in(edit, folder) and _is_wanted(edit.id, select)
    ]
    files = [path for path in case_files(folder / CASES) if _is_wanted(path.stem, select)]

    def note(problems: Iterator[str]) -> None:
        for problem in problems:
            result.problems.append(problem)
            on_problem(problem)

    for edit in own:
        result.edits += 1
        note(iter(problems_of_edit(edit)))
        if not (folder / CASES / f"{edit.id}.toml").is_file():
            note(iter([f"{edit.path}:1: {edit.id} has no cases: {folder / CASES / edit.id}.toml is missing"]))
    own_ids = {edit.id for edit in own}
    for path in files:
        try:
            cases = list(load_cases(path))
        except ConfigurationError as error:
            note(iter([str(error)]))
            continue
        titles = by_title(iter(cases))
        result.cases += len(titles)
        note(_of_file(path, cases, bench, own=path.stem in own_ids))
        for together in titles:
            note(iter(problems_of_case(together, bench)))
    return result


def problems_of_case(cases: tuple[Case, ...], bench: Workbench) -> list[str]:
    """Return what is wrong with one case in its loops, each with file and line."""
    first = cases[0]
    try:
        problems = check_cases(cases, bench)
    except (ConfigurationError, TableError) as error:
        problems = [f"{error}"]
    return [f"{first.path}:{first.line_number}: {first.title}: {problem}" for problem in problems]


def _of_file(path: Path, cases: list[Case], bench: Workbench, *, own: bool) -> Iterator[str]:
    """Yield what is wrong with a case file as a whole; only one of an own edit must be complete."""
    edit = cases[0].edit if cases else path.stem
    if path.stem != edit:
        yield f"{path}:1: the file has cases of {edit}, so its name must be {edit}.toml"
    if edit not in bench.rulebook.edits:
        yield f"{path}:1: no edit has the id {edit}"
    for kind in ("fires", "passes") if own else ():
        if not any(case.kind == kind for case in cases):
            yield f"{path}:1: {edit} needs at least one case [[{kind}]]"
    for name, count in Counter(str(case) for case in cases).items():
        if count > 1:
            yield f"{path}:1: {count} cases have the same name: {name}"


def _is_in(edit: Edit, folder: Path) -> bool:
    return Path(edit.path).resolve().is_relative_to(folder.resolve())


def _is_wanted(edit_id: str, select: Collection[str]) -> bool:
    return not select or edit_id in select or edit_id.partition("-")[0] in select
