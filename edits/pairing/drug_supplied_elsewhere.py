"""A drug is billed at a nominal charge: the patient or someone else supplied it.

What is wrong
    This may be correct. A charge of 0.01 or less on a drug line means that the patient, a pharmacy or a
    program supplied the drug, and only the injection is billed for payment. The claim is checked on that
    basis: the line does not need an NDC. A charge of exactly zero is reported separately.

Why it is refused
    Medicare requires 0.01 on the line of a drug that cost the practice nothing, so that the injection has
    its drug on the claim. A line with a zero charge may be dropped on the way, which leaves the injection
    without its drug.

How to correct it
    If the practice bought the drug, enter its actual charge. If not, enter 0.01 instead of zero for
    Medicare. Report the drug name and dose in the line description or note if the code does not name the
    drug.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.claim.pairing import is_supplied_elsewhere
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked

edit = Edit(
    id="PAIR-02",
    title="Drug billed at a nominal charge (supplied by someone else)",
    snip=7,
    severity="info",
    to_do="Verify that the drug cost the practice nothing; otherwise enter its actual charge in SV102.",
    variants={"zero_charge": "info"},
    sources=("S-NGS-PSD",),
    denials=("CO-16",),
    claim_status=("A7:583",),
    needs=("drug", "nominal charge"),
)

_ZERO_CHARGE = (
    "Enter the drug's charge in SV102; if it cost the practice nothing, bill Medicare 0.01, not zero."
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if not line.is_in("drug", context.codes) or line.is_wastage:
        return
    if line.charge.decimal is None:
        yield Unchecked("the charge of a drug line is missing or not a number")
    elif is_supplied_elsewhere(line):
        is_zero = not line.charge.decimal
        message = (
            f"Line {line.index}: {line.procedure} is billed at a {'zero' if is_zero else 'nominal'} "
            f"charge ({line.charge}), as a drug that the patient or someone else supplied."
        )
        variant, to_do = ("zero_charge", _ZERO_CHARGE) if is_zero else ("", "")
        yield Hit(at=line.charge, message=message, line=line, variant=variant, to_do=to_do)
