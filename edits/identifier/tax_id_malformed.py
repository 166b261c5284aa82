"""A tax ID or Social Security number does not have nine digits, or cannot be one.

What is wrong
    An Employer Identification Number (REF*EI) or a Social Security number (REF*SY) does not have exactly
    nine digits, or has only zeros. Or it is a placeholder (123456789, one digit nine times), or a Social
    Security number that is never issued: beginning with 000 or 666, or with only zeros in its second or
    third part; or a tax ID that begins with 00. It is the tax ID of the billing provider (2010AA) or of a
    pay-to plan (2010AC), or the number of the subscriber or patient (2010BA, 2010CA).

Why it is refused
    The implementation guide (TR3) wants a string of exactly nine numbers with no separators. Payers find
    the billing provider by the tax ID and the NPI; clearinghouses reject a tax ID of another form.

How to correct it
    Enter the number as on the provider's W-9 or IRS letter, without hyphens. A safe fix removes hyphens
    and spaces; digits are never made up.
"""

from collections.abc import Iterator

from scrubber.claim import Party
from scrubber.engine import CheckResult, Context, Edit, Hit, safe

from ..shared.forms import tax_id_form
from ..shared.parties import loop_of

edit = Edit(
    id="ID-01",
    title="Tax ID or Social Security number does not have nine digits",
    snip=4,
    severity="reject",
    variants={"never issued": "warn"},
    to_do="Enter the nine digits of the tax ID in REF02 (REF*EI or REF*SY), without hyphens or spaces.",
    sources=("X12-837P", "S-STEDI-TIN", "S-STEDI-SSN"),
    denials=("CO-16", "N209"),
    claim_status=("A7:128",),
)

_NAMES = {"EI": "tax ID", "SY": "Social Security number"}


@edit.party
def check(party: Party, context: Context) -> Iterator[CheckResult]:
    for reference in party.references:
        name = _NAMES.get(reference.qualifier)
        if name is None or not reference.value:
            continue
        form = tax_id_form(reference.value)
        if form.fault:
            loop = loop_of(party, context.claim)
            message = f"{name[0].upper()}{name[1:]} (REF*{reference.qualifier}) in {loop} {form.fault}."
            to_do = f"Enter the nine digits of the {name} in REF02 of {loop}, without separators."
            fix = safe((reference.value, form.plain)) if form.plain else None
            yield Hit(at=reference.value, message=message, line=party.line, fix=fix, to_do=to_do)
        elif _is_never_issued(reference.qualifier, reference.value):
            loop = loop_of(party, context.claim)
            message = f"{name[0].upper()}{name[1:]} (REF*{reference.qualifier}) in {loop} was never issued."
            to_do = f"Enter the real {name} in REF02 of {loop}."
            yield Hit(
                at=reference.value, message=message, line=party.line, variant="never issued", to_do=to_do
            )


def _is_never_issued(qualifier: str, number: str) -> bool:
    """Return True for a placeholder, or for a Social Security number of an area, group or serial of zeros."""
    if number == "123456789" or len(set(number)) == 1:
        return True
    # No campus of the IRS assigns numbers that begin with 00.
    if qualifier == "EI":
        return number.startswith("00")
    return number.startswith(("000", "666")) or number[3:5] == "00" or number.endswith("0000")
