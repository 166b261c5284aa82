"""An HL loop has no claim, or a claim is outside its HL loop.

What is wrong
    A subscriber or patient hierarchical level (HL loop) has no claim, a transaction set has no claims at
    all, or a claim is not under a subscriber.

Why it is refused
    The implementation guide (TR3) requires at least one claim for each patient and for each subscriber who
    has no dependent patients, and a subscriber for every claim. Something was lost or is out
    of order.

How to correct it
    Regenerate the transaction set; look for a claim that was deleted after its patient was exported. An HL
    loop without a claim is held by itself; the other claims are not.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.envelopes.scan import Envelope

edit = Edit(
    id="STR-11",
    title="HL loop without a claim, or claim outside its HL loop",
    snip=2,
    severity="reject",
    to_do="Regenerate the file; add the claim that is missing from the HL loop, or remove the HL loop.",
    sources=("X12-837P",),
    claim_status=("A7:684",),
    needs=("no subscriber",),
)


@edit.envelope
def check_hl_loops(envelope: Envelope, _context: Context) -> Iterator[CheckResult]:
    if not envelope.is_examined or envelope.unclosed:
        return
    if envelope.claims == 0:
        yield Hit(
            at=envelope.header,
            message="This transaction set contains no claims.",
            to_do="Regenerate the transaction set with its claims (loop 2300), or do not send it.",
        )
        return
    for level in envelope.without_claim:
        yield Hit(at=level, message="This HL loop (hierarchical level) contains no claim.", holds=False)


@edit.claim
def check_claim(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    if claim.subscriber is None:
        yield Hit(
            at=claim.segment,
            message="The claim is not under a subscriber HL loop (hierarchical level with HL03 22).",
            loop="2300",
            to_do="Regenerate the file with the claim under the HL loop of its subscriber (HL03 22).",
        )
