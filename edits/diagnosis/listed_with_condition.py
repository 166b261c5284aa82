"""The only listed diagnosis is one that the Medicare article marks with a condition.

What is wrong
    Of the diagnoses that the drug's line points at, only one is listed by the state's Medicare article, and
    the article marks it with an asterisk: it counts under a condition only, which the article says in words.
    For vitamin B12 these are T50.995A, T50.995D and T50.995S, which stand for B12 that is given along with
    pemetrexed or pralatrexate.

Why it is refused
    Where the condition is not met, or the claim does not show it, the line is denied as not necessary.

How to correct it
    Read the article's note and compare it with the chart. If the condition is met, let the claim show it:
    the tumour that is treated, or the other drug, as further diagnosis and pointer. If it is not, the line
    needs another diagnosis, if the chart has one.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked

from ..shared.coverage import Support, verdicts

edit = Edit(
    id="DX-12",
    title="Only diagnosis is listed by Medicare under a condition",
    snip=7,
    severity="warn",
    about="diagnoses",
    sources=("S-A57755", "S-L33967"),
    denials=("CO-50",),
    needs=("vitamin_b12",),
    parameters={
        "sets": Parameter(("vitamin_b12",), "the sets of procedures that are looked at"),
        "shows": Parameter(("C", "D0", "D3", "D4"), "how diagnoses begin that show that it is met"),
        "waived": Parameter(("GA", "GX", "GY", "GZ"), "modifiers that say that no payment is expected"),
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for name in context["sets"]:
        for verdict in verdicts(claim, context, context.codes[name]):
            if isinstance(verdict, Unchecked):
                yield verdict
            elif verdict.support is Support.CONDITIONAL and not _is_shown(verdict.codes, context):
                line = verdict.line
                message = (
                    f"Line {line.index} bills {line.procedure} for {', '.join(verdict.codes)}, "
                    f"which article {verdict.articles[0].article} lists under a condition."
                )
                yield Hit(at=line.pointers[0], message=message, line=line)


def _is_shown(codes: tuple[str, ...], context: Context) -> bool:
    return any(code.startswith(context["shows"]) for code in codes)
