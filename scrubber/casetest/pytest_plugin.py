"""Collect the cases of a folder of edits in pytest: ``pytest --scrubber-edits our-edits``.

Each case is one item, run in both loops. Without the option this module does nothing, and imports nothing
but pytest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from scrubber.casetest.case import Case
    from scrubber.casetest.workbench import Workbench

_OPTION = "--scrubber-edits"
_CASES = "cases"
_IS_CASE_FILE = re.compile(r"^edit\s*=", re.MULTILINE)


class CasesError(Exception):
    """A case is not as its file says; the text has file and line."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.getgroup("scrubber").addoption(
        _OPTION,
        action="append",
        default=[],
        metavar="DIR",
        help="a folder of claim edits whose cases (DIR/cases/*.toml) are run as tests; may be given again",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Collect cases where a folder is given; its cases are run even where nobody names them as arguments."""
    folders = [Path(folder) for folder in config.getoption(_OPTION)]
    if not folders:
        return
    for folder in folders:
        if not (folder / _CASES).is_dir():
            raise pytest.UsageError(f"{_OPTION} {folder}: there is no folder {folder / _CASES}")
    config.pluginmanager.register(_Collector(folders), "scrubber-cases")
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        config.args += [str(folder / _CASES) for folder in folders]


class _Collector:
    """Knows the folders, and loads their edits when the first case is collected."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders
        self._cases = {(folder / _CASES).resolve() for folder in folders}
        self._bench: Workbench | None = None

    @property
    def bench(self) -> Workbench:
        """The shipped edits and those of the folders."""
        if self._bench is None:
            from scrubber.casetest.workbench import Workbench  # noqa: PLC0415 - only where there are cases

            self._bench = Workbench.of(self._folders)
        return self._bench

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        """Collect what looks like a case file of one of the folders."""
        if file_path.suffix != ".toml" or file_path.name.startswith("_"):
            return None
        if file_path.parent.resolve() not in self._cases:
            return None
        if not _IS_CASE_FILE.search(file_path.read_text(encoding="utf-8", errors="replace")):
            return None
        return CaseFile.of(self, file_path, parent)

    def pytest_unconfigure(self) -> None:
        """Remove the imported tables."""
        if self._bench:
            self._bench.close()


class CaseFile(pytest.File):
    """One case file."""

    collector: _Collector

    @classmethod
    def of(cls, collector: _Collector, path: Path, parent: pytest.Collector) -> CaseFile:
        """Make the node of a file."""
        node: CaseFile = cls.from_parent(parent, path=path)
        node.collector = collector
        return node

    def collect(self) -> Iterator[CaseItem]:
        """Yield an item for each case."""
        from scrubber.casetest.case import by_title, load_cases  # noqa: PLC0415 - only where there are cases
        from scrubber.errors import ScrubberError  # noqa: PLC0415 - likewise

        try:
            bench = self.collector.bench
            for cases in by_title(load_cases(self.path)):
                yield CaseItem.of(self, cases, bench)
        except ScrubberError as error:
            raise self.CollectError(str(error)) from error


class CaseItem(pytest.Item):
    """One case, in all its loops."""

    cases: tuple[Case, ...]
    bench: Workbench

    @classmethod
    def of(cls, parent: CaseFile, cases: tuple[Case, ...], bench: Workbench) -> CaseItem:
        """Make the node of a case."""
        node: CaseItem = cls.from_parent(parent, name=f"{cases[0].kind}: {cases[0].name}")
        node.cases, node.bench = cases, bench
        return node

    def runtest(self) -> None:
        """Evaluate it."""
        from scrubber.casetest.folder_test import problems_of_case  # noqa: PLC0415 - only where there are cases

        if problems := problems_of_case(self.cases, self.bench):
            raise CasesError("\n".join(problems))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:  # type: ignore[override]
        """Return the problems alone: where in this module they were raised helps nobody."""
        if isinstance(excinfo.value, CasesError):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the case is written."""
        return self.path, self.cases[0].line_number - 1, self.cases[0].title
