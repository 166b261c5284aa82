"""The description of an unclassified drug does not give the dose.

What is wrong
    The line bills an unclassified code and describes it, but without an amount: no number with a unit such as
    50 MG or 2 ML. An amount per milliliter (50 MG/ML) is the strength of the drug, not how much of it was
    given. Compounds are left to NDC-12.

Why it is refused
    Medicare prices such a line by name and dose. The MACs reject lines without a dose, and drugs reported as
    an amount per milliliter.

How to correct it
    Enter the whole dose that was given, for example the name and 100 MG, in the description (SV101-7).
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.dosage import is_unclassified
from ..shared.wording import has_amount, without_concentrations, words_about

edit = Edit(
    id="UNIT-07",
    title="Unclassified drug description without a dose",
    snip=7,
    severity="warn",
    to_do=(
        "Enter the whole dose given in SV101-7, for example the drug's name and 100 MG, not only the "
        "strength per ML."
    ),
    sources=("S-PALMETTO-NOC", "S-NORIDIAN-NOC"),
    denials=("CO-16", "M123"),
    claim_status=("A7:724",),
    needs=("unclassified_drug",),
    parameters={"compounds": Parameter(("J7999", "Q9977"), "compounded drug codes")},
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if not is_unclassified(line, context) or line.is_wastage or line.hcpcs in context["compounds"]:
        return
    words = words_about(line, context)
    # A line without any text is reported by UNIT-06.
    if words and not has_amount(without_concentrations(words)):
        gives = "only the strength, not the dose" if has_amount(words) else "no dose"
        message = f"Line {line.index}: the description of unclassified drug {line.procedure} gives {gives}."
        place = line.description if line.description.strip() else line.segment
        yield Hit(at=place, message=message, line=line, element="SV101-7")
