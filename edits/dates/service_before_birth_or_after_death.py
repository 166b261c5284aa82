"""The date of service is before the patient's birth or after the patient's death.

What is wrong
    A date of service (DTP*472) is earlier than the patient's date of birth (DMG02), or later than the date of
    death (PAT06).

Why it is refused
    That is impossible. Payers compare these dates before they look at anything else, and have a denial code
    for each case.

How to correct it
    Compare the dates with the chart and the insurance card. Usually the date of birth was mistyped or belongs
    to another family member, or the year of the service is wrong. Services for a newborn under the mother's
    name before the birth are billed for the mother.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked

edit = Edit(
    id="DATE-02",
    title="Date of service before birth or after death",
    snip=4,
    severity="reject",
    to_do=(
        "Correct the date of service (DTP*472), date of birth (DMG02) or date of death (PAT06), "
        "whichever is wrong."
    ),
    sources=("S-ADJ24",),
    denials=("CO-14", "CO-13"),
    claim_status=("A8:187",),
    needs=("outside life",),
)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    birth = claim.patient.birth_date if claim.patient else None
    born, died = birth.date if birth else None, claim.death_date.date
    if birth and born is None:
        yield Unchecked("the patient's date of birth is unreadable")
    for line in claim.lines:
        day = line.service.start if line.service else None
        if line.service is None or day is None:
            if born or died:
                yield Unchecked("the date of service of a line is missing or unreadable")
        elif born and day < born:
            message = f"Line {line.index}: date of service {day} is before the patient's date of birth."
            yield Hit(at=line.service.value, message=message, line=line)
        elif died and day > died:
            message = f"Line {line.index}: date of service {day} is after the patient's date of death."
            yield Hit(at=line.service.value, message=message, line=line)
