"""An unclassified drug is billed with more than one unit.

What is wrong
    The line bills an unclassified code (J3490, J3590, J7999, J9999) with units (SV104) above 1.

Why it is refused
    A unit of such a code is no amount. Medicare pays by the dose in the description and wants 1 unit; with
    more the line is unprocessable, with the same remark as a missing dose.

How to correct it
    Enter 1 unit, the charge of the whole dose, and the dose in the description (SV101-7). Other payers may
    want to know the number of vials: ask them.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="UNIT-08",
    title="Unclassified drug with more than one unit",
    snip=7,
    severity="warn",
    sources=("S-FINDACODE-NOC",),
    denials=("CO-16", "M123"),
    claim_status=("A7:476",),
    needs=("unclassified_drug",),
    parameters={"codes": Parameter(("J3490", "J3590", "J7999", "J9999"), "codes that are billed once")},
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for line in claim.lines:
        if line.hcpcs in context["codes"]:
            units = line.units.decimal
            # What is missing or no number is said by UNIT-02 and STR-05.
            if units is not None and units > 1:
                message = f"Line {line.index} bills {line.units} units of {line.procedure}."
                yield Hit(at=line.units, message=message, line=line)
