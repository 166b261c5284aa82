"""A level without a claim, or a claim outside its level.

What is wrong
    A subscriber or patient level (HL) has no claim below it, a transaction holds no claim at all, or a
    claim does not stand below a subscriber.

Why it is refused
    The guide wants at least one claim below each patient and below each subscriber that has no dependent
    patients, and every claim below a subscriber. Something was lost, or put in the wrong order.

How to correct it
    Have the transaction produced again; look for a claim that was deleted after its patient was exported.
    A level without a claim is held by itself, the claims beside it are not.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.envelopes.scan import Envelope

edit = Edit(
    id="STR-11",
    title="Level without a claim, or claim outside its level",
    snip=2,
    severity="reject",
    sources=("X12-837P",),
    claim_status=("A7:684",),
)


@edit.envelope
def check_levels(envelope: Envelope, _context: Context) -> Iterator[CheckResult]:
    if not envelope.is_examined or envelope.unclosed:
        return
    if envelope.claims == 0:
        yield Hit(at=envelope.header, message="This transaction holds no claim.")
        return
    for level in envelope.without_claim:
        yield Hit(at=level, message="There is no claim below this level.", holds=False)


@edit.claim
def check_claim(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    if claim.subscriber is None:
        message = "The claim does not stand below a subscriber level (HL03 22)."
        yield Hit(at=claim.segment, message=message, loop="2300")
