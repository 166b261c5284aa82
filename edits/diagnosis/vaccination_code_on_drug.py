"""A therapeutic injection gives as its reason that the patient came for a vaccination.

What is wrong
    The first diagnosis that the injection 96372, or its drug, points at is Z23, which means that the patient
    came to be immunised. But the line bills a drug, not a vaccine.

Why it is refused
    The diagnosis contradicts the service: payers deny it as a diagnosis that does not fit the procedure.
    Mostly the pointer was copied from a vaccine that was given at the same visit.

How to correct it
    Point the injection and its drug at the disease that was treated, and only the vaccine and its
    administration (90471 and the like) at Z23. If a vaccine was given and nothing else, 96372 is the wrong
    code for it.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.pairing import Administration, may_be_drug_of
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.coverage import code_of, pointed_codes

edit = Edit(
    id="DX-09",
    title="Vaccination diagnosis on a therapeutic injection",
    snip=7,
    severity="warn",
    about="diagnoses",
    sources=("S-CODINGAHEAD96372",),
    denials=("CO-11",),
    needs=("administrations",),
    parameters={
        "procedures": Parameter(("96372",), "injections that are no vaccination"),
        "vaccination": Parameter("Z23", "the diagnosis of who comes to be immunised"),
        "encounters": Parameter(("Z",), "how codes begin that give a reason for contact, not a disease"),
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    if claim.frequency == "8":
        return
    for entry in context.administrations:
        if entry.line.hcpcs not in context["procedures"]:
            continue
        for line in (entry.line, *entry.drugs):
            if _is_for(context["vaccination"], claim, line) and not _is_told_elsewhere(claim, entry, context):
                what = f"Line {line.index} bills {line.procedure} for {context['vaccination']}"
                yield Hit(at=line.pointers[0], message=f"{what}, which is for vaccinations.", line=line)
                break  # the injection and its drug are one service


def _is_for(code: str, claim: Claim, line: ServiceLine) -> bool:
    """Whether a line points at this diagnosis first, and all its pointers and diagnoses are right."""
    pointed = claim.diagnoses_of(line)
    return bool(pointed) and code_of(pointed[0]) == code and pointed_codes(claim, line)[:1] == (code,)


def _is_told_elsewhere(claim: Claim, entry: Administration, context: Context) -> bool:
    """Whether it protects by antibodies, is a vaccine under a wrong code, or is B12 for Z-codes only."""
    is_in = context.codes.is_in

    def is_b12_for_encounters(line: ServiceLine) -> bool:
        codes = pointed_codes(claim, line)
        return is_in("vitamin_b12", line.hcpcs) and all(c.startswith(context["encounters"]) for c in codes)

    if any(is_in("passive_antibody", drug.hcpcs) or is_b12_for_encounters(drug) for drug in entry.drugs):
        return True
    near = (line for line in claim.lines if may_be_drug_of(entry.line, line, context.codes))
    return not entry.drugs and any(is_in("vaccine", line.hcpcs) for line in near)
