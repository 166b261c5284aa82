"""A visit is billed with a procedure of the same day, without modifier 25 or 57.

What is wrong
    The claim bills a visit and, for the same day and provider, a procedure with a global period (000, 010 or
    090 days in the physician fee schedule) or allergen immunotherapy (95115-95199), and the visit has none of
    24, 25 and 57.

Why it is refused
    A procedure includes the visit at which it is done. The visit is paid only if it was significant and
    separate from a minor procedure (25), or the one at which a major operation was decided (57).

How to correct it
    Check the note of that day. If it supports a separate visit, the provider or a coder may append the
    modifier to the visit; otherwise remove the visit.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.pairing import is_drug, same_day
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.days import day_of, is_by_another

edit = Edit(
    id="EM-09",
    title="Visit with a procedure of the same day, without 25 or 57",
    snip=7,
    severity="warn",
    to_do="Append 25 (or 57 for major surgery) to the visit if the note supports it, or remove the visit.",
    sources=("S-PFS25Q4", "S-NCCI-MANUAL", "CMS-100-04-12-200"),
    denials=("CO-97", "M15", "CO-4"),
    claim_status=("A8:453",),
    needs=("daily_visit", "several lines"),
    yields=True,
    parameters={
        "separate": Parameter(
            ("24", "25", "27", "57", "59", "XE", "XP", "XS", "XU"), "modifiers of the visit"
        ),
        "apart": Parameter(
            ("59", "XE", "XP", "XS", "XU", "54", "55", "56", "58", "76-79", "80-82", "AS"),
            "modifiers of a procedure that does not include the visit",
        ),
        "immunotherapy": Parameter(
            ("95115-95199",), "services without a global period that include the visit all the same"
        ),
    },
)

_PERIODS = {"000": "25", "010": "25", "090": "57"}


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    visits = [
        line
        for line in ([] if claim.is_void else claim.lines)
        if line.is_in("daily_visit", context.codes) and not line.has_modifier(*context["separate"])
    ]
    services = [line for line in claim.lines if not is_drug(line, context.codes)] if visits else []
    procedures = [line for line in services if _period(line, context)]
    for visit in visits:
        for line in procedures:
            if same_day(visit, line) and not is_by_another(claim, visit, line):
                period = _period(line, context)
                message = (
                    f"Line {visit.index}: visit {visit.procedure} without modifier {_PERIODS[period]} is "
                    f"included in {line.procedure} (line {line.index}, same day)."
                )
                yield Hit(at=visit.procedure, message=message, line=visit)
                break


def _period(line: ServiceLine, context: Context) -> str:
    """Return the global period of a procedure that includes the visit, or nothing."""
    day, apart = day_of(line), context.code_set("apart")
    if day is None or any(modifier in apart for modifier in line.modifier_codes):
        return ""
    if line.hcpcs in context.code_set("immunotherapy"):
        return "000"
    policy = context.tables.aside.payment_policy(line.hcpcs, day).value
    return policy.global_days if policy and policy.global_days in _PERIODS else ""
