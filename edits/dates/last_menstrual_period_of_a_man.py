"""A last menstrual period is reported for a male patient.

What is wrong
    The claim has the date of the last menstrual period (DTP*484), and the patient's sex (DMG03) is M.

Why it is refused
    The two contradict each other. Payers compare them and reject the claim, or process it under the wrong
    person of the family.

How to correct it
    Check the patient: often the mother's data were entered for a child. Box 14 of the paper form has
    onset and menstrual period in one field: for onset of an illness the qualifier is 431.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.claim.date_kinds import MENSTRUAL_PERIOD
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="DATE-10",
    title="Last menstrual period of a male patient",
    snip=7,
    severity="info",
    to_do="Remove DTP*484, change it to DTP*431 (onset) if that is meant, or correct the sex in DMG03.",
    sources=("S-AVAILITY-1108",),
    denials=("CO-16", "CO-7"),
    claim_status=("A8:474",),
    needs=("odd dates",),
)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    if claim.patient is None or claim.patient.sex != "M":
        return
    for period in claim.dates:
        if period.qualifier == MENSTRUAL_PERIOD:
            yield Hit(
                at=period.value, message="Last menstrual period (DTP*484) is reported for a male patient."
            )
