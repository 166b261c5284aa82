"""A clinical trial claim to Medicare has no trial number.

What is wrong
    A line has modifier Q0 or Q1, the claim has diagnosis Z00.6 (participant in a clinical trial), and the
    number of the trial (REF*P4) is missing, or is not the eight digits of its NCT number.

Why it is refused
    Medicare requires the number on claims for services in clinical trials since 2014, and returns claims
    without it as unprocessable.

How to correct it
    Enter the eight digits that follow NCT in the trial's registration at ClinicalTrials.gov in REF02
    (REF*P4, loop 2300), without NCT or CT. If the patient is in no trial, remove Q0 or Q1 and Z00.6.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="BILL-31",
    title="Clinical trial number missing or malformed",
    snip=4,
    severity="warn",
    variants={"malformed": "warn"},
    to_do="Enter the eight digits of the trial's NCT number in REF02 (REF*P4, loop 2300).",
    sources=("S-CGS-TRIAL", "S-PDAC-TRIAL"),
    denials=("CO-16", "MA50", "MA130"),
    claim_status=("A7:478",),
    needs=("medicare", "modifiers"),
)

_TRIAL, _DIGITS = "Z006", 8
_IN_TRIALS = ("Q0", "Q1")


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    if claim.subscriber is None or claim.subscriber.filing_code != "MB":
        return
    lines = claim.lines_marked(_IN_TRIALS)
    if not lines or claim.is_void or not claim.has_code(_TRIAL):
        return
    line, number = lines[0], claim.reference("P4")
    modifier = line.modifiers_among(_IN_TRIALS)[0]
    if number is None:
        message = f"Line {line.index} has modifier {modifier} (clinical trial), but REF*P4 is missing."
        yield Hit(at=claim.segment, message=message, element="REF02", loop="2300")
    elif not (number.isascii() and number.isdigit() and len(number) == _DIGITS):
        message = "The clinical trial number (REF*P4) is not the eight digits of an NCT number."
        yield Hit(at=number, message=message, variant="malformed")
