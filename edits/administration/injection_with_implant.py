"""An injection is billed with putting in or taking out an implant, and nothing sets it apart.

What is wrong
    The claim bills the injection 96372 and work on an implant or pellet under the skin (11976, 11980-11983)
    for the same day and provider, and neither line bears modifier 59, XE, XP, XS or XU.

Why it is refused
    The correct coding edits of Medicare and Medicaid take the injection, such as the local anaesthetic, for
    a part of the other procedure unless a modifier says that it was an injection of its own.

How to correct it
    If 96372 stands for the pellet or for the anaesthetic, take it off. If another drug was injected
    elsewhere, a person who may decide that adds the modifier to the injection's line. Nothing is repaired
    here.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Parameter

from ..shared.ncci import Bypass, bundled

edit = Edit(
    id="ADM-11",
    title="Injection with an implant or pellet, nothing sets it apart",
    snip=7,
    severity="warn",
    sources=("S-NCCI24Q3",),
    denials=("CO-236",),
    claim_status=("A8:453",),
    needs=("injection", "surgery"),
    parameters={
        "others": Parameter(
            ("11976", "11980-11983"),
            "procedures that the injection is a part of",
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
