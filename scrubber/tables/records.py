"""What the tables hold, as values: one class a kind, each knowing how it is written in a row.

Nothing here has a code's description where that belongs to somebody (CPT to the AMA).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from scrubber.tables.vintage import TableRow


class DiagnosisCode(NamedTuple):
    """An ICD-10-CM code without its dot. A header (not billable) needs more characters."""

    code: str
    billable: bool

    @classmethod
    def of(cls, row: TableRow) -> DiagnosisCode:
        """Read a row."""
        return cls(row.key, row.value == "1")


class ProcedureCode(NamedTuple):
    """A HCPCS level II code or modifier, and the days on which it may be used.

    ``coverage`` is Medicare's coverage code: C (contractor decides), D (special instructions), I (not
    payable), M (not covered), S (excluded by statute) and others.
    """

    code: str
    added: date
    terminated: date
    coverage: str

    @classmethod
    def of(cls, row: TableRow) -> ProcedureCode:
        """Read a row."""
        return cls(row.key, row.first, row.last, row.value)


class UnitLimit(NamedTuple):
    """A medically unlikely edit: the most units of a code for one patient, provider and day.

    ``indicator`` (MAI): 1 counts each line by itself, 2 and 3 the day; empty where it is not published.
    """

    code: str
    limit: int
    indicator: str

    @classmethod
    def of(cls, row: TableRow) -> UnitLimit:
        """Read a row."""
        limit, _, indicator = row.value.partition(" ")
        return cls(row.key, int(limit), indicator)


class CodePair(NamedTuple):
    """An NCCI pair: the column two code is not paid beside the column one code.

    ``modifier``: 0 never, 1 unless a modifier says that it was separate, 9 the pair is of no effect.
    """

    column_one: str
    column_two: str
    effective: date
    deleted: date
    modifier: str

    @classmethod
    def of(cls, row: TableRow) -> CodePair:
        """Read a row."""
        one, _, two = row.key.partition(" ")
        return cls(one, two, row.first, row.last, row.value)


class PricedDrug(NamedTuple):
    """A package (NDC, eleven digits) and the HCPCS code that Medicare prices it under.

    ``dosage`` is the amount in one HCPCS unit as published (``1000 MCG``); ``size`` the amount in one item
    (mL, or 1 for a dry vial), ``items`` the items in a package, ``units`` the HCPCS units in one item and
    ``package_units`` those in a package; they may be fractions.
    """

    ndc: str
    procedure: str
    dosage: str
    size: Decimal | None
    items: Decimal | None
    units: Decimal | None
    package_units: Decimal | None

    @classmethod
    def of(cls, row: TableRow) -> PricedDrug:
        """Read a row."""
        procedure, dosage, *numbers = row.value.split("|")
        size, items, units, package_units = (Decimal(text) if text else None for text in numbers)
        return cls(row.key, procedure, dosage, size, items, units, package_units)

    def to_value(self) -> str:
        """The row's text."""
        numbers = (self.size, self.items, self.units, self.package_units)
        texts = ("" if number is None else str(number) for number in numbers)
        return "|".join((self.procedure, self.dosage.replace("|", " "), *texts))


class DrugPackage(NamedTuple):
    """A package of the FDA's NDC directory, with what it says of the product in it.

    ``routes`` and ``form`` are the FDA's words (``INTRAMUSCULAR``, ``INJECTION, SOLUTION``); strengths are
    per ``unit`` (``30``, ``mg/mL``), one for each active ingredient. The row's days are those of marketing.
    """

    ndc: str
    name: str
    ingredients: str
    form: str
    routes: tuple[str, ...]
    strengths: tuple[str, ...]
    units: tuple[str, ...]
    package: str
    excluded: bool
    marketed_from: date
    marketed_to: date

    @classmethod
    def of(cls, row: TableRow) -> DrugPackage:
        """Read a row."""
        name, ingredients, form, routes, strengths, units, package, excluded = json.loads(row.value)
        return cls(
            row.key, name, ingredients, form, tuple(routes), tuple(strengths), tuple(units), package,
            excluded, row.first, row.last,
        )  # fmt: skip

    def to_value(self) -> str:
        """The row's text."""
        return json.dumps(self[1:9], ensure_ascii=False, separators=(",", ":"))


class CoverageArticle(NamedTuple):
    """A Medicare contractor's article on when a procedure is covered.

    ``roles`` gives each listed diagnosis (no dot) its part: ``covered``, ``covered-primary``,
    ``covered-secondary`` (needs a primary one), ``covered-together`` (all are needed), ``noncovered``.
    ``asterisked`` diagnoses have a condition in words that no list shows. ``states`` are where the
    contractor decides; empty where that is not known. ``is_whole`` is false where the article has ranges
    or text that the lists do not show, so that a missing diagnosis proves nothing.
    """

    article: str
    version: str
    contractor: str
    states: frozenset[str]
    procedures: frozenset[str]
    roles: Mapping[str, str]
    asterisked: frozenset[str]
    is_whole: bool

    @classmethod
    def of(cls, row: TableRow) -> CoverageArticle:
        """Read a row."""
        record: dict[str, Any] = json.loads(row.value)
        return cls(
            article=record["article"],
            version=record["version"],
            contractor=record["contractor"],
            states=frozenset(record["states"]),
            procedures=frozenset(record["procedures"]),
            roles=record["roles"],
            asterisked=frozenset(record["asterisked"]),
            is_whole=record["is_whole"],
        )

    def to_value(self) -> str:
        """The row's text."""
        record = self._asdict()
        for name in ("states", "procedures", "asterisked"):
            record[name] = sorted(record[name])
        return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class PlaceOfService(NamedTuple):
    """A CMS place of service; ``facility`` says at which rate the fee schedule pays there."""

    code: str
    name: str
    facility: bool

    @classmethod
    def of(cls, row: TableRow) -> PlaceOfService:
        """Read a row."""
        facility, _, name = row.value.partition(" ")
        return cls(row.key, name, facility == "yes")


class Listed(NamedTuple):
    """A code that a list holds, from when until when, and what it is, in our words."""

    code: str
    first: date
    last: date
    note: str

    @classmethod
    def of(cls, row: TableRow) -> Listed:
        """Read a row."""
        return cls(row.key, row.first, row.last, row.value)
