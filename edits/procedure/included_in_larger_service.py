"""A service is billed with a larger one of the same day that includes it.

What is wrong
    Two lines of one provider and day bill a service and a part of it: a panel and a test of that panel
    (80053 with 80048 or 82947), an ECG and its interpretation (93000 with 93010), fewer views of the same
    region, two sizes of one procedure (17110 with 17111), two first infusions of a day (96413 with 96365), or
    a visit with psychotherapy that has an add-on code for it (99213 with 90834 instead of 90836). No modifier
    states that the two were separate.

Why it is refused
    Payers pay the larger service and deny the other one as included in it.

How to correct it
    Remove the line that is part of the other one. If the note shows two separate services (another site,
    side or session), the provider or a coder may append the modifier that states it.
"""

from collections.abc import Iterator
from functools import lru_cache

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.pairing import same_day
from scrubber.claim.procedures import CodeSet
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter
from scrubber.tables.lookups import PROGRAMS
from scrubber.tables.rows import Inclusion

from ..shared.days import day_of, is_by_another
from ..shared.ncci import Bypass, alike, official

edit = Edit(
    id="PROC-22",
    title="Service is included in another one of the day",
    snip=7,
    severity="warn",
    to_do="Remove the line that the other one includes; append 59 or X{EPSU} only if they were separate.",
    sources=("S-TMHP-PANELS", "S-L34616"),
    denials=("CO-97", "CO-236", "M15"),
    claim_status=("A8:453",),
    needs=("several lines",),
    parameters={
        "bypass": Parameter(
            ("25", "27", "51", "57", "58", "59", "76", "77", "78", "79", "91", "XE", "XP", "XS", "XU"),
            "modifiers that state separate services",
        ),
        "sides": Parameter(
            ("LT", "RT", "E1-E4", "FA", "F1-F9", "TA", "T1-T9"),
            "modifiers of a side, eyelid, finger or toe: they set two lines apart that differ in it",
        ),
        "program": Parameter("medicare", "program whose imported NCCI PTP edits decide instead", PROGRAMS),
    },
)  # fmt: skip


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    services = (
        [] if claim.is_void else [line for line in claim.lines if not line.is_in("drug", context.codes)]
    )
    parts = [line for line in services if _records(line, context)]
    groups = alike(claim, services) if parts else ()
    for line in parts:
        larger = _codes(_records(line, context))
        # Lines of a group differ in nothing that counts here.
        others = (group[0] for group in groups if group[0].hcpcs in larger)
        other = next((other for other in others if _are_one(claim, context, other, line)), None)
        if other is not None:
            message = (
                f"Line {line.index}: {line.procedure} is included in {other.procedure} "
                f"(line {other.index}, same day and provider)."
            )
            yield Hit(at=line.procedure, message=message, line=line)


def _records(line: ServiceLine, context: Context) -> tuple[Inclusion, ...]:
    day = day_of(line)
    return context.tables.aside.inclusions(line.hcpcs, day).records if day else ()


@lru_cache(maxsize=512)
def _codes(records: tuple[Inclusion, ...]) -> CodeSet:
    return CodeSet.of([code for record in records for code in record.larger])


def _are_one(claim: Claim, context: Context, one: ServiceLine, two: ServiceLine) -> bool:
    """Return True if nothing sets two lines apart, and no imported NCCI PTP edits decide about them."""
    if Bypass(on_either=context["bypass"]).unbundles(one, two) or not same_day(one, two):
        return False
    if is_by_another(claim, one, two) or _are_apart(one, two, context.code_set("sides")):
        return False
    return bool(official(context, one, two).uncovered and official(context, two, one).uncovered)


def _are_apart(one: ServiceLine, two: ServiceLine, sides: CodeSet) -> bool:
    """Return True if two lines are of different sides, eyelids, fingers or toes."""
    of_one, of_two = ({code for code in line.modifier_codes if code in sides} for line in (one, two))
    return bool(of_one) and bool(of_two) and of_one.isdisjoint(of_two)
