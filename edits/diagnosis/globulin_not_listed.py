"""An immune globulin is billed to Medicare without the exposure or disease that its article lists.

What is wrong
    The line of the immune globulin points at no diagnosis of the state's Medicare article. In the states
    of WPS (A57554: Indiana, Iowa, Kansas, Michigan, Missouri, Nebraska) that is, for hepatitis B globulin
    (90371, J1571), exposure to hepatitis (Z20.5); for rabies globulin (90375, 90376), exposure to rabies
    (Z20.3); for globulin for the muscle (J1460, J1560), exposure to hepatitis, a listed immune deficiency,
    or exposure to rubella (Z20.4) together with pregnancy (Z33.1).

Why it is refused
    The globulin protects after a contact, so the contact is what makes it necessary. Z23 or the wound alone
    do not say it. Of Z20.4 and Z33.1 each needs the other.

How to correct it
    Add the exposure that the chart documents (or the second code of the pair) and point the drug and its
    injection at it; the wound may follow.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Parameter

from ..shared.coverage import unsupported

edit = Edit(
    id="DX-15",
    title="Immune globulin without the exposure of the Medicare article",
    snip=7,
    severity="warn",
    about="diagnoses",
    sources=("S-A57554",),
    denials=("CO-50", "N115"),
    needs=("exposure_globulin",),
    parameters={
        "waived": Parameter(("GA", "GX", "GY", "GZ"), "modifiers that say that no payment is expected"),
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    yield from unsupported(claim, context, context.codes["exposure_globulin"])
