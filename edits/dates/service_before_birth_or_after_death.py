"""The service was given before the patient's birth or after the patient's death, as the claim says.

What is wrong
    A date of service (DTP*472) is earlier than the patient's birth date (DMG02), or later than the date of
    death (PAT06).

Why it is refused
    It cannot be. Payers compare the dates before they look at anything else, and have denial codes of their
    own for both.

How to correct it
    Compare the dates with the chart and the insurance card. Mostly the birth date was mistyped, or belongs
    to another member of the family, or the year of the service is wrong. What was done for a newborn under
    the mother's name before the birth is billed for the mother.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked

edit = Edit(
    id="DATE-02",
    title="Service before birth or after death",
    snip=4,
    severity="reject",
    sources=("S-ADJ24",),
    denials=("CO-14", "CO-13"),
    claim_status=("A8:187",),
)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    birth = claim.patient.birth_date if claim.patient else None
    born, died = birth.date if birth else None, claim.death_date.date
    if birth and born is None:
        yield Unchecked("the patient's birth date is unreadable")
    for line in claim.lines:
        day = line.service.start if line.service else None
        if line.service is None or day is None:
            if born or died:
                yield Unchecked("the date of service of a line is missing or unreadable")
        elif born and day < born:
            message = f"Line {line.index} is of {day}, before the patient was born."
            yield Hit(at=line.service.value, message=message, line=line)
        elif died and day > died:
            message = f"Line {line.index} is of {day}, after the patient's death."
            yield Hit(at=line.service.value, message=message, line=line)
