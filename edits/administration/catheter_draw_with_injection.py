"""A catheter blood draw or flush is billed with an injection.

What is wrong
    The claim bills 36591, 36592 or 96523 (drawing blood from a port or catheter, or flushing it) and the
    injection 96372 for the same day and provider.

Why it is refused
    These services are paid only when nothing else is done that day. The NCCI PTP edits of Medicare and
    Medicaid never pay them with an injection (modifier indicator 0); no modifier changes that.

How to correct it
    Remove the line for the draw or the flush from the claim; the injection stays.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Parameter
from scrubber.tables.lookups import PROGRAMS

from ..shared.ncci import IN_FORCE, STATED_SINCE, bundled

edit = Edit(
    id="ADM-13",
    title="Catheter draw or flush with an injection",
    snip=7,
    severity="warn",
    to_do=(
        "Remove the catheter draw or flush line (36591, 36592 or 96523); the injection 96372 stays on the "
        "claim."
    ),
    sources=("S-NCCI24Q3",),
    denials=("CO-236",),
    claim_status=("A8:454",),
    variants=IN_FORCE,
    needs=("injection", "catheter_draw"),
    needs_codes=("procedure", "others"),
    parameters={
        "procedure": Parameter(("96372",), "the injection, which is paid (column one)"),
        "others": Parameter(("36591-36592", "96523"), "services that are never paid with it (column two)"),
        "program": Parameter("medicare", "program whose imported NCCI PTP edits apply", PROGRAMS),
    },
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    others = context.code_set("others")
    yield from bundled(claim, context, context["procedure"], others, since=STATED_SINCE)
