"""A code that only informs has a charge.

What is wrong
    On a claim with an injection, a quality code has a charge (SV102) of more than 0.01: a CPT category II
    code (four digits and F), or one of the HCPCS codes G8395 to G8999.

Why it is refused
    These codes tell the payer about the quality of care and are never paid. CMS wants a charge of zero, or
    of one cent where the software cannot bill zero. A real charge is denied, and the patient may be billed
    for what nobody owes.

How to correct it
    Set the charge of the line to 0, or to 0.01 if your software needs one, and correct the claim's total.
    The claim is not held for it.
"""

from collections.abc import Iterator
from decimal import Decimal

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

NOMINAL = Decimal("0.01")

edit = Edit(
    id="PAY-03",
    title="Informational code with a charge",
    snip=7,
    severity="info",
    sources=("S-QPPCLAIMS",),
    needs=("administrations", "several lines"),
    parameters={"codes": Parameter(("0001F-9999F", "G8395-G8999"), "codes that only inform")},
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    codes = context.code_set("codes")
    for line in claim.lines:
        charge = line.charge.decimal
        if line.hcpcs in codes and charge is not None and charge > NOMINAL:
            message = f"Line {line.index}: {line.procedure} only informs, and has a charge."
            yield Hit(at=line.charge, message=message, line=line)
