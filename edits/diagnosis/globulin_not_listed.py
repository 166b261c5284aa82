"""An immune globulin is billed to Medicare without the exposure or disease that the MAC's article lists.

What is wrong
    The immune globulin line points to no diagnosis in the Medicare article for the state. In the WPS states
    (A57554: Indiana, Iowa, Kansas, Michigan, Missouri, Nebraska) the listed diagnoses are, for hepatitis B
    immune globulin (90371, J1571), exposure to hepatitis (Z20.5); for rabies immune globulin (90375,
    90376), exposure to rabies (Z20.3); for IM immune globulin (J1460, J1560), exposure to hepatitis, a
    listed immune deficiency, or exposure to rubella (Z20.4) together with pregnancy (Z33.1).

Why it is refused
    Immune globulin protects after a contact, so the exposure is what establishes medical necessity. Z23 or
    the wound alone does not. Z20.4 and Z33.1 are covered only together.

How to correct it
    Add the exposure that the chart documents (or the second code of the pair), and point the drug line and
    its injection line to it. The wound may follow.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Parameter

from ..shared.ask_last import unless_supplied
from ..shared.coverage import unsupported

edit = Edit(
    id="DX-15",
    title="Immune globulin without a diagnosis covered by the Medicare article",
    snip=7,
    severity="warn",
    to_do=(
        "Add the exposure or disease that the chart documents to HI, and point the drug and injection "
        "lines to it (SV107)."
    ),
    about="diagnoses",
    sources=("S-A57554",),
    denials=("CO-50", "N115"),
    needs=("exposure_globulin",),
    parameters={
        "waived": Parameter(("GA", "GX", "GY", "GZ"), "modifiers that mean no payment is expected"),
    },
)


@edit.line_diagnosis
@unless_supplied
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    yield from unsupported(line, context, context.codes["exposure_globulin"])
