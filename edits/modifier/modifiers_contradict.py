"""Two modifiers of one line contradict each other.

What is wrong
    The line has two modifiers of which only one can be true: 26 and TC, two of 62, 66 and 80-82, 76 and 77,
    two of 58, 78 and 79, 54 and 55, 52 and 53, two telehealth modifiers (93, 95, GQ, GT), CQ and CO, two of
    GN, GO and GP, GC and GE, 22 and 52, two of KH, KI and KJ, or two of NU, RR and UE.

Why it is refused
    The payer cannot tell what was done or by whom, and denies the line as an invalid combination of
    modifiers.

How to correct it
    Check the chart and keep the modifier that is true. Both components of a test are billed without 26 and
    TC, a whole surgical package without 54 and 55.
"""

from collections.abc import Iterator
from functools import lru_cache

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="MOD-14",
    title="Modifiers that contradict each other",
    snip=7,
    severity="warn",
    to_do="Check the chart; keep the one modifier in SV101-3 to SV101-6 that is true, and remove the other.",
    sources=("S-MCPM12-40", "S-CR10176"),
    denials=("CO-4", "N519"),
    claim_status=("A7:453",),
    needs=("several modifiers",),
    yields=True,
    parameters={
        "groups": Parameter(
            (
                "26 TC", "62 66 80 81 82", "76 77", "58 78 79", "54 55", "52 53", "93 95 GQ GT", "CO CQ",
                "GN GO GP", "GC GE", "22 52", "KH KI KJ", "NU RR UE",
            ),
            "modifiers of which a line has at most one",
        ),
    },
)  # fmt: skip


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    found = line.modifier_codes
    for group in _groups(context["groups"]):
        if len(found & group) > 1:
            first, second, *_ = sorted(found & group)
            at = line.modifiers_among((second,))[0]
            what = f"modifiers {first} and {second} on {line.procedure}"
            message = f"Line {line.index}: {what} contradict each other."
            yield Hit(at=at, message=message, line=line)


@lru_cache(maxsize=16)
def _groups(texts: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(text.split()) for text in texts)
