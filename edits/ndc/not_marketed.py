"""The NDC was not on the market on the day of service.

What is wrong
    The FDA's directory does not have the NDC, or says that its package came to the market after the day of
    service or left it before. This is only for information: repackaged and imported drugs may be missing
    there, and what is on the shelf may be used until it expires.

Why it is refused
    Payers load their lists from the directory. An NDC that they do not find, or that ended, is denied as
    invalid; Medicaid pays until its own termination date only.

How to correct it
    Compare the number with the package, digit by digit: zeros that fill up a part are often in the wrong
    place. Where the box and the vial bear different numbers, payers differ in which they want.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import Claim, DrugIdentification, ServiceLine
from scrubber.claim.pairing import is_drug, is_supplied_elsewhere
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked

from ..shared.dosage import number_of

edit = Edit(
    id="NDC-13",
    title="NDC not on the market on the day of service",
    snip=7,
    severity="info",
    about="ndc",
    sources=("S-PRIORITY",),
    denials=("CO-16", "M119"),
    claim_status=("A7:218",),
    needs=("ndc",),
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    said = set()
    for line in claim.lines:
        day = line.service.start if line.service else None
        if not line.drugs or not is_drug(line, context.codes) or is_supplied_elsewhere(line):
            continue
        if day is None:
            yield Unchecked("the date of service of a drug line is missing or unreadable")
            continue
        for drug in line.drugs:
            ndc = number_of(drug)
            # Numbers of one digit are placeholders: NDC-04's.
            if drug.qualifier == "N4" and len(set(ndc)) > 1 and ndc not in said:
                said.add(ndc)
                yield from _check_number(ndc, day, drug, line, context)


def _check_number(
    ndc: str, day: date, drug: DrugIdentification, line: ServiceLine, context: Context
) -> Iterator[CheckResult]:
    answer = context.tables.ndc(ndc, day)
    if not answer.is_absent:
        return
    what = "is not in the FDA's directory"
    for package in answer.elsewhen:
        if package.marketed_from > day:
            what = f"came to the market on {package.marketed_from}"
        else:
            what = f"left the market on {package.marketed_to}"
    yield Hit(at=drug.ndc, message=f"The NDC of line {line.index} {what}.", line=line)
