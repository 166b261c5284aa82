"""A therapeutic injection is billed for a vaccination encounter.

What is wrong
    The first diagnosis that the injection 96372, or its drug, points to is Z23, which means that the patient
    came to be immunized. But the line bills a drug, not a vaccine.

Why it is refused
    The diagnosis contradicts the service, and payers deny it as inconsistent with the procedure. Usually the
    pointer was copied from a vaccine given at the same visit.

How to correct it
    Point the injection and its drug to the condition treated, and only the vaccine and its administration
    (90471 and the like) to Z23. If only a vaccine was given, 96372 is the wrong code for it.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.pairing import Administration, possible_drugs
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.coverage import code_of, pointed_codes

edit = Edit(
    id="DX-09",
    title="Vaccination diagnosis (Z23) on a therapeutic injection",
    snip=7,
    severity="warn",
    to_do=(
        "Point 96372 and its drug line (SV107) to the condition treated; keep Z23 "
        "for the vaccine and its administration."
    ),
    about="diagnoses",
    sources=("S-CODINGAHEAD96372",),
    denials=("CO-11",),
    needs=("administrations",),
    needs_codes=("procedures",),
    parameters={
        "procedures": Parameter(("96372",), "therapeutic injection codes"),
        "vaccination": Parameter("Z23", "diagnosis code for an encounter for immunization"),
        "encounters": Parameter(("Z",), "first characters of encounter codes (not diseases)"),
    },
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    if not claim.has_code(context["vaccination"]) or claim.is_void:
        return
    for entry in context.administrations:
        if entry.line.hcpcs not in context["procedures"]:
            continue
        for line in (entry.line, *entry.drugs):
            code = context["vaccination"]
            if _is_for(code, line, context) and not _is_reported_elsewhere(claim, entry, context):
                message = f"Line {line.index}: {code} is for vaccinations, but {line.procedure} is billed."
                yield Hit(at=line.pointers[0], message=message, line=line)
                break  # the injection and its drug are one service


def _is_for(code: str, line: ServiceLine, context: Context) -> bool:
    """Return True if a line points to this diagnosis first, and its pointers and diagnoses are valid."""
    pointed = context.claim.diagnoses_of(line)
    return bool(pointed) and code_of(pointed[0]) == code and pointed_codes(line, context)[:1] == (code,)


def _is_reported_elsewhere(claim: Claim, entry: Administration, context: Context) -> bool:
    """Return True for antibodies, a vaccine under the wrong code, or B12 billed for Z codes only."""

    def is_b12_for_encounters(line: ServiceLine) -> bool:
        codes = pointed_codes(line, context)
        return line.is_in("vitamin_b12", context.codes) and all(
            c.startswith(context["encounters"]) for c in codes
        )

    if any(
        drug.is_in("passive_antibody", context.codes) or is_b12_for_encounters(drug) for drug in entry.drugs
    ):
        return True
    near = possible_drugs(claim, entry.line, context.codes)
    return not entry.drugs and any(line.is_in("vaccine", context.codes) for line in near)
