"""Leuprolide depot is billed to Medicare without a diagnosis of the article, or with a secondary one only.

What is wrong
    The line of the drug (J9217) points at no diagnosis that the article of the state's Medicare contractor
    lists (NGS: A52453, in New York, New England, Illinois, Minnesota and Wisconsin), or only at
    one that the article accepts beside a primary one, and the claim lists no primary one. Metastases
    (C77.- to C79.-) are such: they count beside the tumour that they came from.

Why it is refused
    Medicare judges the need for the drug by this list. A metastasis alone does not say which cancer is
    treated, and the line is denied.

How to correct it
    For metastases add the primary tumour (such as C61), or its history (Z85.46), as the chart has it, and
    point at both. Where nothing is listed, look in the chart whether a listed diagnosis is what the drug was
    given for; else it is not covered by Medicare.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Parameter

from ..shared.coverage import unsupported

edit = Edit(
    id="DX-14",
    title="Leuprolide depot without a primary diagnosis of the article",
    snip=7,
    severity="warn",
    about="diagnoses",
    sources=("S-A52453",),
    denials=("CO-50", "N115"),
    claim_status=("A8:488",),
    needs=("lhrh_analog",),
    parameters={
        "waived": Parameter(("GA", "GX", "GY", "GZ"), "modifiers that say that no payment is expected"),
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    yield from unsupported(claim, context, context.codes["lhrh_analog"])
