"""A preventive visit is billed with an injection, without modifier 25.

What is wrong
    The claim bills a preventive visit (99381-99397) and the injection 96372 for the same day and provider,
    and the visit bears no modifier that sets the two apart.

Why it is refused
    The correct coding edits have no such pair, so this is for information: some payers with rules of their
    own want modifier 25 on the visit all the same.

How to correct it
    Know your payer. Where it wants modifier 25, a person who may decide adds it, if the record shows that the
    visit stood on its own.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.claim.pairing import same_day, same_provider
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="EM-05",
    title="Preventive visit with an injection, without modifier 25",
    snip=7,
    severity="info",
    sources=("S-NCCI24Q3",),
    denials=("CO-97",),
    needs=("injection", "preventive_visit"),
    parameters={
        "bypass": Parameter(
            ("25", "59", "XE", "XP", "XS", "XU"), "modifiers of either line that set them apart"
        )
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    codes, bypass = context.codes, context["bypass"]
    shots = [
        line
        for line in claim.lines
        if codes.is_in("injection", line.hcpcs) and not line.has_modifier(*bypass)
    ]
    for visit in claim.lines:
        if not codes.is_in("preventive_visit", visit.hcpcs) or visit.has_modifier(*bypass):
            continue
        if any(same_day(visit, shot) and same_provider(claim, visit, shot) is not False for shot in shots):
            message = (
                f"Some payers want modifier 25 on {visit.procedure} (line {visit.index}) beside an injection."
            )
            yield Hit(at=visit.procedure, message=message, line=visit)
