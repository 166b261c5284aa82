"""A self-administered drug is billed to Medicare Part B under an unclassified code.

What is wrong
    The line bills an unclassified code (J3490, J3590, C9399 …), and its description (SV101-7) or note names a
    drug that patients usually inject themselves: a GLP-1 drug such as semaglutide, adalimumab, etanercept,
    evolocumab and the like.

Why it is refused
    Part B does not cover drugs that more than half of the patients inject themselves, even where the practice
    gave the injection. The MACs list them by name under the unclassified codes; their lists differ.

How to correct it
    Check your MAC's list for the date of service. If the drug is on it, bill the patient's drug plan, or
    Medicare with GY if a denial is wanted.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.ask_last import unless_supplied
from ..shared.days import day_of
from ..shared.dosage import is_unclassified
from ..shared.drug_names import named_drugs

edit = Edit(
    id="ROUTE-09",
    title="Self-administered drug under an unclassified code",
    snip=7,
    severity="warn",
    to_do=(
        "Check your MAC's SAD list for the drug named on the line; if it is listed, bill the drug plan, or "
        "append GY if a denial is wanted."
    ),
    sources=("S-SAD26",),
    denials=("CO-96", "N425", "CO-204"),
    claim_status=("A8:454",),
    needs=("unclassified_drug",),
    parameters={"excluded": Parameter(("GY", "GZ", "JW"), "modifiers of lines that do not expect payment")},
)


@edit.line
@unless_supplied
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    day = day_of(line)
    if day is None or line.has_modifier(*context["excluded"]) or not is_unclassified(line, context):
        return
    for entry in named_drugs(line, day, context):
        if entry.is_self_administered:
            message = (
                f"Line {line.index}: {entry.name.title()}, billed as {line.procedure}, is usually "
                "self-administered, which Part B does not cover."
            )
            yield Hit(at=line.procedure, message=message, line=line)
            return
