"""All tables of a run, and the lookups of one claim."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeVar

from msgspec import Struct, field

from scrubber.tables.answer import Answer, CoveredDays, VintageName
from scrubber.tables.drugs import Drug
from scrubber.tables.forms import has_icd10cm_form, is_in_hcpcs_file
from scrubber.tables.rows import (
    AddOnEdit,
    AgeRange,
    CodePair,
    CoverageArticle,
    DeactivatedNpi,
    DiagnosisCode,
    DiagnosisNote,
    DiagnosisRule,
    DrugName,
    DrugPackage,
    Exclusion,
    Inclusion,
    Indications,
    Listed,
    OptOut,
    OrderingProvider,
    PackageSizes,
    PaymentLimit,
    PaymentPolicy,
    PlaceOfService,
    PricedDrug,
    ProcedureCode,
    SelfAdministered,
    TaxonomyCode,
    UnclassifiedDrug,
    UnitLimit,
    ZipLocality,
)
from scrubber.tables.table import A_YEAR, ALWAYS, Table
from scrubber.tables.vintage import Vintage

T = TypeVar("T")
PROGRAMS = ("medicare", "medicaid")
_CATEGORY = 3
"""The length of the shortest ICD-10-CM codes."""


class Tables:
    """All tables, made of the shipped and imported vintages; read on first use."""

    def __init__(self, vintages: Iterable[Vintage] = ()) -> None:
        self.vintages: tuple[Vintage, ...] = tuple(vintages)
        self.icd10cm = Table(
            "icd10cm", self._of("icd10cm"), DiagnosisCode.of, belongs=has_icd10cm_form, carries_over=ALWAYS
        )
        self.diagnosis_rules = Table(
            "diagnosis-rules",
            self._of("diagnosis-rules"),
            DiagnosisRule.of,
            belongs=has_icd10cm_form,
            carries_over=ALWAYS,
        )
        self.diagnosis_notes = Table(
            "diagnosis-notes", self._of("diagnosis-notes"), DiagnosisNote.of, carries_over=A_YEAR
        )
        self.hcpcs = Table(
            "hcpcs", self._of("hcpcs"), ProcedureCode.of, belongs=is_in_hcpcs_file, carries_over=ALWAYS
        )
        # A package that is no longer priced or marketed is still the same drug.
        self.asp = Table("asp", self._of("asp"), PricedDrug.of, carries_over=ALWAYS, keeps_dropped=True)
        self.ndc = Table("ndc", self._of("ndc"), DrugPackage.of, carries_over=ALWAYS, keeps_dropped=True)
        self.mue = {
            p: Table(f"mue-{p}", self._of("mue", p), UnitLimit.of, carries_over=A_YEAR) for p in PROGRAMS
        }
        self.ptp = {p: Table(f"ptp-{p}", self._of("ptp", p), CodePair.of) for p in PROGRAMS}
        self.references = Table("mcd", self._of("mcd"), lambda row: row.value)
        self.articles = Table("mcd", self._of("mcd"), CoverageArticle.of)
        self.drugs = Table("drugs", self._of("drugs"), Drug.of)
        self.drug_listings = Table("drug-listings", self._of("drug-listings"), Drug.of)
        self.places = Table("places", self._of("places"), PlaceOfService.of, carries_over=ALWAYS)
        self.modifiers = Table("modifiers", self._of("modifiers"), Listed.of, carries_over=ALWAYS)
        self.single_dose = Table("single-dose", self._of("single-dose"), Listed.of)
        self.drug_names = Table("drug-names", self._of("drug-names"), DrugName.of)
        self.packages = Table("packages", self._of("packages"), PackageSizes.of)
        self.indications = Table("indications", self._of("indications"), Indications.of)
        self.states = Table("states", self._of("states"), Listed.of)
        self.unclassified = Table("unclassified", self._of("unclassified"), Listed.of)
        # Policies and add-on codes change with the year, and few of them.
        self.payment_policies = Table("pfs", self._of("pfs"), PaymentPolicy.of, carries_over=A_YEAR)
        self.add_ons = Table("aoc", self._of("aoc"), AddOnEdit.of, carries_over=A_YEAR)
        self.ages = Table("ages", self._of("ages"), AgeRange.of)
        self.inclusions = Table("included", self._of("included"), Inclusion.of)
        self.ended = Table("ended", self._of("ended"), Listed.of)
        self.ended_reasons = Table("ended-reasons", self._of("ended-reasons"), Listed.of)
        self.payment_limits = Table("asp-limits", self._of("asp-limits"), PaymentLimit.of)
        self.unclassified_drugs = Table("noc", self._of("noc"), UnclassifiedDrug.of)
        self.zips = Table("zip5", self._of("zip5"), ZipLocality.of, carries_over=ALWAYS)
        self.taxonomy = Table("taxonomy", self._of("taxonomy"), TaxonomyCode.of, carries_over=ALWAYS)
        self.self_administered = Table("sad", self._of("sad"), SelfAdministered.of)
        self.ordering = Table("order-refer", self._of("order-refer"), OrderingProvider.of)
        self.deactivated = Table("deactivated-npi", self._of("deactivated-npi"), DeactivatedNpi.of)
        self.exclusions = Table("leie", self._of("leie"), Exclusion.of)
        self.opt_outs = Table("opt-out", self._of("opt-out"), OptOut.of)

    def _of(self, kind: str, program: str = "") -> Sequence[Vintage]:
        return [v for v in self.vintages if (v.about.kind, v.about.program) == (kind, program)]


class Lookups(Struct):
    """The table lookups of one claim's edits. ``uncovered`` and ``used`` track the answers.

    An answer that is not covered is recorded here, and the engine reports the edit *unchecked* for it: the
    edit itself need only not fire. So no edit passes silently for lack of data.
    """

    tables: Tables
    uncovered: list[str] = field(default_factory=list)
    used: set[VintageName] = field(default_factory=set)
    _aside: Lookups | None = None

    def icd10cm(self, code: str, day: date) -> Answer[DiagnosisCode]:
        """Look up an ICD-10-CM code without its dot."""
        return self._recorded(self.tables.icd10cm.on(code, day))

    def diagnosis_rule(self, code: str, day: date) -> Answer[DiagnosisRule]:
        """Look up for whom an ICD-10-CM code is, and its side. Absent: for everyone, and without a side."""
        return self._recorded(self.tables.diagnosis_rules.on(code, day))

    def diagnosis_notes(self, code: str, day: date) -> Answer[DiagnosisNote]:
        """Look up the notes of the ICD-10-CM tabular list for a code: its own and those of its headers.

        Notes of another year are in ``elsewhen``. That a code has no note in a year without a list is not
        recorded as uncovered, as most codes have none in any year.
        """
        above = (code[:length] for length in range(_CATEGORY, len(code) + 1))
        answers = [self.tables.diagnosis_notes.on(key, day) for key in above]
        found = [answer for answer in answers if answer.records or answer.elsewhen]
        return self._recorded(
            Answer(
                records=tuple(note for answer in found for note in answer.records),
                elsewhen=tuple(note for answer in found for note in answer.elsewhen),
                carried_over=next((answer.carried_over for answer in found if answer.carried_over), ""),
                vintage=next((answer.vintage for answer in found), None),
            )
        )

    def hcpcs(self, code: str, day: date) -> Answer[ProcedureCode]:
        """Look up a HCPCS level II code; CPT codes are not listed."""
        return self._recorded(self.tables.hcpcs.on(code, day))

    def mue(self, code: str, day: date, program: str = "medicare") -> Answer[UnitLimit]:
        """Look up a procedure's MUE under Medicare or Medicaid."""
        return self._recorded(self.tables.mue[program].on(code, day))

    def ptp(self, one: str, two: str, day: date, program: str = "medicare") -> Answer[CodePair]:
        """Look up the NCCI PTP edit with these codes in columns 1 and 2."""
        return self._recorded(self.tables.ptp[program].on(one + " " + two, day))

    def asp(self, ndc: str, day: date) -> Answer[PricedDrug]:
        """Look up how Medicare prices an 11-digit NDC; it has several records if it has several codes."""
        return self._recorded(self.tables.asp.on(ndc, day))

    def ndc(self, ndc: str, day: date) -> Answer[DrugPackage]:
        """Look up an 11-digit NDC in the FDA's directory."""
        return self._recorded(self.tables.ndc.on(ndc, day))

    def articles(
        self, procedure: str, state: str, day: date, *, all_known: bool = False
    ) -> Answer[CoverageArticle]:
        """Look up the Medicare articles on a procedure that apply in a state (two letters).

        ``all_known``: even a partial table has all articles on this procedure, so no article means there is
        none.
        """
        reference = self.tables.references.on(procedure, day)
        if reference.uncovered:
            return self._recorded(Answer(uncovered=reference.uncovered))
        listed = (self.tables.articles.on(key, day).records for key in reference.records)
        in_state = tuple(article for articles in listed for article in articles if state in article.states)
        complete = {v.name for v in self.tables.references.vintages if v.about.complete}
        if not in_state and reference.vintage not in complete and not all_known:
            # The procedure is listed, but a partial table need not have this state's article.
            return self._recorded(Answer(uncovered=self.tables.references.gap(day)))
        return self._recorded(Answer(in_state, vintage=reference.vintage))

    def drug(self, code: str, day: date) -> Answer[Drug]:
        """Look up the facts of an injected drug by its HCPCS code."""
        return self._recorded(self.tables.drugs.on(code, day))

    def drug_listing(self, code: str, day: date) -> Answer[Drug]:
        """Look up what official lists say of a drug's code: unit, codes that it replaced, old labels.

        It has the routes and containers that some label had, so nothing follows from one that is missing.
        """
        return self._recorded(self.tables.drug_listings.on(code, day))

    def code_days(self, code: str, day: date) -> CoveredDays | None:
        """Return the days on which a drug's code may be used, or ``None`` if unknown or if it never existed.

        They come from the HCPCS file if it covers the day, else from the lists of unclassified codes and of
        drugs.
        """
        official = self.tables.hcpcs.on(code, day)
        # A record without an end on an older list proves nothing about a day that the list does not cover.
        dated = () if official.uncovered else official.elsewhen
        for record in (*official.records, *dated):
            self._recorded(official)
            return CoveredDays(record.added, record.terminated)
        listed = self.tables.unclassified.on(code, day)
        for entry in (*listed.records, *listed.elsewhen):
            self._recorded(listed)
            return CoveredDays(entry.first, entry.last)
        if not official.uncovered:
            self._recorded(official)
            return None
        drug = self._recorded(self.tables.drugs.on(code, day)).value
        return (
            CoveredDays(drug.day("added") or date.min, drug.day("terminated") or date.max) if drug else None
        )

    def place(self, code: str, day: date) -> Answer[PlaceOfService]:
        """Look up a place of service."""
        return self._recorded(self.tables.places.on(code, day))

    def modifier(self, code: str, day: date) -> Answer[Listed] | Answer[ProcedureCode]:
        """Look up a modifier in the HCPCS file if it is imported, else in the shipped list."""
        official = self.tables.hcpcs.on(code, day)
        if official.records or (official.elsewhen and not official.uncovered):
            return self._recorded(official)
        return self._recorded(self.tables.modifiers.on(code, day))

    def has_modifier(self, code: str) -> bool:
        """Return True if any list of modifiers has this one, whatever its days."""
        lists = (*self.tables.hcpcs.vintages, *self.tables.modifiers.vintages)
        return any(vintage.rows(str(code)) for vintage in lists)

    def state(self, code: str, day: date) -> Answer[Listed]:
        """Look up a US state, territory or military address by its two letters."""
        return self._recorded(self.tables.states.on(code, day))

    def unclassified(self, code: str, day: date) -> Answer[Listed]:
        """Look up an unclassified drug code."""
        return self._recorded(self.tables.unclassified.on(code, day))

    def single_dose(self, code: str, day: date) -> Answer[Listed]:
        """Look up a drug code on CMS's list of drugs in single-dose containers."""
        return self._recorded(self.tables.single_dose.on(code, day))

    def drug_names(self, first_word: str, day: date) -> Answer[DrugName]:
        """Look up the names of drugs that begin with a word in uppercase."""
        return self._recorded(self.tables.drug_names.on(first_word, day))

    def package_sizes(self, code: str, day: date) -> Answer[PackageSizes]:
        """Look up the units that the vials and syringes of a drug's code hold."""
        return self._recorded(self.tables.packages.on(code, day))

    def indications(self, code: str, day: date) -> Answer[Indications]:
        """Look up what a drug or service is given for. Absent: it is not among those that are listed."""
        return self._recorded(self.tables.indications.on(code, day))

    def payment_policy(self, code: str, day: date, modifier: str = "") -> Answer[PaymentPolicy]:
        """Look up a procedure in the physician fee schedule, also with modifier 26, TC or 53."""
        return self._recorded(self.tables.payment_policies.on(f"{code} {modifier}".strip(), day))

    def add_on(self, code: str, day: date) -> Answer[AddOnEdit]:
        """Look up an add-on code; a record for each primary code. Absent: it is not an add-on code."""
        return self._recorded(self.tables.add_ons.on(code, day))

    def ages(self, code: str, day: date) -> Answer[AgeRange]:
        """Look up the ages of patients that a procedure is for; a record for each range of ages."""
        return self._recorded(self.tables.ages.on(code, day))

    def inclusions(self, code: str, day: date) -> Answer[Inclusion]:
        """Look up the services that include a procedure on the same day."""
        return self._recorded(self.tables.inclusions.on(code, day))

    def ended(self, code: str, day: date) -> Answer[Listed]:
        """Look up a deleted CPT code; its note names the codes that replaced it."""
        return self._recorded(self.tables.ended.on(code, day))

    def ended_reason(self, code: str, day: date) -> Answer[Listed]:
        """Look up a claim adjustment reason or remark code that ended.

        It is in ``records`` up to its last day and in ``elsewhen`` after it. Absent: none that ended.
        """
        return self._recorded(self.tables.ended_reasons.on(code, day))

    def payment_limit(self, code: str, day: date) -> Answer[PaymentLimit]:
        """Look up what Medicare pays for a unit of a drug's code."""
        return self._recorded(self.tables.payment_limits.on(code, day))

    def unclassified_drug(self, ndc: str, day: date) -> Answer[UnclassifiedDrug]:
        """Look up an 11-digit NDC that Medicare prices under an unclassified code."""
        return self._recorded(self.tables.unclassified_drugs.on(ndc, day))

    def zip_locality(self, zip_code: str, day: date) -> Answer[ZipLocality]:
        """Look up the state, MAC and locality of a ZIP code of five digits."""
        return self._recorded(self.tables.zips.on(zip_code, day))

    def taxonomy(self, code: str, day: date) -> Answer[TaxonomyCode]:
        """Look up a provider taxonomy code."""
        return self._recorded(self.tables.taxonomy.on(code, day))

    def self_administered(self, code: str, state: str, day: date) -> Answer[SelfAdministered]:
        """Look up a drug's code on the self-administered drug exclusion list that applies in a state."""
        answer = self.tables.self_administered.on(code, day)
        if not answer.uncovered and any(not record.states for record in answer.records):
            title = self.tables.self_administered.title
            return self._recorded(Answer(uncovered=f"{title} does not tell the states of its entries"))
        in_state = tuple(record for record in answer.records if state in record.states)
        elsewhen = tuple(record for record in answer.elsewhen if state in record.states)
        return self._recorded(
            Answer(in_state, elsewhen, answer.uncovered, answer.carried_over, answer.vintage)
        )

    def ordering_provider(self, npi: str, day: date) -> Answer[OrderingProvider]:
        """Look up whether an NPI may order and refer. Absent: it may not."""
        return self._recorded(self.tables.ordering.on(npi, day))

    def deactivated_npi(self, npi: str, day: date) -> Answer[DeactivatedNpi]:
        """Look up an NPI among the deactivated ones. Absent: it was not deactivated by that day."""
        return self._recorded(self.tables.deactivated.on(npi, day))

    def exclusion(self, npi: str, day: date) -> Answer[Exclusion]:
        """Look up an NPI on the OIG's exclusion list, which has no NPI for most entries."""
        return self._recorded(self.tables.exclusions.on(npi, day))

    def opt_out(self, npi: str, day: date) -> Answer[OptOut]:
        """Look up an NPI among the providers who opted out of Medicare."""
        return self._recorded(self.tables.opt_outs.on(npi, day))

    @property
    def aside(self) -> Lookups:
        """The same lookups without recording what is not covered.

        For evidence that an edit uses if available, but does not depend on.
        """
        if self._aside is None:
            self._aside = Lookups(self.tables, _Discarding(), self.used)
        return self._aside

    def take_uncovered(self) -> list[str]:
        """Return what was not covered since the last call."""
        uncovered, self.uncovered = self.uncovered, []
        return uncovered

    def _recorded(self, answer: Answer[T]) -> Answer[T]:
        if answer.uncovered:
            self.uncovered.append(answer.uncovered)
        elif answer.vintage is not None:
            self.used.add(answer.vintage)
        return answer


class _Discarding(list[str]):
    """A list that stays empty."""

    def append(self, _why: str) -> None:
        """Discard the entry."""
