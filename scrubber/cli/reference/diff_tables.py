"""What other tables would change on claims: the same claims are evaluated with both, and compared."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from scrubber.api import scrub_iter
from scrubber.engine.finding import Finding
from scrubber.engine.policy import Policy
from scrubber.errors import TableError
from scrubber.report.model import ClaimReport
from scrubber.tables import CoveredDays, Tables
from scrubber.tables.lock import is_lock, locked
from scrubber.tables.vintage import Vintage

ANY_DAY = CoveredDays(date.min, date.max)


class Change(NamedTuple):
    """What differs on a claim: its verdicts, and in ``lines`` what came and went."""

    file: str
    claim: str
    charge: str
    before: str
    after: str
    lines: tuple[str, ...]

    @property
    def is_turned(self) -> bool:
        """True if the verdict is another one."""
        return self.before != self.after


def tables_for(name: str, now: Sequence[Vintage], folder: Path) -> Tables:
    """Return the tables that an argument means.

    A folder of tables is used in place of the imported ones, a lock file restricts them. An imported release
    (``mue-medicare@2026-07-01``) or an official file is taken as the only one of its table, for services of
    any day: so it can be tried on claims that were before it. Raise TableError.
    """
    path = Path(name)
    if path.is_dir():
        from scrubber.tables.store import stored_vintages  # noqa: PLC0415 - SQLite is only needed for this

        shipped = (vintage for vintage in now if not vintage.imported)
        return Tables((*shipped, *stored_vintages(path)))
    if path.is_file():
        return Tables(locked(now, path)) if is_lock(path) else _alone(_of_file(path, folder), now)
    table, _, label = name.partition("@")
    found = [v for v in now if (v.about.table, v.about.label) == (table, label)]
    if not found:
        raise TableError(f"{name}: not a folder, a file, or a release such as mue-medicare@2026-07-01")
    # The imported one counts, as it does in a run.
    return _alone([max(found, key=lambda vintage: vintage.imported)], now)


def _of_file(path: Path, folder: Path) -> list[Vintage]:
    from scrubber.tables.folder_import import import_all  # noqa: PLC0415 - only for a file
    from scrubber.tables.store import stored_vintages  # noqa: PLC0415 - likewise

    place = Path(tempfile.mkdtemp(dir=folder))
    for outcome in import_all([path], place):
        if outcome.problem:
            raise TableError(f"{path}: {outcome.problem}")
    return stored_vintages(place)


def _alone(releases: Iterable[Vintage], now: Iterable[Vintage]) -> Tables:
    """Return the tables with these releases in place of all others of their tables, for any day."""
    stretched = [
        Vintage(
            replace(release.about, covers=ANY_DAY, history=date.min, published=date.min),
            release.rows,
            imported=True,
        )
        for release in releases
    ]
    replaced = {vintage.about.table for vintage in stretched}
    return Tables([*(vintage for vintage in now if vintage.about.table not in replaced), *stretched])


def changes(files: Iterable[Path], old: Policy, new: Policy) -> Iterator[Change | None]:
    """Yield for each claim what the new tables would change, ``None`` where nothing."""
    for path in files:
        with scrub_iter(path, policy=old) as before, scrub_iter(path, policy=new) as after:
            for one, other in zip_longest(before, after):
                lines = tuple(_lines(one, other))
                changed = lines or one.verdict != other.verdict
                yield (
                    Change(path.name, one.control_number, one.charge, one.verdict, other.verdict, lines)
                    if changed
                    else None
                )


def _lines(before: ClaimReport, after: ClaimReport) -> Iterator[str]:
    """Yield what went (-) and what came (+), findings first."""
    gone, come = _findings(before), _findings(after)
    yield from (f"- {text}" for text in gone if text not in come)
    yield from (f"+ {text}" for text in come if text not in gone)
    unchecked = [{entry.edit for entry in claim.unchecked} for claim in (before, after)]
    yield from (f"- {edit} not checked" for edit in sorted(unchecked[0] - unchecked[1]))
    yield from (f"+ {edit} not checked" for edit in sorted(unchecked[1] - unchecked[0]))


def _findings(claim: ClaimReport) -> list[str]:
    return [_text(finding) for finding in claim.findings]


def _text(finding: Finding) -> str:
    return f"{finding.edit} {finding.severity}: {finding.message}"
