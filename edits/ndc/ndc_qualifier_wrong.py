"""The number of a drug is not marked as an NDC.

What is wrong
    LIN03 of a drug line holds a number, but the qualifier before it (LIN02) is not N4; or somebody typed
    the letters N4 into LIN03 in front of the number.

Why it is refused
    N4 is what says that the number is an NDC. Without it the payer reads another kind of product number, or
    none; with N4 inside the number it has thirteen characters and is found in no list.

How to correct it
    Set the qualifier to N4 and enter only the eleven digits as number. Where the qualifier is empty and the
    number can only be an NDC, it is filled in; a typed N4 is taken out. A different qualifier is left as it
    is: the number may be something else.
"""

import re
from collections.abc import Iterator

from scrubber.claim import Claim, DrugIdentification
from scrubber.claim.pairing import is_drug
from scrubber.engine import CheckResult, Context, Edit, Fix, Hit, safe

edit = Edit(
    id="NDC-02",
    title="NDC without qualifier N4",
    snip=4,
    severity="reject",
    about="ndc",
    sources=("S-EMDEON-NDC", "X12-837P"),
    denials=("CO-16", "M119"),
    claim_status=("A7:745",),
    needs=("ndc",),
)

_TYPED = re.compile(r"\s*N4\s*", re.IGNORECASE)
_NDC = re.compile(r"[0-9]{11}|[0-9]{5}-[0-9]{4}-[0-9]{2}")


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for line in claim.lines:
        for drug in line.drugs:
            typed = bool(_TYPED.match(drug.ndc))
            is_wrong = drug.qualifier != "N4" and bool(drug.ndc.strip()) and is_drug(line, context.codes)
            if is_wrong:
                message = f"The drug number of line {line.index} is not marked as an NDC (N4)."
                yield Hit(at=drug.qualifier, message=message, line=line, fix=_fix(drug, typed=typed))
            elif typed and drug.qualifier == "N4":
                message = f"N4 is typed into the NDC of line {line.index}."
                yield Hit(at=drug.ndc, message=message, line=line, fix=_fix(drug, typed=typed))


def _fix(drug: DrugIdentification, *, typed: bool) -> Fix | None:
    bare = _TYPED.sub("", drug.ndc, count=1).strip() if typed else drug.ndc
    if drug.qualifier == "N4":
        return safe((drug.ndc, bare)) if bare else None
    if drug.qualifier or not _NDC.fullmatch(re.sub(r"\s", "", bare)):
        return None
    marked = (drug.qualifier, "N4")
    return safe(marked, (drug.ndc, bare)) if typed else safe(marked)
