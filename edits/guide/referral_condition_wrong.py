"""The referral after a screening of a child contradicts itself.

What is wrong
    The EPSDT referral (CRC*ZZ) says that a referral was given (CRC02 is Y) and that there is none (NU); or
    that none was given (N), with the kind of referral.

Why it is refused
    The implementation guide (TR3) has the condition NU for the answer N, and for it only. Medicaid programs
    count screenings and referrals by it.

How to correct it
    Check the chart: report CRC*ZZ*N*NU if the child was not referred; else CRC*ZZ*Y with AV, S2 or ST.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="GUIDE-22",
    title="EPSDT referral contradicts itself",
    snip=4,
    severity="warn",
    to_do="Enter NU in CRC03 if CRC02 is N (no referral), and AV, S2 or ST if CRC02 is Y.",
    sources=("X12-837P",),
    denials=("CO-16",),
    claim_status=("A7:732",),
    needs=("conditions",),
)

_REFERRAL, _NONE = "ZZ", "NU"


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    for condition in claim.conditions:
        if condition.category != _REFERRAL:
            continue
        given = condition.answer == "Y"
        wrong = next((code for code in condition.codes if (code == _NONE) is given), None)
        if wrong is not None and condition.answer in ("Y", "N"):
            message = f"EPSDT referral (CRC*ZZ) answers {condition.answer} with condition {wrong}."
            yield Hit(at=wrong, message=message)
