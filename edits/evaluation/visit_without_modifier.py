"""An office visit is billed with an injection or infusion, and nothing says that it was a service of its own.

What is wrong
    The claim bills an office visit (99202-99205, 99212-99215) and an injection or infusion (96372, 96374,
    96365 …) for the same day and provider, and the visit bears no modifier that sets the two apart.

Why it is refused
    The correct coding edits of Medicare and Medicaid treat the visit as part of the injection unless
    modifier 25 (or, more rarely, another one of the list) says that it was significant and separate. Then
    the visit is denied as included.

How to correct it
    Read the note of that day. If the visit stood on its own, a person who may decide that adds modifier 25
    to the visit; if the patient came for the injection only, the visit comes off the claim. Modifier 25 is
    never added here: it is a statement about what was done.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked

from ..shared.ncci import Bypass, not_paid_together

edit = Edit(
    id="EM-02",
    title="Office visit with an injection or infusion, without modifier 25",
    snip=7,
    severity="warn",
    sources=("S-NCCI24Q3", "S-CMS2005EM"),
    denials=("CO-97", "M15", "CO-236", "CO-4"),
    claim_status=("A8:453",),
    needs=("administration", "visit"),
    parameters={
        "visits": Parameter(("99202-99205", "99212-99215"), "visits that need a modifier"),
        "procedure": Parameter(
            ("96360", "96365", "96369", "96372-96374", "96377"), "injections and infusions"
        ),
        "bypass": Parameter(
            ("24", "25", "27", "57", "58", "59", "78", "79", "91", "XE", "XP", "XS", "XU"),
            "modifiers of the visit that set it apart",
        ),
        "injection_bypass": Parameter(
            ("59", "XE", "XP", "XS", "XU"), "modifiers of the injection that set it apart"
        ),
        "program": Parameter("medicare", "whose imported NCCI pairs are asked"),
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    bypass = Bypass(on_either=context["injection_bypass"], on_column_two=context["bypass"])
    visits, givers = context.code_set("visits"), context.code_set("procedure")
    for found in not_paid_together(claim, context, givers, visits, bypass=bypass):
        if isinstance(found, Unchecked):
            yield found
        else:
            message = (
                f"Line {found.two.index} bills {found.two.procedure} on the day of the injection or infusion "
                f"{found.one.procedure} (line {found.one.index}) without a modifier that sets it apart."
            )
            yield Hit(at=found.two.procedure, message=message, line=found.two)
