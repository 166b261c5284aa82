"""The cases of the shipped edits, and the one workbench that all tests run them on."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from scrubber.casetest import case as casetest
from scrubber.casetest.case import Case
from scrubber.casetest.workbench import Workbench, import_invented

FOLDER = Path(__file__).parents[2] / "fixtures" / "837" / "cases"
_tables = tempfile.TemporaryDirectory(prefix="scrubber-tests-")


@cache
def bench() -> Workbench:
    """The shipped edits, loaded once."""
    return Workbench.of()


def case_files() -> list[Path]:
    """Every case file of a shipped edit."""
    return casetest.case_files(FOLDER)


def cases_of(path: Path) -> Iterator[Case]:
    """The cases of one file, each for every loop in which it is run."""
    return iter(_cases(path))


@cache
def _cases(path: Path) -> tuple[Case, ...]:
    return tuple(casetest.load_cases(path))


def base_case(pack: str, loop: str) -> Case:
    """The base claim as it is, with the invented tables: no edit fires on it."""
    return casetest.base_case(pack, loop, FOLDER)


def imported_tables(case: Case) -> Path | None:
    """The folder into which the tables that a case names are imported, or none."""
    return _imported(case.invented) if case.invented else None


@cache
def _imported(invented: Path) -> Path:
    """The folder with the tables of a folder ``_tables``, imported once for all cases that name it."""
    place = Path(_tables.name) / str(_imported.cache_info().currsize)
    place.mkdir()
    import_invented(invented, place)
    return place
