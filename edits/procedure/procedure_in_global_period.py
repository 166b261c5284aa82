"""A procedure is billed within the global period of another, without modifier 58, 78 or 79.

What is wrong
    The claim bills a procedure, and on an earlier day the same provider did one whose global period (010 or
    090 days in the physician fee schedule) is not over. The earlier one is on the claim, or on an earlier
    claim of the file for the same patient and billing provider. The later one has no modifier that says why
    it is paid.

Why it is refused
    The payment of the earlier procedure includes what its recovery needs. Another procedure in that time is
    paid only if it was planned or more extensive (58), a return to the operating room (78), or unrelated
    (79), such as the same operation on the other eye.

How to correct it
    Check the operative note. The provider or a coder may append 58, 78 or 79 to the later procedure; remove
    it if it was part of the recovery.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.days import day_of
from ..shared.global_days import following, operations_of

edit = Edit(
    id="PROC-26",
    title="Procedure within the global period of another, without 58, 78 or 79",
    snip=7,
    severity="warn",
    to_do="Append 58, 78 or 79 if the operative note supports it, or remove what was part of the recovery.",
    sources=("S-PFS25Q4", "S-NGS-GLOBAL"),
    denials=("CO-97", "M144"),
    claim_status=("A8:453",),
    needs=("surgery", "several lines", "different days"),
    parameters={
        "explained": Parameter(
            ("58", "78", "79", "54-56", "76", "77", "80-82", "AS", "GY"),
            "modifiers of procedures that are paid",
        ),
        "not_followed": Parameter(
            ("54", "56", "80-82", "AS"), "modifiers of procedures without the care that follows"
        ),
    },
)

_SURGICAL = ("000", "010", "090")


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    if claim.is_void or not (operations := operations_of(claim, context)):
        return
    explained = context.code_set("explained")
    for line in claim.lines:
        if not line.is_in("surgery", context.codes):
            continue
        if any(modifier in explained for modifier in line.modifier_codes) or not _is_surgical(line, context):
            continue
        if found := following(claim, line, operations):
            message = (
                f"Line {line.index}: {line.procedure} without modifier 58, 78 or 79 is {found.days} days "
                f"after {found.operation.procedure} ({found.operation.place}), within its global period."
            )
            yield Hit(at=line.procedure, message=message, line=line)


def _is_surgical(line: ServiceLine, context: Context) -> bool:
    """Return True for a procedure that is paid as a whole: not a blood draw or an add-on code."""
    day = day_of(line)
    policy = context.tables.aside.payment_policy(line.hcpcs, day).value if day else None
    return policy is not None and policy.global_days in _SURGICAL
