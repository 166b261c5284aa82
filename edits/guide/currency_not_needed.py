"""A currency is named where the amounts are in US dollars.

What is wrong
    The billing provider's level (2000A) has a CUR segment that names the US dollar, or any currency in a
    claim to Medicare.

Why it is refused
    The implementation guide (TR3) has CUR only for amounts in another currency, and says not to send it
    otherwise. Medicare pays in dollars and rejects every CUR.

How to correct it
    Remove the CUR segment, in the settings of the program that writes the file.
"""

from collections.abc import Iterator

from scrubber.claim import Party
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="GUIDE-24",
    title="Currency segment (CUR) not needed",
    snip=2,
    severity="warn",
    to_do="Remove the CUR segment of loop 2000A: amounts are in US dollars unless it says otherwise.",
    variants={"medicare": "reject"},
    sources=("X12-837P", "CMS-837P-EDITS"),
    denials=("CO-16",),
    claim_status=("A7:732",),
)


@edit.party
def check(party: Party, context: Context) -> Iterator[CheckResult]:
    if party.loop != "2010AA":
        return
    currency = context.claim.currency
    if currency.segment is None:
        return
    subscriber = context.claim.subscriber
    if subscriber and subscriber.filing_code == "MB":
        message = "CUR segment is sent, but Medicare pays in US dollars only."
        yield Hit(at=currency, message=message, variant="medicare")
    elif currency in ("USD", ""):
        yield Hit(at=currency, message="CUR segment is sent, but the amounts are in US dollars.")
