"""Drawing blood from a catheter, or flushing one, is billed with an injection.

What is wrong
    The claim bills 36591, 36592 or 96523 (blood from a port or catheter, flushing it) and the injection
    96372 for the same day and provider.

Why it is refused
    These services are paid only when nothing else is done that day. The correct coding edits of Medicare and
    Medicaid never pay them beside an injection; no modifier changes that.

How to correct it
    Take the line of the draw or of the flush off the claim; the injection stays. Nothing is repaired here,
    since a person must decide what is billed.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Parameter

from ..shared.ncci import STATED_SINCE, bundled

edit = Edit(
    id="ADM-13",
    title="Catheter draw or flush with an injection",
    snip=7,
    severity="warn",
    sources=("S-NCCI24Q3",),
    denials=("CO-236",),
    claim_status=("A8:454",),
    needs=("injection", "catheter_draw"),
    parameters={
        "procedure": Parameter(("96372",), "the injection, which is paid"),
        "others": Parameter(("36591-36592", "96523"), "services that are never paid beside it"),
        "program": Parameter("medicare", "whose imported NCCI pairs are asked"),
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    others = context.code_set("others")
    yield from bundled(claim, context, context["procedure"], others, since=STATED_SINCE)
