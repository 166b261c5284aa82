"""Modifier 25 is on an injection or a drug instead of on the visit.

What is wrong
    The line of an administration, a drug or a vaccine has modifier 25.

Why it is refused
    Modifier 25 states that a visit was significant and separately identifiable, so it is valid on visits
    only. On another line it is an invalid combination, and the visit is missing the modifier it needs.

How to correct it
    Remove 25 from this line. Whether it belongs on the visit is for the provider or a coder to decide
    from the note of that day.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="EM-03",
    title="Modifier 25 on an injection or drug",
    snip=7,
    severity="warn",
    to_do=(
        "Remove modifier 25 from this line; append it to the visit only if the note supports a separate E/M."
    ),
    denials=("CO-4", "N519"),
    claim_status=("A7:453",),
    needs=("modifiers",),
    parameters={"modifier": Parameter("25", "the modifier that is valid on visits only")},
)

_SETS = frozenset({"administration", "vaccine_administration", "drug", "vaccine"})


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    at = next((modifier for modifier in line.modifiers if modifier == context["modifier"]), None)
    if at is not None and not _SETS.isdisjoint(line.sets_in(context.codes)):
        message = f"Line {line.index}: modifier {at} is not valid on {line.procedure}; it belongs on a visit."
        yield Hit(at=at, message=message, line=line)
