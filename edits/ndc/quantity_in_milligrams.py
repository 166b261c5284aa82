"""The NDC quantity of an injected drug is in milligrams.

What is wrong
    The unit of the NDC quantity (CTP05-1) is ME, milligrams, on an injected drug's line. The TR3 allows this
    unit, but drugs are not priced or counted by it.

Why it is refused
    Every NDC has one unit by which it is counted: ML for liquids, UN for vials of powder, GR for creams, F2
    for clotting factors. A payer that multiplies its price per ML by milligrams pays or rebates the wrong
    amount, so many reject ME.

How to correct it
    Enter how many milliliters were given (unit ML), or how many vials of powder (unit UN). The milligrams
    belong in the billed units of the HCPCS code. There is no automatic fix, because quantity and unit must
    change together.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit

from ..shared.dosage import is_compound

edit = Edit(
    id="NDC-08",
    title="NDC quantity in milligrams",
    snip=7,
    severity="info",
    to_do="Change CTP04 and CTP05-1 together: the milliliters given (ML) or the vials of powder used (UN).",
    about="ndc",
    sources=("S-MBCM-NDC",),
    denials=("CO-16", "M119"),
    claim_status=("A7:659",),
    needs=("ndc", "drug"),
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if is_compound(line) or not _is_injected(line.hcpcs, context):
        return
    for drug in line.drugs:
        # As it will be once lowercase is fixed.
        if drug.unit.strip().upper() == "ME":
            message = f"Line {line.index}: NDC quantity is in milligrams (ME), by which drugs are not priced."
            yield Hit(at=drug.unit, message=message, line=line)


def _is_injected(code: str, context: Context) -> bool:
    codes = context.codes
    return codes.is_in("drug", code) and not codes.is_in("unclassified_drug", code)
