"""A visit has modifier 57, but the procedures of the day are minor.

What is wrong
    The visit has modifier 57 (decision for major surgery) and not 25, and every procedure of that day and
    provider has a global period of 000 or 010 days in the physician fee schedule.

Why it is refused
    57 opens the visit only for surgery with a global period of 090 days. For minor procedures the decision
    is included; a separate visit is stated by 25.

How to correct it
    Replace 57 with 25 if the note supports a significant, separate visit; otherwise remove the visit. If
    major surgery followed the next day on another claim, both modifiers are right.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.pairing import same_day
from scrubber.engine import CheckResult, Context, Edit, Hit

from ..shared.days import day_of, is_by_another

edit = Edit(
    id="EM-11",
    title="Modifier 57 on a visit with minor procedures only",
    snip=7,
    severity="warn",
    to_do="Replace modifier 57 with 25 if the note supports a separate visit, or remove the visit.",
    sources=("S-NCCI-MANUAL", "S-PFS25Q4"),
    denials=("CO-4", "CO-97"),
    claim_status=("A8:453",),
    needs=("visit", "several lines", "modifier 57"),
)

_MINOR = frozenset({"000", "010"})
_NO_PROCEDURE = frozenset({"", "XXX", "ZZZ"})


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for visit in () if claim.is_void else claim.lines:
        if not visit.has_modifier("57") or visit.has_modifier("25"):
            continue
        if not visit.is_in("visit", context.codes):
            continue
        others = [
            line
            for line in claim.lines
            if line is not visit and same_day(visit, line) and not is_by_another(claim, visit, line)
        ]
        periods = {line.index: _period(line, context) for line in others}
        minor = next((line for line in others if periods[line.index] in _MINOR), None)
        if minor is not None and _MINOR.union(_NO_PROCEDURE).issuperset(periods.values()):
            message = (
                f"Line {visit.index}: visit {visit.procedure} has modifier 57, but {minor.procedure} "
                f"(line {minor.index}) is minor (global period {periods[minor.index]})."
            )
            at = visit.modifiers_among(("57",))[0]
            yield Hit(at=at, message=message, line=visit)


def _period(line: ServiceLine, context: Context) -> str:
    """Return the global period of a line; of an operation that the table does not have, ``unknown``."""
    day = day_of(line)
    policy = context.tables.aside.payment_policy(line.hcpcs, day).value if day else None
    if policy is None and line.is_in("surgery", context.codes):
        return "unknown"
    return policy.global_days if policy else ""
