"""A person has no first name.

What is wrong
    NM102 is 1, which stands for a person, but the first name (NM104) is empty. Sometimes first and last name
    are together in NM103, with a comma.

Why it is refused
    The implementation guide (TR3) requires the first name of a person who has one. Payers find members by
    name and date of birth; clearinghouses reject persons without a first name. Some people have one name
    only, as on their card: for a patient or subscriber this is information.

How to correct it
    Enter the last name in NM103 and the first name in NM104, as on the insurance card or in NPPES.
"""

from collections.abc import Iterator

from scrubber.claim import Party
from scrubber.engine import CheckResult, Context, Edit, Hit

from ..shared.parties import loop_of

edit = Edit(
    id="ID-11",
    title="First name of a person is missing",
    snip=4,
    severity="warn",
    to_do="Enter the last name in NM103 and the first name in NM104, as on the insurance card or in NPPES.",
    variants={"one name": "info"},
    sources=("X12-837P", "S-STEDI-FIRST"),
    denials=("CO-16",),
    claim_status=("A7:505",),
)

_PERSON = "1"
_PEOPLE = ("2010BA", "2010CA")


@edit.party
def check(party: Party, context: Context) -> Iterator[CheckResult]:
    if party.kind != _PERSON or (party.loop in _PEOPLE and context.claim.has_full_names):
        return
    if party.first_name.strip() or not party.name or (party.is_provider and not party.id):
        return
    prefix = f"Line {party.line.index}: first" if party.line else "First"
    where = loop_of(party, context.claim)
    if "," in party.name:
        message = f"{prefix} and last name are both in NM103 of {where}, and NM104 is empty."
        yield Hit(at=party.name, message=message, line=party.line)
    else:
        message = f"{prefix} name (NM104) of the person in {where} is missing."
        variant = "" if party.is_provider else "one name"
        yield Hit(at=party.first_name, message=message, line=party.line, variant=variant)
