"""The charge of a line is far out of line with the service.

What is wrong
    One unit of the line is charged more than such a service can cost: an injection or a vaccination in the
    thousands, a visit or a test in the tens of thousands, anything but a drug a million. For a drug, in the
    states of CGS, the charge of the line reaches the amount from which it looks at J codes.

Why it is refused
    Nearly always a decimal point or a digit is wrong. The payer returns the claim, or records a balance that
    nobody owes; CGS returns Medicare claims with J codes of 10,000 dollars or more for review.

How to correct it
    Compare the charge with the fee schedule of the practice, and the units with the chart. If a high
    charge of a drug is right, have the invoice at hand.
"""

from collections.abc import Iterator
from decimal import Decimal

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="PROC-17",
    title="Charge far out of line with the service",
    snip=7,
    severity="warn",
    to_do="Check the charge (SV102) against your fee schedule and the units (SV104) against the chart.",
    variants={"reviewed": "info"},
    sources=("S-CGS-ACE",),
    denials=("CO-16", "M79"),
    claim_status=("A8:178",),
    yields=True,
    about="line",
    parameters={
        "administration": Parameter(
            5_000, "highest charge for a unit of an injection or infusion, in dollars"
        ),
        "vaccine": Parameter(2_500, "highest charge for a vaccine or its administration"),
        "visit": Parameter(25_000, "highest charge for a unit of a visit"),
        "laboratory": Parameter(50_000, "highest charge for a unit of a laboratory test"),
        "other": Parameter(1_000_000, "highest charge for anything else but a drug"),
        "drug": Parameter(10_000_000, "highest charge for a line of a drug"),
        "looked_at": Parameter(0, "charge from which a MAC looks at a line of a J code; 0 if none does"),
        "states": Parameter((), "states of that MAC"),
    },
)

_CENT = Decimal("0.01")
_LIMIT_OF = {
    "drug": "drug",
    "vaccine_administration": "vaccine",
    "vaccine": "vaccine",
    "administration": "administration",
    "visit": "visit",
    "laboratory": "laboratory",
}


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    # The charge is asked only whether it is over a limit: it differs from line to line, its answer does not.
    names = line.sets_in(context.codes)
    kind = next((limit for name, limit in _LIMIT_OF.items() if name in names), "other")
    units = 1 if kind == "drug" else max(line.units.decimal or 1, 1)
    looked_at = context["looked_at"] if line.hcpcs.startswith("J") else 0
    if line.charges_over(context[kind] * units):
        message = f"Line {line.index}: a charge of ${line.charge} is far out of line for {line.procedure}."
        yield Hit(at=line.charge, message=message, line=line)
    elif looked_at and _reaches(line, looked_at) and context.claim.state_of(line) in context["states"]:
        message = f"Line {line.index}: the MAC reviews a charge of ${line.charge} for {line.procedure}."
        yield Hit(at=line.charge, message=message, line=line, variant="reviewed")


def _reaches(line: ServiceLine, amount: int) -> bool:
    return line.charges_over(amount - _CENT)
