"""The reason why Medicare is secondary does not fit the patient or the primary payer.

What is wrong
    SBR05 says why Medicare is secondary, and the claim says otherwise: working aged (12) for a patient who is
    not 65 yet, disabled with a large group plan (43) for one who is 65 or older, an employer's group plan
    (12, 13, 43) where the primary payer is a workers' compensation or automobile insurer, or workers'
    compensation (15) or no-fault insurance (14) where neither a payer (2320 SBR09) nor a related cause
    (CLM11) supports it.

Why it is refused
    Each reason is a rule of its own about who pays first. Medicare compares it with its records of the
    patient's other insurance, and denies the claim or asks back where the two do not fit.

How to correct it
    Ask the patient which insurance is primary and why, and enter that reason in SBR05: 12 from age 65 on with
    a group plan by current employment, 43 under 65 with a large group plan by disability, 13 during the
    coordination period of kidney disease, 14 no-fault, 15 workers' compensation, 47 other liability. For an
    accident, enter its cause and date, too (CLM11, DTP*439).
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="BILL-30",
    title="MSP reason (SBR05) contradicts the patient's age or the primary payer",
    snip=4,
    severity="warn",
    to_do="Correct the MSP reason in SBR05: 12 is for 65 and older, 43 for under 65, 14 and 15 for injuries.",
    sources=("CFR-411.172", "CFR-411.204", "X12-837P"),
    denials=("CO-22", "MA04"),
    claim_status=("A7:672",),
    needs=("MSP reason",),
)

_AGED, _DISABLED = "12", "43"
_OF_GROUP_PLANS = ("12", "13", "43")
_FROM_MONTH = 65 * 12 - 1
"""Months of age from which Medicare may begin: who was born on the first turns 65 the month before."""
_INSURERS_OF = {"14": ("AM", "LM", "ZZ"), "15": ("WC", "ZZ")}
"""Filing codes that a primary payer of an injury may have."""
_OF_INJURIES = ("AM", "WC")
_CAUSES_OF = {"14": ("AA", "OA", "EM"), "15": ("EM",)}


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    subscriber = claim.subscriber
    if subscriber is None or subscriber.filing_code != "MB" or subscriber.responsibility == "P":
        return
    reason = subscriber.insurance_type
    if fault := _payer_fault(claim, reason) or _age_fault(claim, reason):
        yield Hit(at=reason, message=f"SBR05 is {reason}, {fault}.")


def _payer_fault(claim: Claim, reason: str) -> str:
    """Return how the primary payer contradicts the reason; nothing if it does not."""
    primary = next((each for each in claim.other_payers if each.subscriber.responsibility == "P"), None)
    if primary is None:
        return ""
    filing_code = primary.subscriber.filing_code
    if reason in _OF_GROUP_PLANS and filing_code in _OF_INJURIES:
        return f"an employer's group plan, but the primary payer insures injuries (SBR09 {filing_code})"
    insurers = _INSURERS_OF.get(reason)
    if insurers is None or not filing_code or filing_code in insurers:
        return ""
    # A no-fault or compensation insurer may be reported as commercial: the related cause tells.
    if any(cause in _CAUSES_OF[reason] for cause in claim.related_causes):
        return ""
    kind = "workers' compensation" if reason == "15" else "no-fault insurance"
    return f"{kind}, but no payer (SBR09) and no related cause (CLM11) supports it"


def _age_fault(claim: Claim, reason: str) -> str:
    """Return how the patient's age contradicts the reason; nothing if it does not."""
    if reason not in (_AGED, _DISABLED) or claim.patient is None:
        return ""
    born, day = claim.patient.birth_date.date, claim.first_service
    if born is None or day is None:
        return ""
    months = (day.year - born.year) * 12 + day.month - born.month
    if reason == _AGED and months < _FROM_MONTH:
        return "working aged, but the patient was not 65 yet"
    if reason == _DISABLED and months > _FROM_MONTH + 1:
        return "disabled, which is for patients under 65"
    return ""
