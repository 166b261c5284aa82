"""Two providers are named as referring, or the primary care provider comes without the referring one.

What is wrong
    The claim (loop 2310A) or a line (loop 2420F) names a referring provider (NM1*DN) twice; or its first
    provider is the primary care provider (NM1*P3).

Why it is refused
    The implementation guide (TR3) has the referring provider (DN) in the first loop, and allows a second one
    for the primary care provider (P3) who made the first referral. A receiver cannot tell which of two
    referring providers counts.

How to correct it
    Report the provider who referred the patient for this service as DN. If the payer also wants the primary
    care provider, add that one in a second loop as P3.
"""

from collections.abc import Iterator, Sequence

from scrubber.claim import Claim, Party
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="GUIDE-13",
    title="Referring provider twice, or primary care provider alone",
    snip=2,
    severity="reject",
    to_do="Keep one referring provider (NM101 = DN); the primary care provider is P3 in the second loop.",
    variants={"primary care first": "warn"},
    sources=("X12-837P", "S-X12-RFI2148"),
    denials=("CO-16", "N286"),
    claim_status=("A7:562:DN",),
    needs=("referrals",),
)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    yield from _wrong([party for party in claim.providers if party.loop == "2310A"])
    for line in claim.lines:
        yield from _wrong([party for party in line.providers if party.loop == "2420F"])


def _wrong(parties: Sequence[Party]) -> Iterator[CheckResult]:
    """Yield what is wrong with the referring providers of the claim or of one line."""
    if not parties:
        return
    line = parties[0].line
    prefix = f"Line {line.index}: loop" if line else "Loop"
    loop = parties[0].loop
    if parties[0].entity == "P3":
        message = f"{prefix} {loop} names a primary care provider (NM1*P3) before the referring one (NM1*DN)."
        to_do = f"Enter the referring provider in the first loop {loop} (NM101 = DN), or change P3 to DN."
        yield Hit(parties[0].entity, message, line, variant="primary care first", to_do=to_do)
    elif len(parties) > 1 and parties[1].entity == "DN":
        message = f"{prefix} {loop} names two referring providers (NM1*DN twice)."
        yield Hit(parties[1].entity, message, line)
