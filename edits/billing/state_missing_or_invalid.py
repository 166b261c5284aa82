"""The state of an address is missing or does not exist.

What is wrong
    An address in the United States has no state (N402), or two letters that are no state, territory or
    military address. An address without a country (N404) is taken to be in the United States.

Why it is refused
    The guide takes the postal service's abbreviations only; by the state payers choose fee schedules and
    rules.

How to correct it
    Enter the two letters. An address abroad needs its country in N404. Small letters and blanks are repaired
    safely.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, safe

edit = Edit(
    id="BILL-22",
    title="State of an address is missing or unknown",
    snip=5,
    severity="reject",
    sources=("X12-837P", "S-USPS"),
    denials=("CO-16", "N258"),
    claim_status=("A7:500",),
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    day = claim.first_service or context.as_of
    right: set[str] = set()
    for line, party in claim.us_addresses:
        state = party.state
        if state in right or context.tables.state(state, day).value:
            right.add(state)
            continue
        clean = state.strip().upper()
        fix = safe((state, clean)) if context.tables.state(clean, day).value else None
        fault = f"{state} is not a state" if state else "The state is missing"
        yield Hit(at=state, message=f"{fault}.", line=line, fix=fix)
