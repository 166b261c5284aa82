"""The same injection line is billed twice, and nothing shows that two injections were given.

What is wrong
    Two lines bill 96372 for the same day and provider, with the same charge, units, diagnoses and modifiers,
    and no modifier (59, XE, XS, XP, XU, 76, 77) shows that the second is a separate injection.

Why it is refused
    The payer denies the second line as a duplicate. Some want one line with 2 units, others two lines with a
    modifier on the second.

How to correct it
    If the line was entered twice, remove one. If there were two injections, bill them as the payer requires:
    one line with 2 units, or a modifier, which someone who knows the chart must decide.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.days import by_provider_and_day, day_of

edit = Edit(
    id="PAIR-08",
    title="Duplicate injection line without a modifier",
    snip=7,
    severity="warn",
    to_do=(
        "Remove the duplicate 96372 line, or bill 2 units or append 59, X{EPSU} or 76 if the chart "
        "shows two injections."
    ),
    denials=("CO-18", "CO-97", "M15"),
    claim_status=("A8:746",),
    needs=("administrations", "repeated procedure"),
    needs_codes=("procedures",),
    parameters={
        "procedures": Parameter(("96372",), "injection codes"),
        "apart": Parameter(("59", "76", "77", "91", "XE", "XP", "XS", "XU"), "modifiers for another service"),
    },
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    shots = [
        line
        for line in claim.lines_billing(context["procedures"])
        if day_of(line) and not line.has_modifier(*context["apart"])
    ]
    for lines in by_provider_and_day(claim, shots):
        seen: dict[tuple[object, ...], ServiceLine] = {}
        for line in lines if len(lines) > 1 else ():
            first = seen.setdefault(_content(line), line)
            if first is not line:
                message = (
                    f"Line {line.index}: {line.procedure} repeats line {first.index} without a modifier."
                )
                yield Hit(at=line.procedure, message=message, line=line)


def _content(line: ServiceLine) -> tuple[object, ...]:
    """Return what a payer compares: charge and units as numbers, modifiers in any order."""
    charge, units = line.charge.decimal or line.charge, line.units.decimal or line.units
    end = line.service.end if line.service else None
    return line.procedure, frozenset(line.modifiers), charge, units, line.pointers, end
