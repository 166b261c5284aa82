"""A visit is billed within the global period of a procedure, without modifier 24.

What is wrong
    The claim bills a visit, and on an earlier day the same provider did a procedure whose global period (010
    or 090 days in the physician fee schedule) is not over. The procedure is on the claim, or on an earlier
    claim of the file for the same patient and billing provider. The visit does not have modifier 24.

Why it is refused
    The payment of the procedure includes the visits of the days after it. A visit is paid only if it was
    unrelated to the procedure, which modifier 24 states.

How to correct it
    Remove the visit if it belonged to the recovery. If the note shows that it was for something else, the
    provider or a coder may append 24.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.global_days import following, operations_of

edit = Edit(
    id="EM-10",
    title="Visit within the global period of a procedure, without 24",
    snip=7,
    severity="warn",
    to_do="Remove the visit if it is part of the recovery; append 24 if the note shows it was unrelated.",
    sources=("S-PFS25Q4", "S-NCCI-MANUAL", "S-NGS-GLOBAL"),
    denials=("CO-97", "M144"),
    claim_status=("A8:453",),
    needs=("daily_visit", "several lines", "different days"),
    parameters={
        "unrelated": Parameter(("24", "55", "57", "78", "79", "FT"), "modifiers of visits that are paid"),
        "not_followed": Parameter(
            ("54", "56", "80-82", "AS"), "modifiers of procedures without the care that follows"
        ),
    },
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    if claim.is_void or not (operations := operations_of(claim, context)):
        return
    for visit in claim.lines:
        if not visit.is_in("daily_visit", context.codes) or visit.has_modifier(*context["unrelated"]):
            continue
        if found := following(claim, visit, operations):
            message = (
                f"Line {visit.index}: visit {visit.procedure} without modifier 24 is {found.days} days after "
                f"{found.operation.procedure} ({found.operation.place}), within its global period."
            )
            yield Hit(at=visit.procedure, message=message, line=visit)
