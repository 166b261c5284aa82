"""The vaccine administration is for another route than the vaccine's.

What is wrong
    Of one day, 90473 or 90474 (oral or nasal) is billed though no vaccine is oral or nasal, or 90471 or 90472
    (injection) though every vaccine is.

Why it is refused
    The administration does not fit the vaccine. The payer denies it, or pays another amount.

How to correct it
    Check the chart for how the vaccine was given. Bill 90473 and 90474 for oral and nasal vaccines (90660,
    90672, 90680, 90681 …), 90471 and 90472 for injected ones.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.days import day_of

edit = Edit(
    id="ROUTE-10",
    title="Vaccine administration does not fit the vaccine's route",
    snip=7,
    severity="warn",
    to_do="Replace 90471/90472 (injection) or 90473/90474 (oral, nasal) by how the vaccine was given.",
    sources=("S-REDBOOK18",),
    denials=("CO-4", "CO-16"),
    claim_status=("A8:454",),
    needs=("vaccine", "vaccine_administration"),
    parameters={
        "by_mouth_or_nose": Parameter(
            ("90625", "90660", "90664", "90672", "90680", "90681", "90690"), "oral and nasal vaccines"
        ),
        "injections": Parameter(("90471", "90472"), "administrations by injection"),
        "others": Parameter(("90473", "90474"), "administrations by mouth or nose"),
    },
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    codes, oral = context.codes, context.code_set("by_mouth_or_nose")
    vaccines = [
        line
        for line in ([] if claim.is_void else claim.lines)
        if line.is_in("vaccine", codes) and not line.is_in("vaccine_administration", codes)
    ]
    reported = set()
    for line in claim.lines if vaccines else ():
        is_injection = line.hcpcs in context["injections"]
        if not is_injection and line.hcpcs not in context["others"]:
            continue
        day = day_of(line)
        given = [vaccine.hcpcs in oral for vaccine in vaccines if day_of(vaccine) == day]
        fits = not all(given) if is_injection else any(given)
        if given and not fits and day not in reported:
            reported.add(day)
            route = "an injection" if is_injection else "an oral or nasal vaccine"
            message = f"Line {line.index}: {line.procedure} is for {route}, but no vaccine of the day is one."
            yield Hit(at=line.procedure, message=message, line=line)
