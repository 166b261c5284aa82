"""The transaction set is not sent as an original.

What is wrong
    BHT02 is 18, which says that the file was sent before and is sent again because of a technical problem.

Why it is refused
    The TR3 allows 18, but Medicare accepts originals only: a file with another value than 00 is rejected.

How to correct it
    Enter 00 in BHT02, in the settings of the program that writes the file. Check that the claims of the first
    transmission did not arrive, as they would otherwise be denied as duplicates.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="STR-16",
    title="Transaction set is not an original (BHT02)",
    snip=2,
    severity="reject",
    to_do="Enter 00 in BHT02, in the settings of the program that writes the file.",
    sources=("CMS-837P-TI",),
    claim_status=("A7:684",),
    needs=("medicare",),
)

_ORIGINAL = "00"


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    subscriber = claim.subscriber
    if subscriber is None or subscriber.filing_code != "MB":
        return
    if claim.purpose and claim.purpose != _ORIGINAL:
        message = f"BHT02 is {claim.purpose}; Medicare accepts originals (00) only."
        yield Hit(at=claim.purpose, message=message)
