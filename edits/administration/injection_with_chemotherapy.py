"""An injection is billed with an antineoplastic administration of the same day, and nothing sets it apart.

What is wrong
    The claim bills the injection 96372 and an administration of the group 96401-96549 for the same day and
    provider, and neither line bears modifier 59, XE, XP, XS or XU.

Why it is refused
    The correct coding edits of Medicare and Medicaid take the injection for a part of the other
    administration unless a modifier says that it was an injection of its own.

How to correct it
    Read the record of that day. If a supporting drug was injected by itself, a person who may decide that
    adds the modifier to the injection's line. If it was the antineoplastic drug that was injected, only its
    own administration is billed: take the injection off. Nothing is repaired here.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Parameter

from ..shared.ncci import Bypass, bundled

edit = Edit(
    id="ADM-02",
    title="Injection with an antineoplastic administration, not set apart",
    snip=7,
    severity="warn",
    sources=("S-NCCI24Q3",),
    denials=("CO-236", "CO-97"),
    claim_status=("A8:453",),
    needs=("injection", "antineoplastic_administration"),
    parameters={
        "others": Parameter(
            (
                "96401-96402",
                "96405-96406",
                "96409",
                "96413",
                "96416",
                "96420",
                "96422",
                "96425",
                "96440",
                "96446",
                "96450",
                "96542",
            ),
            "administrations that the injection is a part of",
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
