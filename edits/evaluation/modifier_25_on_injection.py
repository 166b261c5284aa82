"""Modifier 25 stands on an injection or a drug instead of on the visit.

What is wrong
    The line of an administration, of a drug or of a vaccine bears modifier 25.

Why it is refused
    Modifier 25 says that a visit was significant and separate, so it means something on visits only. On
    another line it is an invalid combination, and the visit lacks what it should bear.

How to correct it
    Take 25 off this line. Whether it belongs on the visit, a person who may decide says from the record of
    that day; it is never moved here.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="EM-03",
    title="Modifier 25 on an injection or drug",
    snip=7,
    severity="warn",
    denials=("CO-4", "N519"),
    claim_status=("A7:453",),
    needs=("modifiers",),
    parameters={"modifier": Parameter("25", "the modifier that belongs on visits only")},
)

_SETS = frozenset({"administration", "vaccine_administration", "drug", "vaccine"})


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for line in claim.lines:
        at = next((modifier for modifier in line.modifiers if modifier == context["modifier"]), None)
        if at is not None and not _SETS.isdisjoint(context.codes.names_of(line.hcpcs)):
            message = (
                f"Line {line.index} bills {line.procedure} with modifier {at}, which belongs on a visit."
            )
            yield Hit(at=at, message=message, line=line)
