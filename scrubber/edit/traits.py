"""What a claim has, so that an edit that cannot apply to it is not asked at all."""

from __future__ import annotations

from scrubber.claim.model import Claim
from scrubber.edit.context import Context

TRAITS = {
    "faults": "the guide's own rules are broken somewhere in it or above it",
    "administrations": "a line gives a drug or a vaccine",
    "ndc": "a line has a drug identification (loop 2410)",
    "modifiers": "a line has a modifier",
    "several lines": "it has more than one line",
    "patient": "the patient is not the subscriber (loop 2000C)",
    "other payers": "another payer is named (loop 2320)",
    "adjudications": "another payer has decided on a line (loop 2430)",
    "line places": "a line has a place of service of its own (SV105)",
    "references": "the claim has references (REF in loop 2300)",
    "repeats": "the same claim stands in the file before",
}
"""Traits by name. Every set of procedure codes is one, too: of a claim with a line whose code is in it."""


def traits_of(claim: Claim, context: Context) -> frozenset[str]:
    """The names of all traits of a claim, those of the sets of its lines' procedure codes among them."""
    lines = claim.lines
    has = {
        "faults": bool(context.faults),
        "administrations": bool(context.administrations),
        "ndc": any(line.drugs for line in lines),
        "modifiers": any(line.modifiers for line in lines),
        "several lines": len(lines) > 1,
        "patient": claim.in_patient_loop,
        "other payers": bool(claim.other_payers),
        "adjudications": any(line.adjudications for line in lines),
        "line places": any(line.place for line in lines),
        "references": bool(claim.references),
        "repeats": context.repeats > 0,
    }
    sets = (context.codes.names_of(line.hcpcs) for line in lines)
    return frozenset(name for name, present in has.items() if present).union(*sets)
