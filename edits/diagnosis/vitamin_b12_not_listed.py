"""Vitamin B12 is billed to Medicare for a diagnosis that the coverage article for the state does not list.

What is wrong
    The vitamin B12 line (J3420 or J3425) points to no diagnosis that the article of the state's MAC lists.
    In Florida, Puerto Rico and the Virgin Islands that is article A57755: the B12 deficiency anemias
    (D51.-), E53.8, malabsorption (K90.-) and some others. Hypertension, pain and fatigue are not on the
    list. The state is where the injection was given (2310C), otherwise that of the billing provider.

Why it is refused
    Medicare pays only for what is reasonable and necessary, and decides that by this list: a line without a
    listed diagnosis is denied automatically, and an appeal needs the chart.

How to correct it
    1. Check whether the right diagnosis is already on the claim and only the pointer (SV107) is missing; the
       message says so if that is the case. If so, add the pointer to the drug line and its injection line.
    2. Otherwise check the chart for why B12 was given: a lab value, the anemia, the stomach or bowel
       disease. If the chart supports a listed diagnosis, the provider adds it.
    3. If it does not, do not choose a code because it pays. Medicare will not pay; the patient can be billed
       only after an ABN was signed beforehand, which modifier GA reports.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Parameter, Unchecked

from ..shared.ask_last import unless_supplied
from ..shared.coverage import Support, unsupported_hit, verdict_of

edit = Edit(
    id="DX-06",
    title="Vitamin B12 without a diagnosis covered by the Medicare article",
    snip=7,
    severity="warn",
    to_do=(
        "Point the line (SV107) to a covered diagnosis on the claim (the message names it), or query the "
        "provider for one the chart supports."
    ),
    about="diagnoses",
    sources=("S-A57755", "S-L33967"),
    denials=("CO-50", "N115", "CO-11", "CO-167"),
    claim_status=("A8:488",),
    needs=("vitamin_b12",),
    yields=True,
    parameters={
        "waived": Parameter(("GA", "GX", "GY", "GZ"), "modifiers that mean no payment is expected"),
    },
)


@edit.line_diagnosis
@unless_supplied
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    verdict = verdict_of(line, context, context.codes["vitamin_b12"])
    if isinstance(verdict, Unchecked):
        yield verdict
    elif verdict and verdict.support is Support.NONE:
        yield unsupported_hit(verdict, context)
