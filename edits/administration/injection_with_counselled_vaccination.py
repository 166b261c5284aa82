"""An injection is billed with the vaccination 90460 of the same day, and nothing sets it apart.

What is wrong
    The claim bills the injection 96372 and the vaccination with counselling 90460 for the same day and
    provider, and neither line bears modifier 59, XE, XP, XS or XU.

Why it is refused
    The correct coding edits of Medicare and Medicaid take the injection for a part of 90460 unless a
    modifier says that it was another one. The vaccinations 90471-90474 have no such rule.

How to correct it
    If another drug, no vaccine, was injected too, a person who may decide that adds the modifier to the
    injection's line. If 96372 stands for giving the vaccine, take it off: 90460 says that already. Nothing
    is repaired here.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Parameter

from ..shared.ncci import Bypass, bundled

edit = Edit(
    id="ADM-07",
    title="Injection with the vaccination 90460, nothing sets it apart",
    snip=7,
    severity="warn",
    sources=("S-NCCI24Q3",),
    denials=("CO-236",),
    claim_status=("A8:453",),
    needs=("injection", "vaccine_administration"),
    parameters={
        "others": Parameter(
            ("90460",),
            "vaccinations that the injection is a part of",
        ),
        "procedure": Parameter(("96372",), "the injection, which is not paid beside them"),
        "bypass": Parameter(
            ("59", "XE", "XP", "XS", "XU"), "modifiers of either line that set the two apart"
        ),
        "injection_bypass": Parameter(
            ("27", "58", "78", "79", "91", "LT", "RT"), "further modifiers of the injection that do"
        ),
        "program": Parameter("medicare", "whose imported NCCI pairs are asked"),
    },
)

_STATED_SINCE = date(2024, 7, 1)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    bypass = Bypass(on_either=context["bypass"], on_column_two=context["injection_bypass"])
    others = context.code_set("others")
    yield from bundled(claim, context, others, context["procedure"], bypass=bypass, since=_STATED_SINCE)
