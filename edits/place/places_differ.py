"""An injection and its drug have different places of service.

What is wrong
    The drug line of an injection has a different place of service than the injection: one of the two has
    its own (SV105), the other has the claim's (CLM05-1) or also its own. A visit by the same provider on
    the same day at another place of service than the injection is reported as information. Facilities and
    telehealth are left to the edits about them.

Why it is refused
    An injection and the drug in it are at one place. SV105 is meant for lines that took place elsewhere;
    where the two disagree, one of them is wrong, and payers ask back or deny the line whose place of
    service does not allow it.

How to correct it
    Check where the injection was given. Enter that place of service on both lines, or remove SV105 from
    both if it is the claim's. Only the practice knows where the service took place.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.pairing import can_belong, is_drug, same_day, same_provider
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="POS-04",
    title="Injection and drug at different places of service",
    snip=7,
    severity="warn",
    to_do=(
        "Verify where the injection was given, and enter that POS in SV105 of both lines, or remove SV105 "
        "from both."
    ),
    about="drug",
    sources=("X12-837P",),
    denials=("CO-16", "M77"),
    claim_status=("A8:249",),
    variants={"visit": "info"},
    yields=True,
    needs=("administrations", "line places", "several lines"),
    parameters={
        "apart": Parameter(
            ("02", "10", "19", "21", "22", "23", "24", "26", "31", "34", "51", "52", "53", "56", "61"),
            "places of service that other edits cover: facilities and telehealth",
        ),
    },
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    apart = context["apart"]
    if not any(line.place and line.place != claim.place for line in claim.lines):
        return
    lines = [line for line in claim.lines if claim.place_of(line) and claim.place_of(line) not in apart]
    given = {entry.line.index for entry in context.administrations}
    givers = [line for line in lines if line.index in given]
    drugs = [line for line in lines if is_drug(line, context.codes) and not line.is_wastage]
    found = [outcome for drug in drugs for outcome in _apart_from_drug(claim, givers, drug, context)]
    visits = [] if found else [line for line in lines if line.is_in("visit", context.codes)]
    yield from found
    for visit in visits:
        together = (giver for giver in givers if same_day(giver, visit) is True)
        same = [giver for giver in together if same_provider(claim, giver, visit) is True]
        yield from _differing(claim, same, visit, "visit")


def _apart_from_drug(
    claim: Claim, givers: list[ServiceLine], drug: ServiceLine, context: Context
) -> Iterator[CheckResult]:
    possible = [giver for giver in givers if can_belong(claim, giver, drug, context.codes)]
    yield from _differing(claim, possible, drug, "")


def _differing(
    claim: Claim, givers: list[ServiceLine], line: ServiceLine, variant: str
) -> Iterator[CheckResult]:
    """Yield one hit if none of the injections that may belong to a line has its place of service."""
    place = claim.place_of(line)
    if not givers or any(claim.place_of(giver) == place for giver in givers):
        return
    giver = givers[0]
    odd, other = (line, giver) if line.place and line.place != claim.place else (giver, line)
    message = (
        f"Line {odd.index}: POS {claim.place_of(odd)} for {odd.procedure} differs from "
        f"POS {claim.place_of(other)} for {other.procedure} (line {other.index})."
    )
    to_do = "Verify where the visit and the injection took place, and correct SV105." if variant else ""
    yield Hit(at=odd.place, message=message, line=odd, variant=variant, to_do=to_do)
