"""A laboratory or imaging service does not say who ordered it.

What is wrong
    The claim goes to Medicare and bills a laboratory test or an image, but neither a referring provider
    (2310A, 2420F) nor an ordering one (2420E) is named.

Why it is refused
    Such services are paid only on the order of a practitioner who is enrolled for it, whose name and NPI
    must be on the claim, even if that is the one who performs it.

How to correct it
    Enter the practitioner who ordered the service, with name and NPI, as referring or ordering provider. For
    a test done in the office on the doctor's own order, that is the same doctor.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="BILL-13",
    title="Ordering provider of a test is missing",
    snip=7,
    severity="warn",
    sources=("S-CGS-ORD", "S-NGS-ORD"),
    denials=("CO-16", "N286", "CO-183"),
    claim_status=("A7:562",),
    parameters={
        # Without screening mammograms, which need no order, radiation therapy and skin tests.
        "ordered": Parameter(
            ("70010-76999", "77046-77062", "77065-77066", "78012-78999", "80047-86484", "86590-89398"),
            "services that need an order",
        )
    },
)

_ORDERING = ("2420E", "2420F")


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    ordered = context.code_set("ordered")
    lines = [line for line in claim.lines if line.hcpcs in ordered and not _is_ordered(line)]
    if lines and not any(party.loop == "2310A" for party in claim.providers):
        message = f"Nobody is named who ordered {lines[0].procedure} (line {lines[0].index})."
        yield Hit(at=lines[0].procedure, message=message, line=lines[0])


def _is_ordered(line: ServiceLine) -> bool:
    return any(party.loop in _ORDERING for party in line.providers)
