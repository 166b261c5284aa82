"""An MSP reason is reported though Medicare is not a secondary payer.

What is wrong
    SBR05 says why Medicare is secondary (12 working aged, 15 workers' compensation and so on), but Medicare
    is the primary payer of this claim, or the payer (2000B, 2320) is not
    Medicare.

Why it is refused
    The implementation guide (TR3) has SBR05 only for Medicare as a secondary or later payer, and says not to
    send it otherwise. Medicare takes the contradiction for a claim that another payer should pay first.

How to correct it
    If another payer is primary, correct SBR01 and report that payer with its adjudication in loop 2320. If
    Medicare is primary, or is not the payer, leave SBR05 empty.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, Party
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="BILL-28",
    title="MSP reason (SBR05), but Medicare is not secondary",
    snip=4,
    severity="warn",
    to_do="Remove SBR05; if Medicare is secondary, correct SBR01 and report the primary payer in loop 2320.",
    sources=("X12-837P", "S-X12-RFI1190"),
    denials=("CO-16", "MA04"),
    claim_status=("A7:672",),
    needs=("MSP reason",),
)

# Medicare Advantage plans (16) ask for the reason, too.
_MEDICARE = ("MA", "MB", "16")
_REASONS = ("12", "13", "14", "15", "16", "41", "42", "43", "47")


@edit.claim
def check_others(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    for other in claim.other_payers:
        reason = other.subscriber.insurance_type
        if reason in _REASONS and other.subscriber.filing_code not in _MEDICARE:
            message = f"SBR05 of another payer is {reason} (why Medicare is secondary), but not Medicare."
            to_do = "Remove SBR05 from loop 2320: it is for Medicare as a secondary payer only."
            yield Hit(at=reason, message=message, to_do=to_do)


@edit.party
def check(party: Party, context: Context) -> Iterator[CheckResult]:
    subscriber = context.claim.subscriber
    if party.loop != "2010BA" or subscriber is None or subscriber.insurance_type not in _REASONS:
        return
    reason = subscriber.insurance_type
    if subscriber.filing_code not in _MEDICARE:
        message = (
            f"SBR05 is {reason}, a reason why Medicare is secondary, but the payer is not Medicare (SBR09)."
        )
        yield Hit(
            at=reason, message=message, to_do="Remove SBR05: it is for Medicare as a secondary payer only."
        )
    elif subscriber.responsibility == "P":
        message = (
            f"SBR05 is {reason}, a reason why Medicare is secondary, but Medicare is primary (SBR01 is P)."
        )
        yield Hit(at=reason, message=message)
