"""One vintage of a table: its description, the days it answers for, and its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, NamedTuple

from msgspec import Struct, structs

from scrubber.tables.answer import CoveredDays, VintageName


class TableRow(NamedTuple):
    """One row of any table: its key, the days on which it is in effect, and its value as stored."""

    key: str
    first: date
    last: date
    value: str


RowSource = Callable[[str], Iterable[TableRow]]
"""Return all rows of a key. Called once per key and run, since the result is cached."""


class VintageInfo(Struct, frozen=True):
    """The description of a vintage, without its rows.

    ``label`` identifies it among its table's vintages (``FY2026``, ``2026-10-01``). ``published`` is the day
    from which it was in force: if several cover a day, the one in force on it answers. ``covers`` are the
    days for which it can tell that something is absent; ``history`` is the first day for which its rows are
    reliable at all (rows carry their own dates). ``complete`` is False if it has only a part of the official
    table: then nothing is absent, only unknown. ``published_by`` and ``files`` name the publisher and the
    files it was read from.
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
        """The table's name: its kind, and the program if the kind has several."""
        return f"{self.kind}-{self.program}" if self.program else self.kind

    @property
    def name(self) -> VintageName:
        """Its name as reports print it."""
        return VintageName(self.table, self.label, self.sha256)

    def to_record(self) -> dict[str, str]:
        """Return the description as strings, for storing."""
        record = {key: str(value) for key, value in structs.asdict(self).items() if key != "covers"}
        return record | {"covers_first": str(self.covers.first), "covers_last": str(self.covers.last)}

    @classmethod
    def from_record(cls, record: dict[str, str]) -> VintageInfo:
        """Parse the result of `to_record`. Raise KeyError and ValueError for anything else."""
        values: dict[str, Any] = {name: record[name] for name in cls.__struct_fields__ if name != "covers"}
        values["published"] = date.fromisoformat(record["published"])
        values["history"] = date.fromisoformat(record["history"])
        values["complete"] = record["complete"] == "True"
        values["rows"] = int(record["rows"])
        first, last = date.fromisoformat(record["covers_first"]), date.fromisoformat(record["covers_last"])
        return cls(covers=CoveredDays(first, last), **values)


class Vintage:
    """A vintage with its rows. The rows of queried keys are cached, up to a limit."""

    _REMEMBERED = 100_000

    def __init__(self, about: VintageInfo, rows: RowSource, *, imported: bool) -> None:
        self.about = about
        self.name = about.name
        self.imported = imported
        self._source = rows
        self._known: dict[str, tuple[TableRow, ...]] = {}

    def rows(self, key: str) -> tuple[TableRow, ...]:
        """Return all rows of the key, whatever their dates."""
        rows = self._known.get(key)
        if rows is None:
            rows = tuple(self._source(key))
            if len(self._known) >= self._REMEMBERED:  # a junk file must not fill the memory
                self._known.clear()
            self._known[key] = rows
        return rows
