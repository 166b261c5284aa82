"""A vaccine of the Vaccines for Children program is billed to Medicaid without SL.

What is wrong
    A vaccine for a patient under 19 years is billed to Medicaid without modifier SL (state-supplied vaccine).
    In the states that are listed it is always wanted, elsewhere a charge of zero tells that the program
    supplied the vaccine: there this is for information.

Why it is refused
    Vaccines for children of Medicaid come from the program. Without SL the line asks for the price of the
    vaccine, and is denied.

How to correct it
    Append SL to the vaccine if the program supplied it, as your state's manual says; the administration is
    billed without it.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.days import day_of, years_between

edit = Edit(
    id="PAY-06",
    title="Vaccine of the children's program without SL",
    snip=7,
    severity="warn",
    to_do="Append SL to the vaccine in SV101-3 if the Vaccines for Children program supplied it.",
    sources=("S-CHPW-SL",),
    denials=("CO-4", "CO-16", "N519"),
    claim_status=("A7:453",),
    needs=("vaccine",),
    variants={"elsewhere": "info"},
    parameters={
        "states": Parameter(("LA", "WA"), "states whose Medicaid wants SL"),
        "instead": Parameter(("SL", "U1", "SK"), "modifiers that tell where the vaccine is from"),
        "children_under": Parameter(19, "age from which the program supplies no vaccines"),
    },
)


@edit.line_diagnosis
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    names = line.sets_in(context.codes)
    if "vaccine" not in names or "vaccine_administration" in names or line.has_modifier(*context["instead"]):
        return
    billing = context.claim.billing_provider
    is_listed = billing is not None and billing.state in context["states"]
    if not is_listed and not line.is_supplied_elsewhere:
        return
    day, patient = day_of(line), context.claim.patient
    born = patient.birth_date.date if patient else None
    if day and born and born <= day and years_between(born, day) < context["children_under"]:
        message = f"Line {line.index}: vaccine {line.procedure} for a child is billed without SL."
        variant = "" if is_listed else "elsewhere"
        yield Hit(at=line.procedure, message=message, line=line, variant=variant)
