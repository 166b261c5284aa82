"""A service is billed to Medicare that it never pays separately.

What is wrong
    In the physician fee schedule the procedure has status B: handling of a specimen (99000), a finger stick
    (36416), supplies (99070), hot or cold packs (97010), services after hours (99050-99060) and others.
    Or it has status T (96523, 36591, 94760), and another service of that day and provider is billed.

Why it is refused
    Payment is always bundled into other services of the same day, whether or not they are billed. Medicare
    denies the line, and the patient may not be billed for it.

How to correct it
    Remove the line. Other payers may pay for it.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.claim.pairing import same_day
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.ask_last import unless_supplied
from ..shared.days import day_of, is_by_another

edit = Edit(
    id="PROC-18",
    title="Service that Medicare never pays separately",
    snip=7,
    severity="warn",
    to_do="Remove the bundled service (SV101-2) from the claim, or bill it at 0.00 if you only track it.",
    sources=("S-PFS25Q4",),
    denials=("CO-97", "M15", "N390"),
    claim_status=("A8:454",),
    needs=("medicare",),
    yields=True,
    parameters={
        "sent_anyway": Parameter(
            ("99100", "99116", "99135", "99140"),
            "bundled services that are reported with anesthesia all the same",
        ),
        "accepted": Parameter(("GA", "GX", "GY", "GZ"), "modifiers of lines that expect a denial"),
    },
)

_BUNDLED, _PAID_ALONE = "B", "T"


@edit.line
@unless_supplied
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    day = day_of(line)
    if day is None or line.hcpcs in context["sent_anyway"] or line.has_modifier(*context["accepted"]):
        return
    policy = context.tables.aside.payment_policy(line.hcpcs, day).value
    if policy and policy.status == _BUNDLED:
        message = f"Line {line.index}: {line.procedure} is bundled into other services (status B)."
        yield Hit(at=line.procedure, message=message, line=line)
    elif policy and policy.status == _PAID_ALONE and (other := _paid_with(line, context)):
        message = (
            f"Line {line.index}: {line.procedure} is bundled into {other.procedure} (line {other.index}): "
            "Medicare pays it only alone (status T)."
        )
        yield Hit(at=line.procedure, message=message, line=line)


def _paid_with(line: ServiceLine, context: Context) -> ServiceLine | None:
    """Return a service of the same day and provider that the fee schedule pays."""
    for other in context.claim.lines:
        day = day_of(other)
        policy = context.tables.aside.payment_policy(other.hcpcs, day).value if day else None
        is_paid = policy is not None and policy.status in ("A", "R")
        if is_paid and same_day(line, other) and not is_by_another(context.claim, line, other):
            return other
    return None
