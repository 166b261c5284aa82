"""A compounded drug is billed without saying what is in it.

What is wrong
    A line bills a compounded drug (J7999), but its description (SV101-7) and notes (NTE) name no ingredient
    with an amount, and no link number (REF*VY in loop 2410) ties it to lines of ingredients; or a link
    number is on one line only, so that the other ingredients are missing.

Why it is refused
    A compound has no price of its own: the payer works it out from the ingredients and their amounts. Without
    them the line is unprocessable.

How to correct it
    Write each ingredient with its amount into the description, for example the name and 5 MG; or bill one
    line for each NDC with the same link number. Some payers want the NDC of the costliest ingredient only.
"""

from collections import Counter
from collections.abc import Iterator

from scrubber.claim import Claim, Field, ServiceLine
from scrubber.claim.pairing import is_wastage
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.dosage import is_compound
from ..shared.wording import has_amount, words_about

edit = Edit(
    id="NDC-12",
    title="Compounded drug without its ingredients",
    snip=7,
    severity="warn",
    about="ndc",
    sources=("S-CGS-NOC", "S-IBX-NDC"),
    denials=("CO-16", "M123"),
    claim_status=("A7:586",),
    parameters={"compounds": Parameter(("J7999", "Q9977"), "codes for compounded drugs")},
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    compounds = context["compounds"]
    for line in claim.lines:
        if line.hcpcs in compounds and not (is_compound(line) or is_wastage(line)):
            words = words_about(claim, line)
            # A line without any words is UNIT-06's.
            if words and not has_amount(words):
                message = f"The words of line {line.index} name no ingredient with an amount."
                place = line.description or line.segment
                yield Hit(at=place, message=message, line=line, element="SV101-7")
    linked = [(number, line) for line in claim.lines if is_compound(line) for number in _links(line)]
    if not linked:
        return
    lines_of = Counter(number for number, _ in linked)
    for number, line in linked:
        if number and lines_of[number] == 1:
            message = (
                f"The link number of line {line.index} is on no other line: the compound has one ingredient."
            )
            yield Hit(at=number, message=message, line=line)


def _links(line: ServiceLine) -> list[Field]:
    return [ref.value for drug in line.drugs for ref in drug.references if ref.qualifier == "VY"]
