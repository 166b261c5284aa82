"""One provider bills two visits for one day, without modifier 25.

What is wrong
    The claim bills two different visits (office, hospital, emergency, nursing facility, home, consultation)
    of one provider for the same day, or a preventive visit and another visit, and no modifier states that
    the second was separate; or two preventive visits of different codes.

Why it is refused
    One visit a day is paid to a provider: everything that was done that day is one level of service. With a
    preventive visit, the other visit is paid only if it was significant and separate (modifier 25).

How to correct it
    Combine the work of the day into one visit. If the note supports a second, separate visit, the provider
    or a coder may append 25 to it.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.days import by_provider_and_day, day_of

edit = Edit(
    id="EM-07",
    title="Two visits of one provider on one day, without modifier 25",
    snip=7,
    severity="warn",
    to_do="Append modifier 25 to the second visit if the note supports it; otherwise report one code.",
    sources=("S-MCPM12-30", "S-NCCI-MANUAL"),
    denials=("CO-97", "CO-B14", "M86"),
    claim_status=("A8:453",),
    needs=("several lines",),
    needs_codes=(("daily_visit", "preventive_visit"),),
    yields=True,
    parameters={
        "apart": Parameter(
            ("24", "25", "27", "57", "59", "76", "77", "XE", "XP", "XS", "XU", "FS"),
            "modifiers that state a separate visit",
        ),
        "wellness": Parameter(("G0402", "G0438-G0439"), "wellness visits of Medicare"),
        "hospital": Parameter(("99238-99239", "99304-99306", "99315-99316"), "discharges and admissions"),
    },
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    codes, wellness = context.codes, claim.lines_billing(context.code_set("wellness"))
    visits = [
        line
        for line in ([] if claim.is_void else claim.lines)
        if line.is_in("daily_visit", codes) or line.is_in("preventive_visit", codes) or line in wellness
    ]
    for lines in by_provider_and_day(claim, visits) if len(visits) > 1 else ():
        daily = [line for line in lines if line.is_in("daily_visit", codes)]
        others = [line for line in lines if line not in daily]
        if day_of(lines[0]) is None or any(line.has_modifier(*context["apart"]) for line in daily):
            continue
        if pair := _second(daily, others, context):
            one, two = pair
            message = (
                f"Line {two.index}: visit {two.procedure} is billed with {one.procedure} (line {one.index}, "
                "same day and provider) without modifier 25."
            )
            yield Hit(at=two.procedure, message=message, line=two)


def _second(
    daily: list[ServiceLine], others: list[ServiceLine], context: Context
) -> tuple[ServiceLine, ServiceLine] | None:
    """Return a visit, and the visit of the day that is not paid with it."""
    if daily and others:
        return others[0], daily[0]
    preventive = [line for line in others if line.is_in("preventive_visit", context.codes)]
    for line in preventive[1:]:
        if line.hcpcs != preventive[0].hcpcs:
            return preventive[0], line
    moves = context.code_set("hospital")
    for line in daily[1:]:
        # A discharge from the hospital and an admission to a nursing facility are two visits of one day.
        if line.hcpcs != daily[0].hcpcs and not (line.hcpcs in moves and daily[0].hcpcs in moves):
            return daily[0], line
    return None
