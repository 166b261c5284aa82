"""The records of the tables as values: one class for each kind, with its conversion to and from a row.

Nothing here has a description of a proprietary code (CPT belongs to the AMA).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from scrubber.tables.vintage import TableRow


class DiagnosisCode(NamedTuple):
    """An ICD-10-CM code without its dot, and the days on which it may be used, as far as the list has them.

    A category (header) code is not billable: it is too short.
    """

    code: str
    billable: bool
    first: date = date.min
    last: date = date.max

    @classmethod
    def of(cls, row: TableRow) -> DiagnosisCode:
        """Read a row."""
        return cls(row.key, row.value == "1", row.first, row.last)


class ProcedureCode(NamedTuple):
    """A HCPCS level II code or modifier and the days on which it may be used.

    ``coverage`` is Medicare's coverage code: C (carrier judgment), D (special instructions), I (not payable),
    M (not covered), S (excluded by statute) and others.
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
    """A medically unlikely edit (MUE): the most units of a code for one patient, provider and day.

    ``indicator`` is the MAI: 1 applies to each line, 2 and 3 to the date of service; empty if not published.
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
    """An NCCI PTP edit: the column 2 code is bundled into the column 1 code.

    ``modifier`` is the modifier indicator: 0 never separately payable, 1 separately payable with an
    NCCI-associated modifier, 9 the edit is not in effect.
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
    """A package (11-digit NDC) and the HCPCS code under which Medicare prices it.

    ``dosage`` is the amount of one HCPCS unit as published (``1000 MCG``); ``size`` is the amount in one item
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
        """Return the value of the row."""
        numbers = (self.size, self.items, self.units, self.package_units)
        texts = ("" if number is None else str(number) for number in numbers)
        return "|".join((self.procedure, self.dosage.replace("|", " "), *texts))


class DrugPackage(NamedTuple):
    """A package in the FDA's NDC directory, with the directory's entry for its product.

    ``routes`` and ``form`` are the FDA's terms (``INTRAMUSCULAR``, ``INJECTION, SOLUTION``); strengths are
    per ``unit`` (``30``, ``mg/mL``), one for each active ingredient. The row's days are the marketing dates.
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
        """Return the value of the row."""
        return json.dumps(self[1:9], ensure_ascii=False, separators=(",", ":"))


class CoverageArticle(NamedTuple):
    """A MAC's article on the coverage of a procedure.

    ``roles`` maps each listed diagnosis (no dot) to its role: ``covered``, ``covered-primary``,
    ``covered-secondary`` (needs a primary one), ``covered-together`` (all are needed), ``noncovered``.
    ``asterisked`` diagnoses have a condition in the text that no list shows. ``states`` are those of the
    MAC's jurisdiction; empty if unknown. ``is_whole`` is False if the article has ranges or text that the
    lists do not show, so that a missing diagnosis proves nothing.
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
        """Return the value of the row."""
        record = self._asdict()
        for name in ("states", "procedures", "asterisked"):
            record[name] = sorted(record[name])
        return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class PlaceOfService(NamedTuple):
    """A CMS place of service; ``facility`` is True if the fee schedule's facility rate applies there."""

    code: str
    name: str
    facility: bool

    @classmethod
    def of(cls, row: TableRow) -> PlaceOfService:
        """Read a row."""
        facility, _, name = row.value.partition(" ")
        return cls(row.key, name, facility == "yes")


class Listed(NamedTuple):
    """A code on a list, its first and last day, and a note in the project's own words."""

    code: str
    first: date
    last: date
    note: str

    @classmethod
    def of(cls, row: TableRow) -> Listed:
        """Read a row."""
        return cls(row.key, row.first, row.last, row.value)
