"""An NDC is reported on a service that is not a drug.

What is wrong
    Loop 2410 with an NDC belongs to a line that bills a visit, surgery, imaging or a laboratory test. None of
    these is a drug. On an injection line it is another fault (NDC-10).

Why it is refused
    The implementation guide (TR3) has this loop for drugs and biologicals. The payer does not find the NDC
    where the drug is billed, and may deny the line that reports one without being a drug.

How to correct it
    Move the NDC and its quantity to the drug line; if no drug was billed, add the drug line or remove the
    NDC.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.dosage import number_of

edit = Edit(
    id="STR-06",
    title="NDC on a service that is not a drug",
    snip=7,
    severity="warn",
    to_do="Move the NDC and its quantity (loop 2410) to the drug line; with no drug billed, remove them.",
    sources=("X12-837P",),
    denials=("CO-16", "M119"),
    claim_status=("A7:684",),
    needs=("ndc",),
    needs_codes=("services",),
    parameters={
        "services": Parameter(
            ("10004-69990", "70010-78999", "79005-79999", "80047-89398", "99202-99499"),
            "procedure codes of visits, surgery, imaging and laboratory tests",
        )
    },
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if not line.drugs or line.hcpcs not in context.code_set("services"):
        return
    for drug in line.drugs:
        if drug.qualifier == "N4" and number_of(drug):
            message = f"Line {line.index}: {line.procedure} is not a drug, but the line reports an NDC."
            yield Hit(at=drug.ndc, message=message, line=line)
