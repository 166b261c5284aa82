"""What the patient still owes after another payer is reported for the claim and for its lines.

What is wrong
    The remaining patient liability (AMT*EAF) of one other payer is reported in loop 2320 and also in loop
    2430.

Why it is refused
    The implementation guide (TR3) wants it at one level, the one at which the payer adjudicated. At both,
    the next payer counts it twice; clearinghouses reject the claim.

How to correct it
    If the payer adjudicated the lines (2430), remove AMT*EAF from loop 2320.
"""

from collections.abc import Iterator

from scrubber.claim import Amount, Claim
from scrubber.claim.other_payers import decisions, key_of
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="COB-04",
    title="Remaining patient liability reported at both levels",
    snip=4,
    severity="reject",
    to_do="Remove AMT*EAF from loop 2320, since the line adjudications in loop 2430 have it.",
    sources=("X12-837P", "S-STEDI-EAF"),
    denials=("CO-16", "MA04"),
    claim_status=("A8:672",),
    needs=("other payers",),
)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    for other in claim.other_payers:
        of_claim = _owed(other.amounts)
        key = key_of(other.payer.id)
        adjudications = (entry for line in claim.lines for entry in decisions(line).get(key, ()))
        if of_claim and any(_owed(entry.amounts) for entry in adjudications):
            message = (
                "Remaining patient liability (AMT*EAF) is reported for the claim and again for its lines."
            )
            yield Hit(at=of_claim.amount, message=message)


def _owed(amounts: tuple[Amount, ...]) -> Amount | None:
    return next((amount for amount in amounts if amount.qualifier == "EAF"), None)
