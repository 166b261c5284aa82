"""A postal code or province does not fit the country of the address.

What is wrong
    An address outside the United States (N404) has a postal code (N403) that does not have the form of that
    country's codes: five digits in Canada, letters in Germany. Or a Canadian address has no province in
    N402, or one that is not a Canadian province.

Why it is refused
    The implementation guide (TR3) wants the codes of the country's postal service, and requires N402 for
    Canada. Usually country and address do not belong together, and mail of the payer is returned.

How to correct it
    Correct the postal code, the province or the country, whichever is wrong. Spaces in a postal code are
    allowed. Countries without postal codes leave N403 empty.
"""

from collections.abc import Iterator

from scrubber.claim import Party
from scrubber.engine import CheckResult, Context, Edit, Hit

from ..shared.parties import PROVINCES
from ..shared.postal import has_form_of

edit = Edit(
    id="BILL-27",
    title="Postal code or province does not fit the country",
    snip=5,
    severity="warn",
    to_do="Correct the postal code (N403), the province (N402) or the country (N404), whichever is wrong.",
    sources=("X12-837P",),
    denials=("CO-16", "N258"),
    claim_status=("A7:500",),
)

_CANADA = "CA"


@edit.party
def check(party: Party, _context: Context) -> Iterator[CheckResult]:
    country, line = party.country, party.line
    if not country or party.has_us_address:
        return
    prefix = f"Line {line.index}: " if line else ""
    code = party.postal_code
    if code and not has_form_of(country, code):
        message = f"{prefix}Postal code (N403) does not have the format used in {country} (N404)."
        yield Hit(at=code, message=message, line=line)
    elif country == _CANADA and party.state.strip().upper() not in PROVINCES:
        fault = f"{party.state} is not a Canadian province" if party.state else "Province (N402) is missing"
        to_do = "Enter the two-letter code of the Canadian province in N402, such as ON for Ontario."
        yield Hit(at=party.state, message=f"{prefix}{fault}.", line=line, to_do=to_do)
