"""The only covered diagnosis is one that the Medicare article lists conditionally.

What is wrong
    Of the diagnoses that the drug line points to, only one is listed in the Medicare article for the state,
    and the article marks it with an asterisk: it is covered only under a condition that the article states
    in words. For vitamin B12 these are T50.995A, T50.995D and T50.995S, for B12 given along with pemetrexed
    or pralatrexate.

Why it is refused
    If the condition is not met, or the claim does not show it, the line is denied as not medically
    necessary.

How to correct it
    Read the note in the article and compare it with the chart. If the condition is met, show it on the
    claim: add the tumor being treated, or the other drug, as another diagnosis, and point to it. If it is
    not met, the line needs another diagnosis that the chart supports.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked

from ..shared.ask_last import unless_supplied
from ..shared.coverage import Support, verdict_of

edit = Edit(
    id="DX-12",
    title="Only covered diagnosis is conditional in the Medicare article",
    snip=7,
    severity="warn",
    to_do=(
        "Add the diagnosis that shows the article's condition is met, or link the line (SV107) to "
        "another one the chart supports."
    ),
    about="diagnoses",
    sources=("S-A57755", "S-L33967"),
    denials=("CO-50",),
    needs=("vitamin_b12",),
    parameters={
        "sets": Parameter(("vitamin_b12",), "sets of procedure codes to check"),
        "shows": Parameter(("C", "D0", "D3", "D4"), "first characters of diagnoses that show it is met"),
        "waived": Parameter(("GA", "GX", "GY", "GZ"), "modifiers that mean no payment is expected"),
    },
)


@edit.line_diagnosis
@unless_supplied
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    for name in context["sets"]:
        verdict = verdict_of(line, context, context.codes[name])
        if isinstance(verdict, Unchecked):
            yield verdict
        elif verdict and verdict.support is Support.CONDITIONAL and not _is_shown(verdict.codes, context):
            article = verdict.articles[0].article
            message = (
                f"Line {line.index}: Medicare article {article} covers {line.procedure} for "
                f"{', '.join(verdict.codes)} only under a condition that the claim does not show."
            )
            yield Hit(at=line.pointers[0], message=message, line=line)


def _is_shown(codes: tuple[str, ...], context: Context) -> bool:
    return any(code.startswith(context["shows"]) for code in codes)
