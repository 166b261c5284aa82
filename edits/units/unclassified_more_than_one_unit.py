"""An unclassified drug is billed with more than one unit.

What is wrong
    The line bills an unclassified code (J3490, J3590, J7999, J9999) with units (SV104) above 1.

Why it is refused
    A unit of such a code is not an amount. Medicare pays by the dose in the description and requires 1 unit;
    with more the line is unprocessable, with the same remark code as a missing dose.

How to correct it
    Enter 1 unit, the charge for the whole dose, and the dose in the description (SV101-7). Other payers may
    want the number of vials: check with the payer.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="UNIT-08",
    title="Unclassified drug with more than one unit",
    snip=7,
    severity="warn",
    to_do=(
        "Change SV104 to 1, with the charge for the whole dose in SV102 and the dose in the description "
        "(SV101-7)."
    ),
    sources=("S-FINDACODE-NOC",),
    denials=("CO-16", "M123"),
    claim_status=("A7:476",),
    needs=("unclassified_drug",),
    parameters={
        "codes": Parameter(
            ("J3490", "J3590", "J7999", "J9999"), "unclassified codes that are billed with 1 unit"
        )
    },
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if line.hcpcs in context["codes"]:
        units = line.units.decimal
        # Missing units are reported by UNIT-02, text by STR-05.
        if units is not None and units > 1:
            message = (
                f"Line {line.index}: unclassified drug {line.procedure} must be billed with 1 unit "
                f"({line.units} billed)."
            )
            yield Hit(at=line.units, message=message, line=line)
