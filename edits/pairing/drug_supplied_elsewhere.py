"""A drug is billed with a nominal charge: someone else supplied it.

What is wrong
    Nothing need be wrong. A drug line with a charge of 0.01 or less says that the patient, a pharmacy or a
    programme supplied the drug and only the injection is charged. The claim is judged as such: no NDC is
    demanded of that line. A charge of exactly zero is pointed out separately.

Why it is refused
    Medicare asks for 0.01 on the line of a drug that cost the practice nothing, so that the injection has
    its drug on the claim; a line of zero may be dropped on the way, and the injection then lacks its drug.

How to correct it
    If the practice bought the drug, enter its real charge. If not, for Medicare enter 0.01 instead of zero.
    Say name and dose in the line's description or note where the code does not name the drug.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.claim.pairing import is_supplied_elsewhere, is_wastage
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked

edit = Edit(
    id="PAIR-02",
    title="Drug that the patient or someone else supplied",
    snip=7,
    severity="info",
    variants={"zero_charge": "info"},
    sources=("S-NGS-PSD",),
    denials=("CO-16",),
    claim_status=("A7:583",),
    needs=("drug",),
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for line in claim.lines:
        if not context.codes.is_in("drug", line.hcpcs) or is_wastage(line):
            continue
        if line.charge.decimal is None:
            yield Unchecked("the charge of a drug line is missing or is no number")
        elif is_supplied_elsewhere(line):
            message = (
                f"Line {line.index} charges {line.charge} for {line.procedure}: "
                "this is read as a drug that the patient or someone else supplied."
            )
            variant = "" if line.charge.decimal else "zero_charge"
            yield Hit(at=line.charge, message=message, line=line, variant=variant)
