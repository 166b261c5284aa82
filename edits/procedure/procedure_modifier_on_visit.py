"""A modifier for procedures is on a visit.

What is wrong
    A visit has a modifier for a component (26, TC), for both sides or one side (50, RT, LT), for surgeons
    and their assistants (62, 66, 80-82, AS), for parts of a surgical package (54-56, 58, 78, 79), for
    several procedures (51), for increased or discontinued service (22, 53), for distinct procedures (59,
    X{EPSU}), for a finger, toe or eyelid, for therapy (GN, GO, GP) or for a waived test (QW).

Why it is refused
    A visit has no components, sides or assistants. The payer denies the line because the modifier does not
    fit the code.

How to correct it
    Remove the modifier. Modifier 25 (or 24, 27 or 57) is right for a separate visit if the note supports
    it; 95 or the place of service is right for telehealth.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="PROC-10",
    title="Modifier for procedures on a visit",
    snip=7,
    severity="warn",
    to_do="Remove the modifier from the visit; append 25 if the note supports a separate visit.",
    sources=("S-PFS25Q4", "S-NCCI-MANUAL"),
    denials=("CO-4", "N519"),
    claim_status=("A7:453",),
    needs=("modifiers",),
    parameters={
        "modifiers": Parameter(
            (
                "22", "26", "50", "51", "53-56", "58", "59", "62", "66", "78-82", "AS", "LT", "RT",
                "TC", "E1-E4", "FA", "F1-F9", "TA", "T1-T9", "GN", "GO", "GP", "Q7-Q9", "QW",
                "XE", "XP", "XS", "XU",
            ),
            "modifiers that no visit has",
        ),
    },
)  # fmt: skip

_VISITS = frozenset({"daily_visit", "preventive_visit"})


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if _VISITS.isdisjoint(line.sets_in(context.codes)):
        return
    wrong = context.code_set("modifiers")
    at = next(iter(line.modifiers_among(wrong)), None)
    if at is not None:
        message = f"Line {line.index}: modifier {at} is not valid on visit {line.procedure}."
        yield Hit(at=at, message=message, line=line)
