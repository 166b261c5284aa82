"""The billing provider's taxonomy code is missing.

What is wrong
    The claim goes to a payer that chooses the provider's contract by taxonomy code, and the billing provider
    has none (PRV*BI in loop 2000A).

Why it is refused
    Many Medicaid programs and their health plans enroll one NPI under several taxonomy codes. Without the
    code they find no record, or the wrong one, and deny the claim.

How to correct it
    Enter the taxonomy code under which the provider is enrolled with this payer; it is in the enrollment
    letter and in NPPES. Set it once in the practice management system.
"""

from collections.abc import Iterator

from scrubber.claim import Party
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="BILL-05",
    title="Billing provider taxonomy code missing",
    snip=7,
    severity="warn",
    to_do="Enter the taxonomy code the provider is enrolled under with this payer in PRV03 (loop 2000A).",
    sources=("S-NCMED-TAX",),
    denials=("CO-16", "N255", "N288"),
    claim_status=("A7:145",),
)


@edit.party
def check(party: Party, context: Context) -> Iterator[CheckResult]:
    if party.loop == "2010AA" and not party.taxonomy:
        message = "Billing provider has no taxonomy code, which this payer needs to find the contract."
        at = party.id.segment or context.claim.segment
        yield Hit(at=at, message=message, element="PRV03", loop="2000A")
