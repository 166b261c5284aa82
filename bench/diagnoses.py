"""Real ICD-10-CM codes for invented claims: billable on a day, for everyone, and allowed in every position.

They are read from the shipped table only, so that what is imported on a machine does not change a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache

from scrubber.engine.loading.discovery import shipped_folder
from scrubber.tables import Lookups, Tables
from scrubber.tables.rows import DiagnosisRule
from scrubber.tables.shipped import shipped_vintages

# Categories of an office practice, both ends included. Left out: external causes, injuries and pregnancy.
_CATEGORIES = (
    ("D50", "D53"), ("D55", "D62"), ("D64", "D71"), ("E00", "E07"), ("E09", "E13"), ("E15", "E16"),
    ("E50", "E61"), ("E63", "E87"), ("F10", "F51"), ("G20", "G25"), ("G30", "G31"), ("G43", "G45"),
    ("G50", "G52"), ("G56", "G58"), ("I10", "I16"), ("I20", "I28"), ("I33", "I38"), ("I44", "I51"),
    ("I60", "I67"), ("I69", "I78"), ("I80", "I89"), ("J00", "J16"), ("J18", "J83"), ("J85", "J90"),
    ("K20", "K22"), ("K25", "K66"), ("K70", "K76"), ("L01", "L13"), ("L20", "L44"), ("L50", "L53"),
    ("L55", "L60"), ("L63", "L85"), ("M02", "M13"), ("M15", "M35"), ("M40", "M48"), ("M50", "M62"),
    ("M65", "M89"), ("N10", "N15"), ("N17", "N21"), ("N25", "N28"), ("N30", "N32"), ("N34", "N36"),
    ("N39", "N39"), ("R00", "R46"), ("R51", "R69"),
)  # fmt: skip
_SCALES = ("R297", "R402")  # of stroke and coma: never listed first
_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@cache
def billable(day: date) -> tuple[str, ...]:
    """Return all billable codes of an office practice on the day that any patient may have, in order."""
    tables = _shipped()
    found: list[str] = []
    for first, last in _CATEGORIES:
        for number in range(int(first[1:]), int(last[1:]) + 1):
            found += _below(tables, f"{first[0]}{number:02d}", day)
    return tuple(code for code in found if not code.startswith(_SCALES) and _is_for_all(tables, code, day))


@cache
def _shipped() -> Tables:
    return Tables(shipped_vintages(shipped_folder() / "tables"))


def _is_for_all(tables: Tables, code: str, day: date) -> bool:
    rule = tables.diagnosis_rules.on(code, day).value
    return rule is None or rule == DiagnosisRule(code, side=rule.side, family=rule.family)


def compatible(codes: Iterable[str], day: date) -> list[str]:
    """Return the codes without those that contradict one before them: Excludes1, code first, or its side."""
    kept: list[str] = []
    for code in codes:
        if not any(other != code and _is_conflict(code, other, day) for other in kept):
            kept.append(code)
    return kept


@cache
def _is_conflict(one: str, two: str, day: date) -> bool:
    rules = (_shipped().diagnosis_rules.on(code, day).value for code in (one, two))
    sides = {(rule.family, rule.side) for rule in rules if rule}
    if len({family for family, _ in sides}) == 1 and "B" in {side for _, side in sides}:
        return True
    lookups = Lookups(_shipped())
    pairs = ((one, two), (two, one))
    return any(
        note.names(other) for code, other in pairs for note in lookups.diagnosis_notes(code, day).records
    )


def _below(tables: Tables, prefix: str, day: date) -> Iterator[str]:
    """Yield the billable codes that begin with a code: itself, or those below a header."""
    code = tables.icd10cm.on(prefix, day).value
    if code is not None and code.billable:
        yield prefix
    elif code is not None and len(prefix) < 7:
        for sign in _SIGNS:
            yield from _below(tables, prefix + sign, day)
