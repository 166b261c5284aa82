"""Vitamin B12 is billed to Medicare for a diagnosis that the state's coverage article does not list.

What is wrong
    The line of the vitamin B12 (J3420 or J3425) points at no diagnosis that the article of the state's
    Medicare contractor lists. In Florida, Puerto Rico and the Virgin Islands that is article A57755: the
    B12 deficiency anaemias (D51.-), E53.8, malabsorption (K90.-) and some others. High blood pressure, pain
    or fatigue are not on the list. It counts where the injection was given (2310C), else where the billing
    provider is.

Why it is refused
    Medicare pays only for what is reasonable and necessary, and judges that by this list: a line without a
    listed diagnosis is denied automatically, and an appeal needs the chart.

How to correct it
    1. Look whether the right diagnosis is on the claim already and only the pointer (SV107) is missing; the
       message says so where it is the case. Then add the pointer to the drug and to its injection.
    2. Else look in the chart for why B12 was given: a laboratory value, the anaemia, the stomach or bowel
       disease. If the chart supports a listed diagnosis, the provider adds it.
    3. If it does not, do not choose a code because it pays. Medicare will not pay; the patient must have
       signed a notice (ABN) beforehand to be billed, which modifier GA says.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked

from ..shared.coverage import Support, say_unsupported, verdicts

edit = Edit(
    id="DX-06",
    title="Vitamin B12 without a diagnosis of the Medicare article",
    snip=7,
    severity="warn",
    about="diagnoses",
    sources=("S-A57755", "S-L33967"),
    denials=("CO-50", "N115", "CO-11", "CO-167"),
    claim_status=("A8:488",),
    needs=("vitamin_b12",),
    yields=True,
    parameters={
        "waived": Parameter(("GA", "GX", "GY", "GZ"), "modifiers that say that no payment is expected"),
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for verdict in verdicts(claim, context, context.codes["vitamin_b12"]):
        if isinstance(verdict, Unchecked):
            yield verdict
        elif verdict.support is Support.NONE:
            line = verdict.line
            yield Hit(at=line.pointers[0], message=say_unsupported(claim, verdict), line=line)
