"""An injected drug as the shipped table knows it: facts, each with its source and how sure it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from scrubber.tables.vintage import TableRow

_AMOUNT = re.compile(r"([0-9][0-9,]*(?:\.[0-9]+)?) ([A-Za-z]+)")


class Fact(NamedTuple):
    """One fact: its name and value, for which route or NDC (``when``) if not for all, who says it, how sure.

    ``confidence`` is high, medium or low; a fact without source is nobody's word.
    """

    name: str
    value: str
    when: str
    source: str
    confidence: str
    note: str

    @property
    def is_sure(self) -> bool:
        """Whether somebody says it and it is not doubted: only on such facts may a rejection rest."""
        return bool(self.source) and self.confidence in ("high", "medium")


class DrugAmount(NamedTuple):
    """An amount of a drug, such as 250 mg."""

    number: Decimal
    unit: str

    @classmethod
    def parse(cls, text: str) -> DrugAmount | None:
        """Read ``250 mg``; ``None`` for anything else, such as the sum of two ingredients."""
        match = _AMOUNT.fullmatch(text)
        return cls(Decimal(match[1].replace(",", "")), match[2]) if match else None


@dataclass(frozen=True)
class Drug:
    """A drug by its HCPCS code. What no fact says is unknown, not denied.

    What is worked out of the facts is kept: tables hand out the same drug for every line of a day.
    """

    code: str
    facts: tuple[Fact, ...]

    @classmethod
    def of(cls, row: TableRow) -> Drug:
        """Read a row."""
        return cls(row.key, tuple(Fact(*fact) for fact in json.loads(row.value)))

    @staticmethod
    def row(code: str, facts: Iterable[Fact]) -> TableRow:
        """Write a row. The code's own dates are facts, so that a wrong date can be explained."""
        return TableRow(code, date.min, date.max, json.dumps([list(fact) for fact in facts]))

    @cached_property
    def _by_name(self) -> dict[str, list[Fact]]:
        by_name: dict[str, list[Fact]] = {}
        for fact in self.facts:
            by_name.setdefault(fact.name, []).append(fact)
        return by_name

    def of_name(self, name: str) -> Sequence[Fact]:
        """All facts of this name."""
        return self._by_name.get(name, ())

    def first(self, name: str) -> str:
        """The value of the first fact of this name, or an empty text."""
        facts = self.of_name(name)
        return facts[0].value if facts else ""

    def day(self, name: str) -> date | None:
        """The value of a fact that is a date: ``added``, ``terminated``."""
        text = self.first(name)
        return date.fromisoformat(text) if text else None

    @property
    def name(self) -> str:
        """The generic name."""
        return self.first("name")

    @cached_property
    def unit(self) -> DrugAmount | None:
        """How much one HCPCS unit is, where that is one amount."""
        return DrugAmount.parse(self.first("unit") or self.first("unit_up_to"))

    @property
    def is_up_to(self) -> bool:
        """Whether any dose up to the unit's amount is one unit."""
        return bool(self.first("unit_up_to"))

    @cached_property
    def routes(self) -> frozenset[str]:
        """Every route by which it is given, however rarely: IM, SC, IV, IA, IL, ID, ST, IT, IDT, IMP."""
        return frozenset(fact.value for fact in self.of_name("route"))

    @cached_property
    def sure_routes(self) -> frozenset[str]:
        """The routes for which somebody is cited."""
        return frozenset(fact.value for fact in self.of_name("route") if fact.is_sure)

    def container(self, ndc: str = "") -> str:
        """``single-dose``, ``multi-dose``, ``mixed``, or empty: of the package (NDC), else of the drug."""
        sure = {fact.when: fact.value for fact in self.of_name("container") if fact.is_sure}
        return sure.get(ndc) or sure.get("", "")
