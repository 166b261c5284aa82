"""A quality-reporting code has a charge.

What is wrong
    On a claim with an injection, a quality-reporting code has a charge (SV102) of more than 0.01: a CPT
    Category II code (four digits and F), or one of the HCPCS codes G8395 to G8999.

Why it is refused
    These codes report quality of care to the payer and are never paid. CMS wants a charge of zero, or of one
    cent if the software cannot bill zero. A real charge is denied, and the patient may be billed for an
    amount that no one owes.

How to correct it
    Set the charge of the line to 0, or to 0.01 if your software requires one, and correct the total charge.
    The claim is not held.
"""

from collections.abc import Iterator
from decimal import Decimal

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

NOMINAL = Decimal("0.01")

edit = Edit(
    id="PAY-03",
    title="Quality-reporting code billed with a charge",
    snip=7,
    severity="info",
    to_do="Change the line charge (SV102) to 0, or to 0.01 if your software requires it, and correct CLM02.",
    sources=("S-QPPCLAIMS",),
    needs=("administrations", "several lines"),
    needs_codes=("codes",),
    parameters={"codes": Parameter(("0001F-9999F", "G8395-G8999"), "quality-reporting codes")},
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    codes = context.code_set("codes")
    for line in claim.lines:
        if line.hcpcs not in codes:
            continue
        charge = line.charge.decimal
        if charge is not None and charge > NOMINAL:
            message = f"Line {line.index}: informational code {line.procedure} has a charge of {charge}."
            yield Hit(at=line.charge, message=message, line=line)
