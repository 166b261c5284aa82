"""The same injection line is there twice, and nothing says that it was done twice.

What is wrong
    Two lines bill 96372 for the same day and provider, with the same charge, units, diagnoses and
    modifiers, and none of the modifiers (59, XE, XS, XP, XU, 76, 77) says that the second is another one.

Why it is refused
    A payer takes the second line for a duplicate and denies it. Some want one line with 2 units, others two
    lines with a modifier on the second.

How to correct it
    If the line was entered twice, take one off. If there were two injections, bill them as the payer wants
    it: one line with 2 units, or the modifier, which a person who knows the record must decide.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.pairing import by_provider_and_day
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="PAIR-08",
    title="Injection line repeated without a modifier",
    snip=7,
    severity="warn",
    denials=("CO-18", "CO-97", "M15"),
    claim_status=("A8:746",),
    needs=("administrations", "repeated procedure"),
    parameters={
        "procedures": Parameter(("96372",), "injections"),
        "apart": Parameter(("59", "76", "77", "91", "XE", "XP", "XS", "XU"), "modifiers of another one"),
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    shots = [line for line in claim.lines if line.hcpcs in context["procedures"]]
    if len(shots) < 2:
        return
    for lines in by_provider_and_day(claim, shots).values():
        seen: dict[tuple[object, ...], ServiceLine] = {}
        for line in lines:
            first = seen.setdefault(_content(line), line)
            if first is not line and not line.has_modifier(*context["apart"]):
                message = f"Line {line.index} repeats the injection of line {first.index} without a modifier."
                yield Hit(at=line.procedure, message=message, line=line)


def _content(line: ServiceLine) -> tuple[object, ...]:
    """What makes two lines one to a payer: units and charges as numbers, the order of modifiers aside."""
    charge, units = line.charge.decimal or line.charge, line.units.decimal or line.units
    end = line.service.end if line.service else None
    return line.procedure, frozenset(line.modifiers), charge, units, line.pointers, end
