"""A syringe, needle or other supply is billed with an injection or infusion.

What is wrong
    The claim bills a supply that injections and infusions use (syringes and needles, saline or water for
    flushing and dilution, antiseptics, tubing, trays) and, for the same day, an injection or infusion.

Why it is refused
    The payment of an injection or infusion includes tubing, syringes and supplies. Payers deny them as
    included.

How to correct it
    Remove the supply. If the patient took supplies home for an infusion there, they are billed with the
    home infusion and its place of service.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.claim.pairing import is_supplied_elsewhere, same_day
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="PROC-19",
    title="Supply billed with an injection or infusion",
    snip=7,
    severity="warn",
    to_do="Remove the supply (SV101-2) from the claim; it is included in the injection or infusion.",
    sources=("S-UHC-INJSUP",),
    denials=("CO-97", "M15"),
    claim_status=("A8:454",),
    needs=("injection_supply", "administration"),
    parameters={"home": Parameter(("12", "13", "14", "33"), "places where the patient uses the supplies")},
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    codes = context.codes
    given = [line for line in claim.lines if line.is_in("administration", codes)]
    for line in [] if claim.is_void else claim.lines:
        if not line.is_in("injection_supply", codes) or claim.place_of(line) in context["home"]:
            continue
        with_it = next((other for other in given if same_day(line, other)), None)
        if with_it is not None and not is_supplied_elsewhere(line):
            message = (
                f"Line {line.index}: supply {line.procedure} is included in {with_it.procedure} "
                f"(line {with_it.index}, same day)."
            )
            yield Hit(at=line.procedure, message=message, line=line)
