"""The state of an address is missing or invalid.

What is wrong
    An address in the United States has no state (N402), or two letters that are not a state, territory or
    military address. An address without a country (N404) is assumed to be in the United States.

Why it is refused
    The implementation guide (TR3) allows only the postal service's abbreviations; payers choose fee schedules
    and rules by state.

How to correct it
    Enter the two-letter state code. An address outside the United States needs its country in N404. A safe
    fix removes spaces and changes lowercase letters to uppercase.
"""

from collections.abc import Iterator

from scrubber.claim import Party
from scrubber.engine import CheckResult, Context, Edit, Hit, safe

from ..shared.parties import lacks_country

edit = Edit(
    id="BILL-22",
    title="State is missing or invalid",
    snip=5,
    severity="reject",
    to_do=(
        "Enter the two-letter USPS state code in N402, or the country in N404 if the address is outside "
        "the US."
    ),
    sources=("X12-837P", "S-USPS"),
    denials=("CO-16", "N258"),
    claim_status=("A7:500",),
)


@edit.party
def check(party: Party, context: Context) -> Iterator[CheckResult]:
    if not party.has_us_address:
        return
    state, line, day = party.state, party.line, context.claim.first_service or context.as_of
    if context.tables.state(state, day).value:
        return
    if lacks_country(party, context):
        prefix = f"Line {line.index}: " if line else ""
        message = f"{prefix}Country (N404) is missing: state and postal code are not of the United States."
        to_do = "Enter the country code in N404, such as CA for Canada; or correct state and ZIP code."
        yield Hit(at=party.country, message=message, line=line, to_do=to_do)
        return
    clean = state.strip().upper()
    fix = safe((state, clean)) if context.tables.state(clean, day).value else None
    prefix = f"Line {line.index}: " if line else ""
    fault = f"{state} is not a valid state code" if state else "State (N402) is missing"
    yield Hit(at=state, message=f"{prefix}{fault}.", line=line, fix=fix)
