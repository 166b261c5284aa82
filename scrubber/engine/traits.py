"""The traits of a claim, so that an edit that cannot apply to it is not run at all."""

from __future__ import annotations

from scrubber.claim.model import Claim, ServiceLine
from scrubber.engine.context import Context

TRAITS = {
    "faults": "the TR3 is violated somewhere in it or above it",
    "administrations": "a line bills the administration of a drug or vaccine",
    "ndc": "a line has a drug identification (loop 2410)",
    "modifiers": "a line has a modifier",
    "several modifiers": "a line has more than one modifier",
    "wastage": "a line has the modifier JW",
    "several lines": "it has more than one line",
    "repeated procedure": "two lines have the same procedure code",
    "several units": "a line has units other than 1, or two lines have the same procedure code",
    "several days": "a line covers more than one day",
    "several diagnoses": "it has more than one diagnosis",
    "patient": "the patient is not the subscriber (loop 2000C)",
    "medicare": "it goes to Medicare Part B (SBR09 is MB)",
    "later payer": "it goes to a secondary or later payer (SBR01 is present and not P)",
    "other payers": "another payer is named (loop 2320)",
    "adjudications": "a line has another payer's adjudication (loop 2430)",
    "line places": "a line has its own place of service (SV105)",
    "references": "the claim has references (REF in loop 2300)",
    "earlier claim": "it replaces or voids an earlier claim (CLM05-3), or names one (REF*F8)",
    "related causes": "it reports an accident or employment as a related cause (CLM11)",
    "repeats": "the same claim is earlier in the file",
}
"""Traits by name. Every procedure code set is a trait, too: of claims with a line whose code is in it."""


def traits_of(claim: Claim, context: Context) -> frozenset[str]:
    """Return the names of all traits of a claim, including the code sets of its lines' procedures."""
    lines, subscriber = claim.lines, claim.subscriber
    responsibility = subscriber.responsibility if subscriber else ""
    repeated = len(lines) > 1 and len({line.procedure for line in lines}) < len(lines)
    has = {
        "faults": bool(context.faults),
        "administrations": bool(context.administrations),
        "several lines": len(lines) > 1,
        "repeated procedure": repeated,
        "several units": repeated,
        "several diagnoses": len(claim.diagnoses) > 1,
        "patient": claim.in_patient_loop,
        "medicare": subscriber is not None and subscriber.filing_code == "MB",
        "later payer": responsibility not in ("", "P"),
        "other payers": bool(claim.other_payers),
        "references": bool(claim.references),
        "earlier claim": claim.frequency in ("7", "8") or bool(claim.references and claim.reference("F8")),
        "related causes": bool(claim.related_causes),
        "repeats": context.repeats > 0,
    }
    traits = {name for name, present in has.items() if present}
    for line in lines:
        traits |= context.codes.names_of(line.hcpcs)
        _add_traits_of(line, traits)
    return frozenset(traits)


def _add_traits_of(line: ServiceLine, traits: set[str]) -> None:
    """Add the traits that the claim has because of one line."""
    service, modifiers = line.service, line.modifiers
    if line.drugs:
        traits.add("ndc")
    if modifiers:
        traits.add("modifiers")
        if len(modifiers) > 1:
            traits.add("several modifiers")
        if "JW" in line.modifier_codes:
            traits.add("wastage")
    if line.units != "1":
        traits.add("several units")
    if service is not None and service.start != service.end:
        traits.add("several days")
    if line.adjudications:
        traits.add("adjudications")
    if line.place:
        traits.add("line places")
