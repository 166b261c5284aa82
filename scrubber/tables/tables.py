"""All tables of a run, and the look-ups of one claim."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from scrubber.tables.answer import Answer, CoveredDays, VintageName
from scrubber.tables.drugs import Drug
from scrubber.tables.forms import has_icd10cm_form, is_in_hcpcs_file
from scrubber.tables.records import (
    CodePair,
    CoverageArticle,
    DiagnosisCode,
    DrugPackage,
    Listed,
    PlaceOfService,
    PricedDrug,
    ProcedureCode,
    UnitLimit,
)
from scrubber.tables.table import Table
from scrubber.tables.vintage import Vintage

T = TypeVar("T")
PROGRAMS = ("medicare", "medicaid")


class Tables:
    """Every table, made of the vintages that are shipped and imported; read when they are asked."""

    def __init__(self, vintages: Iterable[Vintage] = ()) -> None:
        self.vintages: tuple[Vintage, ...] = tuple(vintages)
        self.icd10cm = Table(
            "icd10cm", self._of("icd10cm"), DiagnosisCode.of, belongs=has_icd10cm_form, carries_over=True
        )
        self.hcpcs = Table("hcpcs", self._of("hcpcs"), ProcedureCode.of, belongs=is_in_hcpcs_file)
        self.asp = Table("asp", self._of("asp"), PricedDrug.of)
        self.ndc = Table("ndc", self._of("ndc"), DrugPackage.of)
        self.mue = {p: Table(f"mue-{p}", self._of("mue", p), UnitLimit.of) for p in PROGRAMS}
        self.ptp = {p: Table(f"ptp-{p}", self._of("ptp", p), CodePair.of) for p in PROGRAMS}
        self.references = Table("mcd", self._of("mcd"), lambda row: row.value)
        self.articles = Table("mcd", self._of("mcd"), CoverageArticle.of)
        self.drugs = Table("drugs", self._of("drugs"), Drug.of)
        self.places = Table("places", self._of("places"), PlaceOfService.of, carries_over=True)
        self.modifiers = Table("modifiers", self._of("modifiers"), Listed.of, carries_over=True)
        self.states = Table("states", self._of("states"), Listed.of)
        self.unclassified = Table("unclassified", self._of("unclassified"), Listed.of)

    def _of(self, kind: str, program: str = "") -> Sequence[Vintage]:
        return [v for v in self.vintages if (v.about.kind, v.about.program) == (kind, program)]


@dataclass(slots=True)
class Lookups:
    """What the edits of one claim ask of the tables. ``uncovered`` and ``used`` keep account of the answers.

    An answer that is not covered is noted here, and whoever runs the edits says `unchecked` for it: an edit
    need only not find anything. So none can pass in silence for want of data.
    """

    tables: Tables
    uncovered: list[str] = field(default_factory=list)
    used: set[VintageName] = field(default_factory=set)
    _aside: Lookups | None = None

    def icd10cm(self, code: str, day: date) -> Answer[DiagnosisCode]:
        """An ICD-10-CM code without its dot."""
        return self._noted(self.tables.icd10cm.on(code, day))

    def hcpcs(self, code: str, day: date) -> Answer[ProcedureCode]:
        """A HCPCS level II code; nothing is known of CPT codes."""
        return self._noted(self.tables.hcpcs.on(code, day))

    def mue(self, code: str, day: date, program: str = "medicare") -> Answer[UnitLimit]:
        """The unit limit of a procedure under Medicare or Medicaid."""
        return self._noted(self.tables.mue[program].on(code, day))

    def ptp(self, one: str, two: str, day: date, program: str = "medicare") -> Answer[CodePair]:
        """The NCCI pair with these codes in columns one and two."""
        return self._noted(self.tables.ptp[program].on(one + " " + two, day))

    def asp(self, ndc: str, day: date) -> Answer[PricedDrug]:
        """How Medicare prices an NDC of eleven digits; several records where it has several codes."""
        return self._noted(self.tables.asp.on(ndc, day))

    def ndc(self, ndc: str, day: date) -> Answer[DrugPackage]:
        """What the FDA's directory says of an NDC of eleven digits."""
        return self._noted(self.tables.ndc.on(ndc, day))

    def articles(
        self, procedure: str, state: str, day: date, *, all_known: bool = False
    ) -> Answer[CoverageArticle]:
        """The Medicare articles on a procedure that hold in a state (two letters).

        ``all_known``: even a part of the table has all articles on this procedure, so none is none.
        """
        reference = self.tables.references.on(procedure, day)
        if reference.uncovered:
            return self._noted(Answer(uncovered=reference.uncovered))
        found = (self.tables.articles.on(key, day).records for key in reference.records)
        holding = tuple(article for articles in found for article in articles if state in article.states)
        whole = {v.name for v in self.tables.references.vintages if v.about.complete}
        if not holding and reference.vintage not in whole and not all_known:
            # The procedure is listed, but a part of the articles need not have this state's.
            return self._noted(
                Answer(uncovered=f"the table mcd is only a part of the official one for {day}")
            )
        return self._noted(Answer(holding, vintage=reference.vintage))

    def drug(self, code: str, day: date) -> Answer[Drug]:
        """The facts of an injected drug by its HCPCS code."""
        return self._noted(self.tables.drugs.on(code, day))

    def code_days(self, code: str, day: date) -> CoveredDays | None:
        """From when until when a drug's code may be used: by the HCPCS file where it covers the day, else by
        what is known of unclassified codes and of drugs. ``None`` where nobody knows, or it never existed.
        """
        official = self.tables.hcpcs.on(code, day)
        # A record without end on an older list says nothing of a day that the list does not cover.
        dated = () if official.uncovered else official.elsewhen
        for record in (*official.records, *dated):
            self._noted(official)
            return CoveredDays(record.added, record.terminated)
        listed = self.tables.unclassified.on(code, day)
        for entry in (*listed.records, *listed.elsewhen):
            self._noted(listed)
            return CoveredDays(entry.first, entry.last)
        if not official.uncovered:
            self._noted(official)
            return None
        drug = self._noted(self.tables.drugs.on(code, day)).value
        return (
            CoveredDays(drug.day("added") or date.min, drug.day("terminated") or date.max) if drug else None
        )

    def place(self, code: str, day: date) -> Answer[PlaceOfService]:
        """A place of service."""
        return self._noted(self.tables.places.on(code, day))

    def modifier(self, code: str, day: date) -> Answer[Listed] | Answer[ProcedureCode]:
        """A modifier, by the HCPCS file where it is imported, else by the shipped list."""
        official = self.tables.hcpcs.on(code, day)
        if official.records or (official.elsewhen and not official.uncovered):
            return self._noted(official)
        return self._noted(self.tables.modifiers.on(code, day))

    def state(self, code: str, day: date) -> Answer[Listed]:
        """A US state, territory or military address by its two letters."""
        return self._noted(self.tables.states.on(code, day))

    def unclassified(self, code: str, day: date) -> Answer[Listed]:
        """A procedure code for drugs that have none of their own."""
        return self._noted(self.tables.unclassified.on(code, day))

    @property
    def aside(self) -> Lookups:
        """The same look-ups without account of what is not covered.

        For evidence that an edit uses where it is there, and does not decide by.
        """
        if self._aside is None:
            self._aside = Lookups(self.tables, _NoAudit(), self.used)
        return self._aside

    def take_uncovered(self) -> list[str]:
        """What was not covered since this was asked last."""
        uncovered, self.uncovered = self.uncovered, []
        return uncovered

    def _noted(self, answer: Answer[T]) -> Answer[T]:
        if answer.uncovered:
            self.uncovered.append(answer.uncovered)
        elif answer.vintage is not None:
            self.used.add(answer.vintage)
        return answer


class _NoAudit(list[str]):
    """Keeps nothing."""

    def append(self, _why: str) -> None:
        """Drop it."""
