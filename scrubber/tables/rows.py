"""The records of the tables as values: one class for each kind, with its conversion to and from a row.

Nothing here has a description of a proprietary code (CPT belongs to the AMA).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from scrubber.claim.signs import is_among
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


class DiagnosisRule(NamedTuple):
    """What holds for a diagnosis besides being billable.

    ``sex`` is F, M or empty for both; ``youngest`` and ``oldest`` are years of age. A manifestation is never
    listed first. ``side`` is R, L, B (bilateral), U (unspecified although there are codes with a side) or
    empty; codes of one ``family`` differ by their side only.
    """

    code: str
    sex: str = ""
    youngest: int = 0
    oldest: int = 124
    is_manifestation: bool = False
    side: str = ""
    family: int = 0

    @classmethod
    def of(cls, row: TableRow) -> DiagnosisRule:
        """Read a row."""
        sex, youngest, oldest, manifestation, side, family = row.value.split("|")
        return cls(row.key, sex, int(youngest), int(oldest), manifestation == "1", side, int(family))

    def to_value(self) -> str:
        """Return the value of the row."""
        ages = f"{self.youngest}|{self.oldest}"
        return f"{self.sex}|{ages}|{int(self.is_manifestation)}|{self.side}|{self.family}"


class DiagnosisNote(NamedTuple):
    """A note of the ICD-10-CM tabular list at a code, for all codes that begin with it.

    ``kind`` is excludes1 (none of the targets is reported with it) or code-first (a target is sequenced
    before it). A target is the beginning of codes, or a range of such (``A150-A199``).
    """

    code: str
    kind: str
    targets: tuple[str, ...]

    @classmethod
    def of(cls, row: TableRow) -> DiagnosisNote:
        """Read a row."""
        kind, *targets = row.value.split(" ")
        return cls(row.key, kind, tuple(targets))

    def to_value(self) -> str:
        """Return the value of the row."""
        return " ".join((self.kind, *self.targets))

    def names(self, code: str) -> bool:
        """Return True if a code is among the targets, and not itself a code that the note is about."""
        return not code.startswith(self.code) and is_among(code, self.targets)


class Indications(NamedTuple):
    """What a drug or service is given for: the first characters of its diagnoses, and ages.

    ``youngest`` is the lowest age of any use. With a ``program`` (medicare), the list applies there only.
    ``basis`` names the coverage rule, or is labeling; ``note`` is the use in the project's own words.
    """

    code: str
    diagnoses: tuple[str, ...]
    youngest: int
    program: str
    basis: str
    note: str

    @classmethod
    def of(cls, row: TableRow) -> Indications:
        """Read a row."""
        diagnoses, youngest, program, basis, note = row.value.split("|")
        return cls(row.key, tuple(diagnoses.split()), int(youngest or 0), program, basis, note)


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


class DrugName(NamedTuple):
    """A brand or generic name in uppercase, the HCPCS codes of the drug, and whether patients inject it."""

    name: str
    codes: tuple[str, ...]
    is_self_administered: bool

    @classmethod
    def of(cls, row: TableRow) -> DrugName:
        """Read a row."""
        codes, self_administered, name = row.value.split("|")
        return cls(name, tuple(codes.split()), self_administered == "yes")


class PackageSizes(NamedTuple):
    """The HCPCS units that one vial, syringe or bottle of a code holds, for each size, ascending."""

    code: str
    units: tuple[Decimal, ...]

    @classmethod
    def of(cls, row: TableRow) -> PackageSizes:
        """Read a row."""
        return cls(row.key, tuple(map(Decimal, row.value.split())))


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


class AgeRange(NamedTuple):
    """A procedure and the youngest and oldest patients that it is for, such as ``1y`` and ``4y``.

    ``y`` are completed years of age, ``d`` days; empty if there is no limit.
    """

    code: str
    youngest: str
    oldest: str

    @classmethod
    def of(cls, row: TableRow) -> AgeRange:
        """Read a row."""
        youngest, _, oldest = row.value.partition(" ")
        return cls(row.key, youngest, oldest)

    def contains(self, years: int, days: int) -> bool:
        """Return True if a patient of this age, in completed years and in days, is within the range."""
        age = {"y": years, "d": days}
        is_old_enough = not self.youngest or age[self.youngest[-1]] >= int(self.youngest[:-1])
        is_young_enough = not self.oldest or age[self.oldest[-1]] <= int(self.oldest[:-1])
        return is_old_enough and is_young_enough

    def __str__(self) -> str:
        youngest, oldest = _age(self.youngest), _age(self.oldest)
        if youngest and oldest:
            return f"{youngest} to {oldest}"
        return f"{youngest} and older" if youngest else f"up to {oldest}"


def _age(limit: str) -> str:
    """Return an age in words, such as ``4 years``; nothing if there is no limit."""
    unit = "year" if limit.endswith("y") else "day"
    return limit and f"{limit[:-1]} {unit if limit[:-1] == '1' else unit + 's'}"


class Inclusion(NamedTuple):
    """A service that others include on the same day. ``larger`` are these, as codes and ranges of codes."""

    code: str
    larger: tuple[str, ...]

    @classmethod
    def of(cls, row: TableRow) -> Inclusion:
        """Read a row."""
        return cls(row.key, tuple(row.value.split()))


class PaymentPolicy(NamedTuple):
    """The payment policy indicators of a procedure in the physician fee schedule.

    ``modifier`` is 26, TC, 53 or empty. ``status``: A active, B bundled, C carrier priced, I not valid for
    Medicare, N not covered, and others. ``pctc`` 0 to 9; ``global_days`` 000, 010, 090, MMM, XXX, YYY or ZZZ
    (add-on); ``multiple``, ``bilateral``, ``assistant``, ``co_surgeon`` and ``team`` are one digit each,
    ``supervision`` two; 9 and 09 mean that the concept does not apply.
    """

    code: str
    modifier: str
    status: str
    pctc: str
    global_days: str
    multiple: str
    bilateral: str
    assistant: str
    co_surgeon: str
    team: str
    supervision: str

    @property
    def key(self) -> str:
        """The key of its row."""
        return f"{self.code} {self.modifier}".strip()

    @classmethod
    def of(cls, row: TableRow) -> PaymentPolicy:
        """Read a row."""
        code, _, modifier = row.key.partition(" ")
        return cls(code, modifier, *row.value.split("|"))

    def to_value(self) -> str:
        """Return the value of the row."""
        return "|".join(self[2:])


class AddOnEdit(NamedTuple):
    """An NCCI add-on code and a primary code with which it is paid.

    ``edit_type`` 1: only these primary codes; 2: the MAC defines them (the primary code is CCCCC); 3: both.
    """

    code: str
    primary: str
    edit_type: str
    first: date
    last: date

    @classmethod
    def of(cls, row: TableRow) -> AddOnEdit:
        """Read a row."""
        primary, _, edit_type = row.value.partition(" ")
        return cls(row.key, primary, edit_type, row.first, row.last)


class PaymentLimit(NamedTuple):
    """What Medicare pays for ``dosage`` of a drug, in dollars; ``limit`` is None if none is published."""

    code: str
    dosage: str
    limit: Decimal | None

    @classmethod
    def of(cls, row: TableRow) -> PaymentLimit:
        """Read a row."""
        limit, _, dosage = row.value.partition("|")
        return cls(row.key, dosage, Decimal(limit) if limit else None)

    def to_value(self) -> str:
        """Return the value of the row."""
        return f"{'' if self.limit is None else self.limit}|{self.dosage}"


class UnclassifiedDrug(NamedTuple):
    """A package whose drug has no code of its own; ``units`` are those of ``dosage`` in one item."""

    ndc: str
    name: str
    dosage: str
    units: Decimal | None
    package_units: Decimal | None

    @classmethod
    def of(cls, row: TableRow) -> UnclassifiedDrug:
        """Read a row."""
        name, dosage, *numbers = row.value.split("|")
        return cls(row.key, name, dosage, *(Decimal(text) if text else None for text in numbers))

    def to_value(self) -> str:
        """Return the value of the row."""
        numbers = ("" if number is None else str(number) for number in (self.units, self.package_units))
        return "|".join((self.name.replace("|", " "), self.dosage.replace("|", " "), *numbers))


PARTS_OF_STATES = {"EK": "KS", "WK": "KS", "EM": "MO", "WM": "MO"}
"""Areas that CMS writes like states: the east and the west of Kansas and of Missouri."""


class ZipLocality(NamedTuple):
    """Where a ZIP code is for Medicare: its MAC (carrier number) and payment locality.

    ``area`` is the state as CMS writes it; ``state`` is the state. ``rural`` is R, B (super rural) or empty.
    With ``needs_plus_four``, parts of the ZIP code belong to other localities.
    """

    zip: str
    area: str
    carrier: str
    locality: str
    rural: str
    needs_plus_four: bool

    @property
    def state(self) -> str:
        """The two letters of the state."""
        return PARTS_OF_STATES.get(self.area, self.area)

    @classmethod
    def of(cls, row: TableRow) -> ZipLocality:
        """Read a row."""
        area, carrier, locality, rural, plus_four = row.value.split("|")
        return cls(row.key, area, carrier, locality, rural, plus_four == "1")

    def to_value(self) -> str:
        """Return the value of the row."""
        return "|".join((self.area, self.carrier, self.locality, self.rural, str(int(self.needs_plus_four))))


class TaxonomyCode(NamedTuple):
    """A provider taxonomy code; ``section`` is Individual or Non-Individual where the list says it."""

    code: str
    grouping: str
    classification: str
    specialization: str
    section: str

    @classmethod
    def of(cls, row: TableRow) -> TaxonomyCode:
        """Read a row."""
        return cls(row.key, *json.loads(row.value))

    def to_value(self) -> str:
        """Return the value of the row."""
        return json.dumps(self[1:], ensure_ascii=False, separators=(",", ":"))


class SelfAdministered(NamedTuple):
    """A drug on a MAC's self-administered drug exclusion list, and the days on which it is excluded.

    ``drug`` is the brand in the MAC's words: codes for several drugs or routes need it. ``states`` are those
    of the MAC; empty if the file does not tell them.
    """

    code: str
    article: str
    drug: str
    states: frozenset[str]
    first: date
    last: date

    @classmethod
    def of(cls, row: TableRow) -> SelfAdministered:
        """Read a row."""
        article, drug, states = json.loads(row.value)
        return cls(row.key, article, drug, frozenset(states), row.first, row.last)

    def to_value(self) -> str:
        """Return the value of the row."""
        return json.dumps((self.article, self.drug, sorted(self.states)), ensure_ascii=False)


class OrderingProvider(NamedTuple):
    """What an NPI may order or refer for; ``hospice`` is None in lists that do not have the column."""

    npi: str
    part_b: bool
    dme: bool
    home_health: bool
    power_mobility: bool
    hospice: bool | None

    @classmethod
    def of(cls, row: TableRow) -> OrderingProvider:
        """Read a row."""
        part_b, dme, home_health, power_mobility, *hospice = (flag == "Y" for flag in row.value)
        return cls(row.key, part_b, dme, home_health, power_mobility, hospice[0] if hospice else None)


class DeactivatedNpi(NamedTuple):
    """An NPI that is not valid from a day on."""

    npi: str
    deactivated: date

    @classmethod
    def of(cls, row: TableRow) -> DeactivatedNpi:
        """Read a row."""
        return cls(row.key, row.first)


class Exclusion(NamedTuple):
    """An exclusion from federal health care programs.

    ``kind`` is the section of the law (``1128a1``). A waiver allows some payments in ``waiver_state``.
    """

    npi: str
    kind: str
    first: date
    last: date
    waived: date | None
    waiver_state: str

    @classmethod
    def of(cls, row: TableRow) -> Exclusion:
        """Read a row."""
        kind, waived, state = row.value.split("|")
        return cls(row.key, kind, row.first, row.last, date.fromisoformat(waived) if waived else None, state)


class OptOut(NamedTuple):
    """A period in which a provider has opted out of Medicare; ``may_order`` is None if it is not stated."""

    npi: str
    first: date
    last: date
    may_order: bool | None

    @classmethod
    def of(cls, row: TableRow) -> OptOut:
        """Read a row."""
        return cls(row.key, row.first, row.last, row.value == "Y" if row.value in ("Y", "N") else None)
