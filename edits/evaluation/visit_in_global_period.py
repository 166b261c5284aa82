"""A visit is billed within the global period of a procedure, without modifier 24.

What is wrong
    The claim bills a procedure with a global period (010 or 090 days in the physician fee schedule) and, on a
    later day within it, a visit of the same provider without modifier 24.

Why it is refused
    The payment of the procedure includes the visits of the days after it. A visit is paid only if it was
    unrelated to the procedure, which modifier 24 states.

How to correct it
    Remove the visit if it belonged to the recovery. If the note shows that it was for something else, the
    provider or a coder may append 24.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.days import day_of, is_by_another

edit = Edit(
    id="EM-10",
    title="Visit within the global period of a procedure, without 24",
    snip=7,
    severity="warn",
    to_do="Remove the visit if it is part of the recovery; append 24 if the note shows it was unrelated.",
    sources=("S-PFS25Q4", "S-NCCI-MANUAL"),
    denials=("CO-97", "M144"),
    claim_status=("A8:453",),
    needs=("daily_visit", "several lines", "different days"),
    parameters={
        "unrelated": Parameter(("24", "55", "FT"), "modifiers of visits that are paid"),
        "not_followed": Parameter(
            ("54", "56", "80-82", "AS"), "modifiers of procedures without the care that follows"
        ),
    },
)

_DAYS = {"010": 10, "090": 90}


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    if claim.is_void:
        return
    for visit in claim.lines:
        if not context.codes.is_in("daily_visit", visit.hcpcs) or visit.has_modifier(*context["unrelated"]):
            continue
        for line in claim.lines:
            if after := _days_after(line, visit, context):
                if is_by_another(claim, visit, line):
                    continue
                message = (
                    f"Line {visit.index}: visit {visit.procedure} without modifier 24 is {after} days after "
                    f"{line.procedure} (line {line.index}), within its global period."
                )
                yield Hit(at=visit.procedure, message=message, line=visit)
                break


def _days_after(line: ServiceLine, visit: ServiceLine, context: Context) -> int:
    """Return how many days a visit is after a procedure; 0 if it is not within its global period."""
    day, visited, not_followed = day_of(line), day_of(visit), context.code_set("not_followed")
    if day is None or visited is None or any(modifier in not_followed for modifier in line.modifier_codes):
        return 0
    policy = context.tables.aside.payment_policy(line.hcpcs, day).value
    period = _DAYS.get(policy.global_days, 0) if policy else 0
    after = (visited - day).days if period else 0
    return after if 0 < after <= period else 0
