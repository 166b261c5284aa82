"""A drug has modifier 59 or X{EPSU}.

What is wrong
    The line of a drug or vaccine has 59, XE, XP, XS or XU, and the claim has no other line of that drug for
    the day.

Why it is refused
    These modifiers state that a procedure was distinct from another one. They belong on the administration:
    a drug is not a procedure, and the payer denies it because the modifier does not fit the code.

How to correct it
    Remove the modifier from the drug. If the injections were separate, it belongs on the second
    administration line.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.claim.pairing import same_day
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="PROC-12",
    title="Modifier 59 or X{EPSU} on a drug",
    snip=7,
    severity="warn",
    to_do="Remove 59 or X{EPSU} from the drug line; it belongs on the administration, if on any line.",
    sources=("S-NCCI-MANUAL",),
    denials=("CO-4", "N519"),
    claim_status=("A7:453",),
    about="line",
    needs=("modifiers",),
    parameters={
        "modifiers": Parameter(("59", "XE", "XP", "XS", "XU"), "modifiers of distinct procedures"),
    },
)

_DRUGS = frozenset({"drug", "vaccine"})


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if _DRUGS.isdisjoint(line.sets_in(context.codes)):
        return
    at = next(iter(line.modifiers_among(context["modifiers"])), None)
    if at is None:
        return
    # Of two lines of one drug, some payers want the second to be told apart so.
    lines = (other for other in context.claim.lines if other is not line and other.hcpcs == line.hcpcs)
    if not any(same_day(line, other) is not False for other in lines):
        message = (
            f"Line {line.index}: modifier {at} is for procedures and not valid on drug {line.procedure}."
        )
        yield Hit(at=at, message=message, line=line)
