"""Leuprolide depot is billed to Medicare without a covered diagnosis, or with a secondary one only.

What is wrong
    The drug line (J9217) points to no diagnosis that the article of the state's MAC lists (NGS: A52453, in
    New York, New England, Illinois, Minnesota and Wisconsin), or only to one that the article accepts with
    a primary one, and the claim has no primary one. Metastases (C77.- to C79.-) are such secondary
    diagnoses: they count only with the primary tumor.

Why it is refused
    Medicare decides medical necessity for the drug by this list. A metastasis alone does not show which
    cancer is being treated, and the line is denied.

How to correct it
    For metastases, add the primary tumor (such as C61) or its history (Z85.46), as documented, and point to
    both. If no listed diagnosis is on the claim, check the chart for one that the drug was given for;
    otherwise Medicare does not cover it.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Parameter

from ..shared.ask_last import unless_supplied
from ..shared.coverage import unsupported

edit = Edit(
    id="DX-14",
    title="Leuprolide depot without a primary diagnosis from the article",
    snip=7,
    severity="warn",
    to_do=(
        "Add the primary tumor (such as C61) or its history (Z85.46) as documented, "
        "and point the drug line (SV107) to it."
    ),
    about="diagnoses",
    sources=("S-A52453",),
    denials=("CO-50", "N115"),
    claim_status=("A8:488",),
    needs=("lhrh_analog",),
    parameters={
        "waived": Parameter(("GA", "GX", "GY", "GZ"), "modifiers that mean no payment is expected"),
    },
)


@edit.line_diagnosis
@unless_supplied
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    yield from unsupported(line, context, context.codes["lhrh_analog"])
