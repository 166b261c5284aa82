"""Equipment or a brace is billed to Medicare without the modifier that it always needs.

What is wrong
    A line bills equipment for the home and does not say whether it is rented (RR), bought new (NU) or
    bought used (UE); or it bills a brace of knee or ankle, or diabetic footwear, without side (RT, LT),
    or with both sides on one line.

Why it is refused
    Medicare has a price for each way of supplying equipment, and the common front end of the DME MACs
    rejects lines without one. For services from March 2019 on, lines of braces and diabetic footwear
    without a side or with two are rejected as incorrect coding.

How to correct it
    Append RR, NU or UE as the first modifier; a capped rental also needs KH, KI or KJ. For two braces or
    shoes bill two lines of one unit, one with RT and one with LT.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.days import day_of

edit = Edit(
    id="MOD-16",
    title="Equipment without RR, NU or UE, or brace without side",
    snip=7,
    severity="warn",
    to_do="Append RR, NU or UE to equipment, RT or LT to a brace or shoe; bill two sides on two lines.",
    sources=("S-LEEDER-DME", "S-CGS-RTLT"),
    denials=("CO-4", "CO-16", "M78"),
    claim_status=("A7:453",),
    needs_codes=(("equipment", "sided"),),
    parameters={
        "equipment": Parameter(
            (
                "E0100-E0239", "E0250-E0440", "E0450-E1298", "E1310-E1398", "E1400-E2398", "E2402-E2632",
                "K0001-K0107",
            ),
            "equipment that is rented or bought",
        ),
        "ways": Parameter(("RR", "NU", "UE", "KR", "BR", "BP"), "modifiers that say how it is supplied"),
        "apart": Parameter(
            ("GY", "GZ", "GA", "GX", "EY", "MS", "RB", "99"),
            "modifiers of lines that are billed to be denied, of repairs, and of more than four modifiers",
        ),
        "sided": Parameter(
            (
                "A5500-A5514", "L1810-L1860", "L1900-L1990", "L2000-L2038", "L2106-L2136", "L4350-L4361",
                "L4386-L4398", "L4631",
            ),
            "braces of knee and ankle, and diabetic footwear",
        ),
        "sides": Parameter(("RT", "LT"), "modifiers of a side"),
        "sides_since": Parameter(date(2019, 3, 1), "first date of service on which a line has one side"),
    },
)  # fmt: skip


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if line.has_modifier(*context["apart"]):
        return
    if line.hcpcs in context.code_set("equipment"):
        if not line.has_modifier(*context["ways"]):
            message = f"Line {line.index}: {line.procedure} is missing RR (rental), NU (new) or UE (used)."
            yield Hit(at=line.procedure, message=message, line=line)
    elif line.hcpcs in context.code_set("sided"):
        day = day_of(line)
        if day is None or day < context["sides_since"]:
            return
        sides = line.modifiers_among(context["sides"])
        if not sides:
            message = f"Line {line.index}: {line.procedure} has neither RT nor LT."
            yield Hit(at=line.procedure, message=message, line=line)
        elif len(sides) > 1:
            message = f"Line {line.index}: {line.procedure} has RT and LT on one line instead of two lines."
            yield Hit(at=sides[1], message=message, line=line)
