"""An unclassified drug is billed without a description.

What is wrong
    The line bills an unclassified code (J3490, J3590, J7999, J9999 …), and its description (SV101-7) is
    empty. Payers other than Medicare also take a note (NTE); if the line has an NDC, they at least know the
    drug, and the finding is informational.

Why it is refused
    Such a code does not identify the drug. Medicare requires the description and treats a line without it as
    unprocessable.

How to correct it
    Enter the drug's name and the dose given in the line's description, short enough for its 80 characters,
    for example the name and 50 MG IM. For Medicare, a line note does not replace it.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.dosage import is_unclassified
from ..shared.wording import words_about

edit = Edit(
    id="UNIT-06",
    title="Unclassified drug without a description",
    snip=7,
    severity="warn",
    to_do="Enter the drug's name and the dose given in SV101-7, for example the name and 50 MG IM.",
    variants={"known_by_ndc": "info"},
    sources=("S-FCSO-NOC", "S-NEBLUE"),
    denials=("CO-16", "N350", "M123"),
    claim_status=("A7:732",),
    needs=("unclassified_drug",),
    parameters={"note_is_enough": Parameter(default=True, about="whether a note (NTE) is accepted instead")},
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if not is_unclassified(line, context) or line.is_wastage or line.description.strip():
        return
    if context["note_is_enough"] and words_about(line, context):
        return
    known = any(drug.ndc.strip() for drug in line.drugs)
    message = f"Line {line.index}: unclassified drug {line.procedure} has no description (SV101-7)."
    variant = "known_by_ndc" if known else ""
    yield Hit(at=line.segment, message=message, line=line, element="SV101-7", variant=variant)
