"""An injection is billed with allergen immunotherapy of the same day, and nothing sets it apart.

What is wrong
    The claim bills the injection 96372 and allergen immunotherapy (95115, 95117, or making the extract up,
    95144-95180) for the same day and provider, and neither line bears modifier 59, XE, XP, XS or XU.

Why it is refused
    Injecting the allergen is what 95115 and 95117 pay for. The correct coding edits of Medicare and Medicaid
    pay 96372 beside them only where a modifier says that another drug was injected.

How to correct it
    If 96372 stands for the allergen, take it off. If another drug was injected too, see that its own line is
    on the claim; a person who may decide that adds the modifier to the injection's line. Nothing is repaired
    here.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Parameter

from ..shared.ncci import Bypass, bundled

edit = Edit(
    id="ADM-08",
    title="Injection with allergen immunotherapy, nothing sets it apart",
    snip=7,
    severity="warn",
    sources=("S-NCCI24Q3",),
    denials=("CO-236", "CO-97"),
    claim_status=("A8:453",),
    needs=("injection", "allergen_immunotherapy"),
    parameters={
        "others": Parameter(
            ("95115", "95117", "95144-95149", "95165", "95170", "95180"),
            "allergen services that the injection is a part of",
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
