"""An injected drug in the shipped table: facts, each with its source and confidence."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct

from scrubber.tables.vintage import TableRow

_AMOUNT = re.compile(r"([0-9][0-9,]*(?:\.[0-9]+)?) ([A-Za-z]+)")


class Fact(NamedTuple):
    """One fact: name, value, the route or NDC it applies to (``when``; empty for all), source and confidence.

    ``confidence`` is high, medium or low; a fact without a source is unsupported.
    """

    name: str
    value: str
    when: str
    source: str
    confidence: str
    note: str

    @property
    def is_sure(self) -> bool:
        """True if the fact has a source and is not in doubt: only such facts may justify a rejection."""
        return bool(self.source) and self.confidence in ("high", "medium")


class DrugAmount(NamedTuple):
    """An amount of a drug, such as 250 mg."""

    number: Decimal
    unit: str

    @classmethod
    def parse(cls, text: str) -> DrugAmount | None:
        """Parse ``250 mg``; return ``None`` for anything else, such as the sum of two ingredients."""
        match = _AMOUNT.fullmatch(text)
        return cls(Decimal(match[1].replace(",", "")), match[2]) if match else None


class Drug(Struct, frozen=True, dict=True):
    """A drug by its HCPCS code. What no fact states is unknown, not denied.

    What is derived from the facts is cached: tables return the same drug for every line of a day.
    """

    code: str
    facts: tuple[Fact, ...]

    @classmethod
    def of(cls, row: TableRow) -> Drug:
        """Read a row."""
        return cls(row.key, tuple(Fact(*fact) for fact in json.loads(row.value)))

    @staticmethod
    def row(code: str, facts: Iterable[Fact]) -> TableRow:
        """Return the row to store. The code's own dates are facts, so that a wrong date can be explained."""
        return TableRow(code, date.min, date.max, json.dumps([list(fact) for fact in facts]))

    @cached_property
    def _by_name(self) -> dict[str, list[Fact]]:
        by_name: dict[str, list[Fact]] = {}
        for fact in self.facts:
            by_name.setdefault(fact.name, []).append(fact)
        return by_name

    def of_name(self, name: str) -> Sequence[Fact]:
        """Return all facts of this name."""
        return self._by_name.get(name, ())

    def first(self, name: str) -> str:
        """Return the value of the first fact of this name, or an empty string."""
        facts = self.of_name(name)
        return facts[0].value if facts else ""

    def day(self, name: str) -> date | None:
        """Return the value of a date fact: ``added``, ``terminated``."""
        text = self.first(name)
        return date.fromisoformat(text) if text else None

    @property
    def name(self) -> str:
        """The generic name."""
        return self.first("name")

    @cached_property
    def unit(self) -> DrugAmount | None:
        """How much one HCPCS unit is, if that is a single amount."""
        return DrugAmount.parse(self.first("unit") or self.first("unit_up_to"))

    @property
    def is_up_to(self) -> bool:
        """True if any dose up to the unit's amount is one unit."""
        return bool(self.first("unit_up_to"))

    @cached_property
    def routes(self) -> frozenset[str]:
        """Every route by which it is given, however rarely: IM, SC, IV, IA, IL, ID, ST, IT, IDT, IMP."""
        return frozenset(fact.value for fact in self.of_name("route"))

    @cached_property
    def sure_routes(self) -> frozenset[str]:
        """The routes that have a cited source."""
        return frozenset(fact.value for fact in self.of_name("route") if fact.is_sure)

    def container(self, ndc: str = "") -> str:
        """Return ``single-dose``, ``multi-dose``, ``mixed`` or empty, by package (NDC), else by drug."""
        sure = {fact.when: fact.value for fact in self.of_name("container") if fact.is_sure}
        return sure.get(ndc) or sure.get("", "")
