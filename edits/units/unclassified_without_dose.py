"""The description of an unclassified drug gives no dose.

What is wrong
    The line bills an unclassified code and says something about it, but no amount: no number with a unit such
    as 50 MG or 2 ML. An amount per millilitre (50 MG/ML) says how strong the drug is, not how much of it
    was given. Compounds are judged by NDC-12.

Why it is refused
    Medicare prices such a line by name and dose. Its contractors refuse lines without dose, and drugs given
    as an amount per millilitre.

How to correct it
    Write the whole dose that was given, for example the name and 100 MG, into the description (SV101-7).
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.claim.pairing import is_wastage
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.dosage import is_unclassified
from ..shared.wording import has_amount, without_concentrations, words_about

edit = Edit(
    id="UNIT-07",
    title="Description of an unclassified drug without dose",
    snip=7,
    severity="warn",
    sources=("S-PALMETTO-NOC", "S-NORIDIAN-NOC"),
    denials=("CO-16", "M123"),
    claim_status=("A7:724",),
    needs=("unclassified_drug",),
    parameters={"compounds": Parameter(("J7999", "Q9977"), "codes for compounded drugs")},
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for line in claim.lines:
        if not is_unclassified(line, context) or is_wastage(line) or line.hcpcs in context["compounds"]:
            continue
        words = words_about(claim, line)
        # A line without any words is UNIT-06's.
        if words and not has_amount(without_concentrations(words)):
            only = "only how strong the drug is" if has_amount(words) else "no dose"
            message = f"The description of line {line.index} ({line.procedure}) gives {only}."
            place = line.description if line.description.strip() else line.segment
            yield Hit(at=place, message=message, line=line, element="SV101-7")
