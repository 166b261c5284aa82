"""A drug of a single-dose container is billed, and nothing says whether some of it was discarded.

What is wrong
    The drug comes in single-dose containers, its line has no modifier JZ, and no line of the same drug and
    day has modifier JW. Where a drug comes in both kinds of container, the NDC decides; if the NDC is not
    known either, the edit says that it could not check.

Why it is refused
    Medicare Part B has demanded one of the two since 2023-07-01: JZ says that nothing was discarded, JW
    stands on a second line with what was. Since 2023-10-01 claims without either are returned as
    unprocessable. The rule is not about vaccines, multiple-dose vials and drugs that cost nothing.

How to correct it
    Look at the dose in the record and at the size of the vials. If all was given, the drug's line gets JZ.
    If some was discarded and the record says how much, add a line of the same drug with JW and the units
    discarded. Neither is added here: each is a statement about what was done.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.pairing import is_supplied_elsewhere, same_day
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked

from ..shared.containers import SINGLE, container_of
from ..shared.dosage import is_compound

edit = Edit(
    id="MOD-01",
    title="Single-dose drug without JZ or JW",
    snip=7,
    severity="warn",
    sources=("S-CMSJZ", "S-NORIDIAN-A53024", "S-AAO-JZ"),
    denials=("CO-4", "CO-16", "N822"),
    claim_status=("A7:453",),
    needs=("drug",),
    variants={"before returns": "warn"},
    parameters={
        "since": Parameter(date(2023, 7, 1), "first day of service on which a modifier is demanded"),
        "returned_since": Parameter(date(2023, 10, 1), "first day on which claims without it come back"),
        "places": Parameter(("50", "72"), "places that are paid by the visit, so that no drug is"),
        "excluded": Parameter(("GY", "GZ"), "modifiers by which the drug is not billed for payment"),
    },
)

_VOID = "8"


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    if claim.frequency == _VOID:
        return
    for line in claim.lines:
        if not context.codes.is_in("drug", line.hcpcs) or _is_exempt(claim, line, context):
            continue
        day = line.service.start if line.service else None
        if day is None:
            yield Unchecked("the date of service of a drug line is missing or unreadable")
            continue
        drug = context.tables.drug(line.hcpcs, day).value if day >= context["since"] else None
        if drug is None or drug.first("discarded_drug_modifier") == "no":
            continue
        container = container_of(line, drug, day, context)
        if container == SINGLE:
            message = f"{line.procedure} comes in single-dose containers, and there is neither JZ nor JW."
            variant = "" if day >= context["returned_since"] else "before returns"
            yield Hit(at=line.procedure, message=message, line=line, variant=variant)
        elif not container:
            yield Unchecked(f"it is not known whether {line.hcpcs} came from a single-dose container")


def _is_exempt(claim: Claim, line: ServiceLine, context: Context) -> bool:
    """Whether the rule is not about the line, or is fulfilled."""
    modifiers = line.modifier_codes
    return (
        bool(modifiers & {"JZ", "JW", *context["excluded"]})
        or is_supplied_elsewhere(line)
        or is_compound(line)
        or claim.place_of(line) in context["places"]
        or any(
            other.procedure == line.procedure
            and "JW" in other.modifier_codes
            and same_day(line, other) is not False
            for other in claim.lines
        )
    )
