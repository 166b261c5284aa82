"""The traits of a claim, so that an edit that cannot apply to it is not run at all."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scrubber.claim.line import NOMINAL_CHARGE, ServiceLine
from scrubber.claim.model import Claim
from scrubber.claim.parts import has_clia_form
from scrubber.claim.procedures import ProcedureSets
from scrubber.engine.context import Context

TRAITS = {
    "faults": "the TR3 is violated somewhere in it or above it",
    "administrations": "a line bills the administration of a drug or vaccine",
    "ndc": "a line has a drug identification (loop 2410)",
    "modifiers": "a line has a modifier",
    "several modifiers": "a line has more than one modifier",
    "wastage": "a line has the modifier JW",
    "several lines": "it has more than one line, or an earlier claim of the file is compared with it",
    "repeated procedure": "two lines have the same procedure code, or one and an earlier claim of the file",
    "several units": "a line has units other than 1, or two lines have the same procedure code",
    "nominal charge": "a line is billed at 0.01 or less, or its charge is not a number",
    "several days": "a line covers more than one day",
    "different days": "the lines are not all of one day, or an earlier claim of the file is compared with it",
    "line text": "a line has a description (SV101-7) or a note (NTE)",
    "modifier 57": "a line has the modifier 57",
    "several diagnoses": "it has more than one diagnosis",
    "patient": "the patient is not the subscriber (loop 2000C)",
    "medicare": "it goes to Medicare Part B (SBR09 is MB)",
    "later payer": "it goes to a secondary or later payer (SBR01 is present and not P)",
    "other payers": "another payer is named (loop 2320)",
    "adjudications": "a line has another payer's adjudication (loop 2430)",
    "attachments": "the claim or a line has an attachment (PWK)",
    "inpatient": "the claim's or a line's place of service is an inpatient facility (21, 31, 51, 61)",
    "stay dates": "it has a date of admission (DTP*435) or discharge (DTP*096)",
    "forms": "a line has a form (LQ*UT)",
    "conditions": "it has conditions (CRC in loop 2300)",
    "payments": "the patient's payment is reported (AMT*F5)",
    "MSP reason": "an MSP reason is reported (SBR05 of 2000B or 2320)",
    "diagnosis gap": "HI has a diagnosis after an empty element",
    "referral numbers": "the claim or a line has a prior authorization or referral number (REF*G1, REF*9F)",
    "referrals": "a primary care provider (NM1*P3) or two referring providers (NM1*DN) are named",
    "no rendering provider": "no rendering provider is named for the claim as a whole (loop 2310B)",
    "property and casualty": "it goes to a property and casualty insurer (SBR09 AM, LM or WC, or DTP*444)",
    "line places": "a line has its own place of service (SV105)",
    "references": "the claim has references (REF in loop 2300)",
    "earlier claim": "it is not an original claim (CLM05-3 is not 1), or names an earlier one (REF*F8)",
    "related causes": "it reports an accident or employment as a related cause (CLM11)",
    "unusual numbers": "a charge is zero or missing, or an amount or quantity is not a plain number",
    "unbalanced": "the charges of the lines do not add up to the total charge, or one is not a number",
    "odd pointers": "a line has no pointer, one to no diagnosis, one twice, or more than four",
    "unlinked diagnosis": "no line points to a diagnosis",
    "repeated diagnosis": "a diagnosis code is there twice",
    "shared category": "two diagnoses are of one category (the first three characters)",
    "outside life": "a service is undated or before the date of birth, or a death is reported",
    "no member ID": "the subscriber has no member ID (2010BA NM109)",
    "long number": "the patient control number (CLM01) has more than 20 characters",
    "misnumbered lines": "the lines are not numbered 1, 2, 3 and so on (LX01)",
    "repeated line number": "two lines have the same line item control number (REF*6R)",
    "odd dates": "a date of loop 2300 is at odds with others, or a line has a date besides that of service",
    "odd CLIA number": "the claim or a line has a CLIA number (REF*X4, REF*F4) that does not have its form",
    "no MBI": "it goes to Medicare Part B, and the member ID is no Medicare Beneficiary Identifier",
    "no subscriber": "it is not under a subscriber (loop 2000B)",
    "repeats": "the same claim is earlier in the file",
}
"""Traits by name. Every procedure code set is a trait, too: of claims with a line whose code is in it."""


_NUMBER = re.compile(r"(?:0|[1-9][0-9]{0,9})(?:\.[0-9]{0,6})?", re.ASCII)
_SIGNED = re.compile(r"-?[0-9]{1,10}(?:\.[0-9]{0,6})?", re.ASCII)
_REFERRAL_NUMBERS = frozenset({"G1", "9F"})
_STAY_DATES = frozenset({"435", "096"})
_PROPERTY_AND_CASUALTY = frozenset({"AM", "LM", "WC"})
INPATIENT = frozenset({"21", "31", "51", "61"})
"""The places of service of patients who were admitted."""
_ADMINISTRATIONS = frozenset({"administration", "vaccine_administration"})


def claim_traits(claim: Claim, context: Context) -> frozenset[str]:
    """Return the names of the traits that a claim has whatever its lines are."""
    subscriber = claim.subscriber
    responsibility = subscriber.responsibility if subscriber else ""
    signs = claim.signs
    is_medicare = subscriber is not None and subscriber.filing_code == "MB"
    has = {
        "faults": bool(context.faults),
        "several diagnoses": claim.has_several_diagnoses,
        "patient": claim.in_patient_loop,
        "medicare": is_medicare,
        "later payer": responsibility not in ("", "P"),
        "other payers": bool(claim.other_payers),
        "references": bool(claim.reference_qualifiers),
        "attachments": bool(claim.attachments),
        "inpatient": claim.place in INPATIENT,
        "stay dates": not _STAY_DATES.isdisjoint(claim.date_qualifiers),
        "conditions": bool(claim.conditions),
        "payments": any(amount.qualifier == "F5" for amount in claim.amounts),
        "MSP reason": bool(subscriber and subscriber.insurance_type)
        or any(other.subscriber.insurance_type for other in claim.other_payers),
        "diagnosis gap": max(claim.positions, default=0) > len(claim.positions),
        "referral numbers": not _REFERRAL_NUMBERS.isdisjoint(claim.reference_qualifiers),
        "referrals": _has_referrals(claim.provider_entities),
        "no rendering provider": "2310B" not in claim.provider_loops,
        "property and casualty": (
            "444" in claim.date_qualifiers
            or (subscriber is not None and subscriber.filing_code in _PROPERTY_AND_CASUALTY)
        ),
        "no member ID": subscriber is not None and not signs.has_member_id,
        "long number": not signs.short_number,
        "misnumbered lines": not claim.is_numbered,
        "different days": claim.single_day is None,
        "repeated line number": not signs.lines_differ,
        "earlier claim": claim.frequency not in ("", "1") or "F8" in claim.reference_qualifiers,
        "related causes": bool(claim.related_causes),
        "unusual numbers": _has_unusual_number(claim),
        "unbalanced": not signs.adds_up,
        "odd pointers": not signs.plain_pointers,
        "unlinked diagnosis": not signs.all_linked,
        "repeated diagnosis": not signs.all_differ,
        "shared category": not signs.categories_differ,
        "outside life": not signs.within_life,
        "odd dates": not signs.dates_agree,
        "odd CLIA number": not signs.clia_numbers,
        "no MBI": is_medicare and not signs.has_mbi,
        "no subscriber": subscriber is None,
        "repeats": context.repeats > 0,
    }
    if context.earlier:
        # Edits that compare lines with each other compare them with those of other claims, too.
        has |= {"several lines": True, "repeated procedure": True, "different days": True}
    return frozenset(name for name, present in has.items() if present)


def lines_traits(procedures: Sequence[str]) -> frozenset[str]:
    """Return the names of the traits that lines with these procedure codes have together."""
    if len(procedures) < 2:
        return frozenset()
    repeated = len(set(procedures)) < len(procedures)
    return frozenset(
        {"several lines", "repeated procedure", "several units"} if repeated else {"several lines"}
    )


def line_traits(line: ServiceLine, codes: ProcedureSets) -> frozenset[str]:
    """Return the names of the traits of one service line, including the code sets of its procedure."""
    sets, modifiers, service = line.sets_in(codes), line.modifiers, line.service
    has = {
        "administrations": not _ADMINISTRATIONS.isdisjoint(sets),
        "ndc": bool(line.drugs),
        "modifiers": bool(modifiers),
        "several modifiers": len(modifiers) > 1,
        "wastage": "JW" in line.modifier_codes,
        "modifier 57": "57" in line.modifier_codes,
        "line text": bool(line.description or line.notes),
        "several units": line.units != "1",
        "nominal charge": not line.has_plain_charge and _is_nominal(line),
        "several days": service is not None and service.start != service.end,
        "adjudications": bool(line.adjudications),
        "attachments": bool(line.attachments),
        "inpatient": line.place in INPATIENT,
        "forms": bool(line.forms),
        "referral numbers": not _REFERRAL_NUMBERS.isdisjoint(line.reference_qualifiers),
        "referrals": _has_referrals([str(party.entity) for party in line.providers if party.loop == "2420F"]),
        "line places": bool(line.place),
        "odd CLIA number": not has_clia_form(line.references),
        "odd dates": any(period.qualifier != "472" for period in line.dates),
        "unusual numbers": _line_has_unusual_number(line),
    }
    return sets.union(name for name, present in has.items() if present)


def _has_unusual_number(claim: Claim) -> bool:
    """Return True if an amount of the claim as a whole, or of other payers, is unusual."""
    if not claim.signs.plain_charge:
        return True
    numbers, signed = [*(amount.amount for amount in claim.amounts), *claim.quantities], []
    for other in claim.other_payers:
        numbers += [amount.amount for amount in other.amounts]
        signed += [adjustment.amount for adjustment in other.adjustments]
    return _are_unusual(numbers, signed)


def _has_referrals(entities: Sequence[str]) -> bool:
    """Return True for NM101 of providers that need a look: a primary care provider or two referring ones."""
    return "P3" in entities or entities.count("DN") > 1


def _is_nominal(line: ServiceLine) -> bool:
    charge = line.charge.decimal
    return charge is None or charge <= NOMINAL_CHARGE


def _line_has_unusual_number(line: ServiceLine) -> bool:
    if not (line.has_plain_charge and _NUMBER.fullmatch(line.units)):
        return True
    numbers, signed = [*(amount.amount for amount in line.amounts), *line.quantities], []
    for adjudication in line.adjudications:
        numbers.append(adjudication.paid)
        signed += [adjustment.amount for adjustment in adjudication.adjustments]
    return _are_unusual(numbers, signed)


def _are_unusual(numbers: Sequence[str], signed: Sequence[str]) -> bool:
    """Return True if an amount is not a plain number; those of adjustments may be negative."""
    plain = all(_NUMBER.fullmatch(number) for number in numbers if number)
    return not (plain and all(_SIGNED.fullmatch(number) for number in signed if number))
