"""The quantity of an injected drug is given in milligrams.

What is wrong
    The unit of the NDC quantity (CTP05-1) is ME, milligrams, on the line of an injected drug. The guide
    knows this unit, but drugs are not priced or counted by it.

Why it is refused
    Every NDC has one unit by which it is counted: ML for what comes as a liquid, UN for vials of powder, GR
    for creams, F2 for clotting factors. A payer that multiplies its price per ML with milligrams pays or
    rebates the wrong amount, so many refuse ME.

How to correct it
    Enter how many millilitres were given (unit ML), or how many vials of powder (unit UN). The milligrams
    belong into the billed units of the procedure code. Nothing is repaired here, since quantity and unit
    must change together.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

from ..shared.dosage import is_compound

edit = Edit(
    id="NDC-08",
    title="NDC quantity in milligrams",
    snip=7,
    severity="info",
    about="ndc",
    sources=("S-MBCM-NDC",),
    denials=("CO-16", "M119"),
    claim_status=("A7:659",),
    needs=("ndc", "drug"),
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for line in claim.lines:
        if not line.drugs or is_compound(line) or not _is_injected(line.hcpcs, context):
            continue
        for drug in line.drugs:
            # As it will be once small letters are repaired.
            if drug.unit.strip().upper() == "ME":
                message = f"The NDC quantity of line {line.index} is in milligrams (ME)."
                yield Hit(at=drug.unit, message=message, line=line)


def _is_injected(code: str, context: Context) -> bool:
    codes = context.codes
    return codes.is_in("drug", code) and not codes.is_in("unclassified_drug", code)
