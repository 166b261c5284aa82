"""A replacement does not name the claim it replaces, or an original names one.

What is wrong
    A claim that replaces (frequency 7) or voids (frequency 8) an earlier one must carry the payer's control
    number of that claim (REF*F8). An original claim (frequency 1) must not.

Why it is refused
    Without the number the payer cannot find the earlier claim; with it on an original it cannot tell which
    of the two was meant.

How to correct it
    Take the payer's claim control number from the remittance advice of the earlier claim. If the claim is
    new, set the frequency to 1 and remove the number.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="BILL-11",
    title="Claim frequency and the original claim's number disagree",
    snip=4,
    severity="reject",
    sources=("X12-837P", "S-CSCLIST"),
    denials=("CO-16", "N152"),
    claim_status=("A7:464", "A7:535"),
    needs=("earlier claim",),
)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    original = claim.reference("F8")
    if claim.frequency in ("7", "8") and not original:
        message = f"Frequency {claim.frequency} needs the payer's number of the earlier claim (REF*F8)."
        yield Hit(at=claim.frequency, message=message)
    elif claim.frequency == "1" and original:
        message = "An original claim (frequency 1) names an earlier claim (REF*F8)."
        yield Hit(at=original, message=message)
