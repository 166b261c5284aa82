"""A replacement does not reference the claim it replaces, an original one does, or the frequency is another.

What is wrong
    A claim that replaces (frequency 7) or voids (frequency 8) an earlier claim must carry the payer's claim
    control number of that claim (REF*F8). An original claim (frequency 1) must not, unless it is a
    subrogation demand (BHT06 is 31). Other frequencies are those of institutional bills.

Why it is refused
    Without the number, the payer cannot find the earlier claim; if an original claim carries it, the payer
    cannot tell which of the two was meant. Professional claims with other frequencies are rejected.

How to correct it
    Take the payer claim control number from the remittance advice of the earlier claim. If the claim is new,
    set the frequency to 1 and remove the number.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.claim.signs import is_placeholder_number
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="BILL-11",
    title="Claim frequency and payer claim control number disagree",
    snip=4,
    severity="reject",
    variants={"own number": "warn"},
    to_do=(
        "Enter the original claim's payer claim control number in REF*F8 for frequency 7 or 8; remove "
        "it for frequency 1."
    ),
    sources=("X12-837P", "S-CSCLIST", "S-STEDI-FREQ"),
    parameters={"frequencies": Parameter(("1", "7", "8"), "claim frequencies (CLM05-3) that are accepted")},
    denials=("CO-16", "N152"),
    claim_status=("A7:464", "A7:535"),
    needs=("earlier claim",),
)

_SUBROGATION = "31"  # a Medicaid agency that paid reports its own claim number


def _is_no_payer_number(claim: Claim, original: str | None) -> bool:
    """Return True for a placeholder, and for the number that the sender gave to this claim."""
    if original is None:
        return False
    return original == claim.control_number or is_placeholder_number(original) or not original.strip("0 ")


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    original = claim.reference("F8")
    if claim.frequency and claim.frequency not in context["frequencies"]:
        message = f"Claim frequency {claim.frequency} (CLM05-3) is not used on professional claims."
        to_do = "Enter 1 (original), 7 (replacement) or 8 (void) in CLM05-3; 7 and 8 need REF*F8."
        yield Hit(at=claim.frequency, message=message, to_do=to_do)
    elif claim.frequency in ("7", "8") and not original:
        message = f"Frequency {claim.frequency} claim has no payer claim control number (REF*F8)."
        to_do = "Add REF*F8 with the payer claim control number from the earlier claim's remittance advice."
        yield Hit(at=claim.frequency, message=message, to_do=to_do)
    elif claim.frequency in ("7", "8") and _is_no_payer_number(claim, original):
        message = (
            "REF*F8 is not a number that the payer assigned: it is a placeholder or this claim's own CLM01."
        )
        to_do = "Enter the payer claim control number from the earlier claim's remittance advice in REF*F8."
        yield Hit(at=original, message=message, to_do=to_do, variant="own number")
    elif claim.frequency == "1" and original and claim.transaction_type != _SUBROGATION:
        message = "Original claim (frequency 1) has the claim control number of an earlier claim (REF*F8)."
        to_do = "Remove REF*F8, or change CLM05-3 to 7 (replacement) or 8 (void) if that is intended."
        yield Hit(at=original, message=message, to_do=to_do)
