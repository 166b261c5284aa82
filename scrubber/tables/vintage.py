"""One vintage of a table: what it is, which days it speaks for, and its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, NamedTuple

from scrubber.tables.answer import CoveredDays, VintageName


class TableRow(NamedTuple):
    """One row of any table: its key, the days on which it holds, and its text for the kind to read."""

    key: str
    first: date
    last: date
    value: str


RowSource = Callable[[str], Iterable[TableRow]]
"""Gives all rows of a key. Called once a key and run: what it gave is remembered."""


@dataclass(frozen=True, slots=True)
class VintageInfo:
    """What is known of a vintage besides its rows.

    ``label`` names it among its table's vintages (``FY2026``, ``2026-10-01``). ``published`` is the day from
    which it was the one in force: of several that cover a day, the one in force on it answers. ``covers``
    are the days for which it can say that something is absent; ``history`` is the first day for which
    its rows can be believed at all (rows carry their own dates). ``complete`` is false where it holds only
    a part of the official table: then nothing is absent, only unknown. ``published_by`` and ``files`` say
    whose data it is and from which files it was read.
    """

    kind: str
    program: str
    label: str
    published: date
    covers: CoveredDays
    history: date
    complete: bool
    rows: int
    sha256: str
    published_by: str = ""
    files: str = ""

    @property
    def table(self) -> str:
        """The table's name: its kind, and the program where one kind has several."""
        return f"{self.kind}-{self.program}" if self.program else self.kind

    @property
    def name(self) -> VintageName:
        """As reports print it."""
        return VintageName(self.table, self.label, self.sha256)

    def to_record(self) -> dict[str, str]:
        """All of it as texts, for storing."""
        record = {key: str(value) for key, value in asdict(self).items() if key != "covers"}
        return record | {"covers_first": str(self.covers.first), "covers_last": str(self.covers.last)}

    @classmethod
    def from_record(cls, record: dict[str, str]) -> VintageInfo:
        """The reverse of `to_record`. Raises KeyError and ValueError for anything else."""
        values: dict[str, Any] = {
            field.name: record[field.name] for field in fields(cls) if field.name != "covers"
        }
        values["published"] = date.fromisoformat(record["published"])
        values["history"] = date.fromisoformat(record["history"])
        values["complete"] = record["complete"] == "True"
        values["rows"] = int(record["rows"])
        first, last = date.fromisoformat(record["covers_first"]), date.fromisoformat(record["covers_last"])
        return cls(covers=CoveredDays(first, last), **values)


class Vintage:
    """A vintage with its rows. Rows of a key that was asked for are kept, up to a limit."""

    _REMEMBERED = 100_000

    def __init__(self, about: VintageInfo, rows: RowSource, *, imported: bool) -> None:
        self.about = about
        self.name = about.name
        self.imported = imported
        self._source = rows
        self._known: dict[str, tuple[TableRow, ...]] = {}

    def rows(self, key: str) -> tuple[TableRow, ...]:
        """All rows of the key, whatever their dates."""
        rows = self._known.get(key)
        if rows is None:
            rows = tuple(self._source(key))
            if len(self._known) >= self._REMEMBERED:  # a file of nonsense must not fill the memory
                self._known.clear()
            self._known[key] = rows
        return rows
