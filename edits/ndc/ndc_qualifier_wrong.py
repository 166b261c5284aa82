"""A drug's number is not identified as an NDC.

What is wrong
    LIN03 of a drug line has a number, but its qualifier (LIN02) is not N4; or the letters N4 were typed into
    LIN03 in front of the number.

Why it is refused
    N4 identifies the number as an NDC. Without it the payer reads another kind of product number, or none;
    with N4 in front of the number it has 13 characters and is in no list.

How to correct it
    Enter N4 in LIN02 and only the 11 digits in LIN03. A safe fix fills in an empty qualifier where the number
    can only be an NDC, and removes a typed N4. Any other qualifier is left as it is: the number may be
    something else.
"""

import re
from collections.abc import Iterator

from scrubber.claim import DrugIdentification, ServiceLine
from scrubber.claim.pairing import is_drug
from scrubber.engine import CheckResult, Context, Edit, Fix, Hit, safe

edit = Edit(
    id="NDC-02",
    title="NDC without qualifier N4",
    snip=4,
    severity="reject",
    to_do="Enter N4 in LIN02 and only the 11-digit NDC in LIN03.",
    about="ndc",
    sources=("S-EMDEON-NDC", "X12-837P"),
    denials=("CO-16", "M119"),
    claim_status=("A7:745",),
    needs=("ndc",),
)

_TYPED = re.compile(r"\s*N4\s*", re.IGNORECASE)
_NDC = re.compile(r"[0-9]{11}|[0-9]{5}-[0-9]{4}-[0-9]{2}")


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    for drug in line.drugs:
        typed = bool(_TYPED.match(drug.ndc))
        is_wrong = drug.qualifier != "N4" and bool(drug.ndc.strip()) and is_drug(line, context.codes)
        if is_wrong:
            message = f"Line {line.index}: LIN02 is not N4, so the drug number is not identified as an NDC."
            yield Hit(at=drug.qualifier, message=message, line=line, fix=_fix(drug, typed=typed))
        elif typed and drug.qualifier == "N4":
            message = f"Line {line.index}: N4 is typed into the NDC (LIN03)."
            yield Hit(at=drug.ndc, message=message, line=line, fix=_fix(drug, typed=typed))


def _fix(drug: DrugIdentification, *, typed: bool) -> Fix | None:
    bare = _TYPED.sub("", drug.ndc, count=1).strip() if typed else drug.ndc
    if drug.qualifier == "N4":
        return safe((drug.ndc, bare)) if bare else None
    if drug.qualifier or not _NDC.fullmatch(re.sub(r"\s", "", bare)):
        return None
    marked = (drug.qualifier, "N4")
    return safe(marked, (drug.ndc, bare)) if typed else safe(marked)
