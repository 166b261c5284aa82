"""An injection is billed with an infusion or a push of the same day, and nothing sets it apart.

What is wrong
    The claim bills the injection 96372 and the start of an infusion or a push (96360, 96365, 96369, 96374)
    for the same day and provider, and neither line bears modifier 59, XE, XP, XS or XU.

Why it is refused
    The correct coding edits of Medicare and Medicaid take the injection for a part of the other
    administration unless a modifier says that it was an injection of its own. Many other payers follow them.

How to correct it
    Read the record of that day. If another drug was injected at another site or time, a person who may
    decide that adds the modifier to the injection's line. If it was one drug given once, take off the
    administration that did not happen. Nothing is repaired here: the modifier is a statement about what
    was done.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Parameter

from ..shared.ncci import Bypass, bundled

edit = Edit(
    id="ADM-01",
    title="Injection with an infusion or push, nothing sets it apart",
    snip=7,
    severity="warn",
    sources=("S-NCCI24Q3",),
    denials=("CO-236", "CO-97", "M80"),
    claim_status=("A8:453",),
    needs=("injection", "infusion_or_push"),
    parameters={
        "others": Parameter(
            ("96360", "96365", "96369", "96374"),
            "infusions and pushes that the injection is a part of",
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
