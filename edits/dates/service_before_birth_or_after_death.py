"""The date of service is before the patient's birth, after the death, or more than a lifetime after birth.

What is wrong
    A date of service (DTP*472) is earlier than the patient's date of birth (DMG02), or later than the
    date of death (PAT06); or birth or death is in the future. Or the patient would be more than 150
    years old, which nobody is; from 120 years on it is a warning, since a date such as 1900-01-01 is
    mostly a placeholder.

Why it is refused
    That is impossible. Payers compare these dates before they look at anything else, and have a denial
    code for each case.

How to correct it
    Compare the dates with the chart and the insurance card. Usually the date of birth was mistyped or
    belongs to another family member, or the year of the service is wrong. Services for a newborn under
    the mother's name before the birth are billed for the mother.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import Claim, Field
from scrubber.claim.signs import LONGEST_LIFE, USUAL_LIFE
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked

edit = Edit(
    id="DATE-02",
    title="Date of service before birth, after death or 150 years after birth",
    snip=4,
    severity="reject",
    variants={"very old": "warn"},
    to_do=(
        "Correct the date of service (DTP*472), date of birth (DMG02) or date of death (PAT06), "
        "whichever is wrong."
    ),
    sources=("S-ADJ24", "S-STEDI-BIRTH"),
    denials=("CO-14", "CO-13"),
    claim_status=("A8:187",),
    needs=("outside life",),
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    birth = claim.patient.birth_date if claim.patient else None
    born, died = birth.date if birth else None, claim.death_date.date
    if birth and born is None:
        yield Unchecked("the patient's date of birth is unreadable")
    if birth and born and born > context.as_of:
        message = f"Patient's date of birth (DMG02) is in the future (today is {context.as_of})."
        yield Hit(at=birth, message=message, to_do="Correct the patient's date of birth in DMG02.")
        return
    if birth and born:
        yield from _too_old(birth, _years(born, claim.first_service))
    if died and died > context.as_of:
        message = f"Patient's date of death (PAT06) is in the future (today is {context.as_of})."
        yield Hit(at=claim.death_date, message=message, to_do="Correct the patient's date of death in PAT06.")
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


def _too_old(birth: Field, years: int) -> Iterator[CheckResult]:
    """Yield a hit for an age that nobody or nearly nobody reaches."""
    if years > LONGEST_LIFE:
        message = f"Patient would be more than {LONGEST_LIFE} years old by the date of birth (DMG02)."
        to_do = "Correct the year of the patient's date of birth in DMG02."
        yield Hit(at=birth, message=message, to_do=to_do)
    elif years > USUAL_LIFE:
        message = f"Patient would be {years} years old by the date of birth (DMG02)."
        to_do = "Enter the patient's real date of birth in DMG02; 1900-01-01 and the like are placeholders."
        yield Hit(at=birth, message=message, to_do=to_do, variant="very old")


def _years(born: date, day: date | None) -> int:
    return day.year - born.year if day is not None else 0
