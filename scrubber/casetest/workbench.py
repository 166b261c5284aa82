"""Run cases: evaluate the input of a case by all edits in force, and catch an edit that raises."""

from __future__ import annotations

import tempfile
import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, Self

from scrubber.api import scrub
from scrubber.casetest.case import Case
from scrubber.engine.context import Context
from scrubber.engine.edit import Check, Edit
from scrubber.engine.finding import CheckResult, Finding, UncheckedEdit
from scrubber.engine.history import NO_HISTORY
from scrubber.engine.loading.discovery import edit_folders, load_rulebook, shipped_folder
from scrubber.engine.policy import Fixes, Policy
from scrubber.engine.rulebook import Rulebook
from scrubber.errors import ConfigurationError, TableError
from scrubber.report.model import FileReport
from scrubber.tables import Tables, open_tables

TABLES_FROM = date(2026, 4, 1)
"""From when the invented tables of a folder of cases hold."""


class EditTraceback(NamedTuple):
    """An edit that raised: what, and where."""

    edit: str
    what: str


@dataclass(frozen=True, slots=True)
class CaseRun:
    """What came out for one case: the report, and which edits raised."""

    file: FileReport
    failures: tuple[EditTraceback, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, those of envelopes first."""
        return (*self.file.findings, *(found for claim in self.file.claims for found in claim.findings))

    @property
    def unchecked(self) -> tuple[UncheckedEdit, ...]:
        """All that was not checked."""
        return tuple(entry for claim in self.file.claims for entry in claim.unchecked)


_OF_A_QUARTER = frozenset({"asp", "hcpcs", "single-dose"})


@dataclass(slots=True)
class Workbench:
    """The edits and packs in force: shipped, installed and those of a user's folders, loaded once.

    Cases know the shipped tables and those that they name, whatever the user has imported; but not the
    shipped lists that are replaced each quarter, with which what is right of a case would change. Make one
    with `Workbench.of`, and `close` it, or use it in a ``with``.
    """

    rulebook: Rulebook
    folders: tuple[Path, ...]
    _failures: list[EditTraceback] = field(default_factory=list)
    _runs: dict[Case, CaseRun] = field(default_factory=dict)
    _tables: dict[Path | None, Tables] = field(default_factory=dict)
    _place: tempfile.TemporaryDirectory[str] = field(
        default_factory=lambda: tempfile.TemporaryDirectory(prefix="scrubber-cases-")
    )

    @classmethod
    def of(cls, folders: Iterable[Path] = ()) -> Workbench:
        """Load the shipped edits and those of these folders. Raise ConfigurationError, TableError."""
        given = tuple(folders)
        paths = tuple(folder.path.resolve() for folder in edit_folders(given))
        return cls(load_rulebook(given), paths)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def __post_init__(self) -> None:
        """Watch every edit, so that one that raises is reported with its place."""
        book = self.rulebook
        edits = {edit.id: self._watched(edit) for edit in book.edits.values()}
        self.rulebook = Rulebook(edits, book.packs, book.sources, book.codes, book.codes_vintage)

    def close(self) -> None:
        """Remove the imported tables."""
        self._place.cleanup()

    def run(self, case: Case) -> CaseRun:
        """Evaluate the input of a case and fix nothing. Raise ConfigurationError, TableError."""
        if case not in self._runs:
            self._runs[case] = self.evaluate(case, case.raw)
        return self._runs[case]

    def evaluate(self, case: Case, raw: bytes, fix: Sequence[str] = ()) -> CaseRun:
        """Evaluate an input as one of a case, with these fixes.

        What the case says was received before counts for the input of the case itself only.
        """
        self._failures.clear()
        history = case.history if raw is case.raw else NO_HISTORY
        report = scrub(raw, policy=self.policy(case, fix), history=history)
        return CaseRun(report.files[0], tuple(dict.fromkeys(self._failures)))

    def clean_file(self, case: Case) -> bytes:
        """Return the clean file of a case after its fixes; empty where there is none."""
        with tempfile.TemporaryDirectory(prefix="scrubber-case-") as folder:
            scrub(case.raw, folder, policy=self.policy(case, case.fix))
            clean = Path(folder) / "input.clean.837"
            return clean.read_bytes() if clean.exists() else b""

    def fixed(self, case: Case, fix: Sequence[str]) -> bytes:
        """Return the 837 that these fixes make of a case's input, whether it is then clean or held."""
        with tempfile.TemporaryDirectory(prefix="scrubber-case-") as folder:
            scrub(case.raw, folder, policy=self.policy(case, fix), history=case.history)
            return b"".join(path.read_bytes() for path in sorted(Path(folder).glob("*.837")))

    def policy(self, case: Case, fix: Sequence[str] = ()) -> Policy:
        """Return what decides about a case."""
        if case.judged_by:
            self.rulebook.chain(case.judged_by)
        return Policy(
            rulebook=self.rulebook,
            tables=self.tables(case.invented),
            as_of=case.as_of,
            pack=case.judged_by,
            fixes=Fixes("safe" in fix, frozenset(fix) - {"safe"}),
        )

    def tables(self, invented: Path | None) -> Tables:
        """Return the shipped tables, with those of a folder ``_tables`` imported the first time."""
        if invented not in self._tables:
            place = self.imported(invented)
            tables = open_tables(shipped_folder() / "tables", place)
            lasting = (
                vintage
                for vintage in tables.vintages
                if vintage.imported or vintage.about.kind not in _OF_A_QUARTER
            )
            self._tables[invented] = Tables(lasting)
        return self._tables[invented]

    def imported(self, invented: Path | None) -> Path:
        """Return a folder of imported tables: empty, or with those of a folder ``_tables``."""
        place = Path(self._place.name) / str(len(self._tables))
        place.mkdir(exist_ok=True)
        if invented is not None:
            import_invented(invented, place)
        return place

    def _watched(self, edit: Edit) -> Edit:
        checks = {subject: self._watch(edit, check) for subject, check in edit.checks.items()}
        return replace(edit, checks=checks)

    def _watch(self, edit: Edit, check: Check) -> Check:
        def watched(subject: Any, context: Context) -> Iterator[CheckResult]:  # noqa: ANN401 - of any edit
            try:
                yield from check(subject, context)
            except TableError:
                raise
            except Exception as error:
                self._failures.append(EditTraceback(edit.id, self._described(error)))
                raise

        return watched

    def _described(self, error: Exception) -> str:
        """Return an error in one line, with the last place in a folder of edits that it went through."""
        frames = traceback.extract_tb(error.__traceback__)[1:]  # the first is the watching itself
        own = [frame for frame in frames if self._is_of_edits(Path(frame.filename))]
        at = (own or frames)[-1]
        return f"{type(error).__name__}: {error} ({at.filename}:{at.lineno}: `{at.line}`)"

    def _is_of_edits(self, path: Path) -> bool:
        return any(path.resolve().is_relative_to(folder) for folder in self.folders)


def import_invented(invented: Path, place: Path) -> None:
    """Import the files of a folder ``_tables``, which has a subfolder for each kind.

    Raise ConfigurationError, TableError.
    """
    from scrubber.tables.importing import files_of, import_files  # noqa: PLC0415 - few cases need it
    from scrubber.tables.official import KINDS  # noqa: PLC0415 - likewise
    from scrubber.tables.official.release import ImportOptions  # noqa: PLC0415 - likewise

    if not invented.is_dir():
        raise ConfigurationError(f"{invented}: no such folder, which a case with `tables = true` needs")
    for folder in sorted(path for path in invented.iterdir() if path.is_dir()):
        if folder.name not in KINDS:
            raise ConfigurationError(f"{folder}: no kind of table is called so; there are {', '.join(KINDS)}")
        kind = KINDS[folder.name]
        files = files_of(kind, sorted(folder.iterdir()))
        import_files(kind, files, place, ImportOptions(effective=TABLES_FROM), partial=False)
