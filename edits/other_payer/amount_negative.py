"""What another payer paid, or what it counted, is negative.

What is wrong
    Another payer's amount is below zero: paid for the claim (2320 AMT*D) or for a line (2430 SVD02), what
    the patient still owes (AMT*EAF), or not covered (2320 AMT*A8). Or the units that it paid (SVD05) are
    not above zero.

Why it is refused
    A payment is zero or more: what a payer takes back is a reversal of its own claim, not a negative
    payment on this one. Receivers reject it.

How to correct it
    Enter the amounts of the latest remittance advice for this claim. If the payer paid nothing, enter
    zero, with its reasons as adjustments (CAS).
"""

from collections.abc import Iterator

from scrubber.claim import Amount, Claim, Field, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="COB-03",
    title="Other payer's paid amount or units are negative",
    snip=4,
    severity="reject",
    to_do="Enter the amount of the other payer's latest remittance advice (SVD02, AMT02): zero or more.",
    variants={"units": "warn"},
    sources=("S-STEDI-PAID", "S-BHS-837"),
    denials=("CO-16", "MA04"),
    claim_status=("A7:693",),
    needs=("other payers",),
)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    for other in claim.other_payers:
        yield from _negative(other.amounts, None)
    for line in claim.lines:
        for adjudication in line.adjudications:
            if _is_negative(adjudication.paid):
                yield _hit(adjudication.paid, line)
            yield from _negative(adjudication.amounts, line)
            units = adjudication.units.decimal
            if units is not None and units <= 0:
                message = (
                    f"Line {line.index}: other payer's paid units (SVD05) must be above zero, not {units}."
                )
                to_do = "Enter the units that the other payer paid in SVD05, as on its remittance advice."
                yield Hit(at=adjudication.units, message=message, line=line, variant="units", to_do=to_do)


def _negative(amounts: tuple[Amount, ...], line: ServiceLine | None) -> Iterator[CheckResult]:
    return (_hit(amount.amount, line) for amount in amounts if _is_negative(amount.amount))


def _is_negative(amount: Field) -> bool:
    return amount.startswith("-") and amount.decimal is not None


def _hit(amount: Field, line: ServiceLine | None) -> Hit:
    prefix = f"Line {line.index}: other" if line else "Other"
    message = f"{prefix} payer's amount ({amount.name}) is negative: {amount}."
    to_do = f"Enter the amount of the other payer's latest remittance advice in {amount.name}: zero or more."
    return Hit(at=amount, message=message, line=line, to_do=to_do)
