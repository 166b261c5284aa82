"""A preventive visit is billed with an injection, without modifier 25.

What is wrong
    The claim bills a preventive visit (99381-99397) and the injection 96372 for the same day and
    provider, and no NCCI-associated modifier (such as 25) is on the visit.

Why it is refused
    NCCI has no PTP edit for these codes, so this is for information: some payers with rules of their own
    require modifier 25 on the visit all the same.

How to correct it
    Check your payer's rule. Where it requires modifier 25, the provider or a coder may append it if the
    note supports a separate visit.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.claim.pairing import same_day
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.days import is_by_another

edit = Edit(
    id="EM-05",
    title="Preventive visit with an injection, without modifier 25",
    snip=7,
    severity="info",
    to_do="Append 25 to the preventive visit if your payer requires it and the note supports a separate E/M.",
    sources=("S-NCCI24Q3",),
    denials=("CO-97",),
    needs=("injection", "preventive_visit"),
    parameters={
        "bypass": Parameter(
            ("25", "59", "XE", "XP", "XS", "XU"), "modifiers on either line that show separate services"
        )
    },
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    codes, bypass = context.codes, context["bypass"]
    shots = [
        line for line in claim.lines if line.is_in("injection", codes) and not line.has_modifier(*bypass)
    ]
    for visit in claim.lines:
        if not visit.is_in("preventive_visit", codes) or visit.has_modifier(*bypass):
            continue
        if any(same_day(visit, shot) and not is_by_another(claim, visit, shot) for shot in shots):
            message = (
                f"Line {visit.index}: {visit.procedure} is billed with an injection and without modifier 25, "
                "which some payers require."
            )
            yield Hit(at=visit.procedure, message=message, line=visit)
