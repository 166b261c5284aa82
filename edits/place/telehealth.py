"""An injection is billed as telehealth.

What is wrong
    A line that gives a drug has a place of service for telehealth (02 or 10 in SV105, or in CLM05-1 where
    the line has none) or a modifier that says that the service was given by video or telephone (93, 95, FQ,
    GQ, GT). Where no such line does, a drug line with one of them is meant.

Why it is refused
    The places 02 and 10 are for services that reach the patient through telecommunication. Nobody can give
    an injection in that way. Medicare pays for telehealth only what is on its list of telehealth services,
    and neither injections nor drugs are on it.

How to correct it
    Look up where the patient was and who gave the injection. If he came to the office after a visit by
    video, leave the telehealth place on the visit and enter the place of the injection (often 11) on the
    injection and on the drug. Take the telehealth modifier off these lines. That the physician supervised
    by video is not telehealth: the place is then where the patient and the nurse were.
"""

from collections.abc import Iterable, Iterator

from scrubber.claim import Claim, Field, ServiceLine
from scrubber.claim.pairing import is_drug, is_supplied_elsewhere, is_wastage
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

VOID = "8"

edit = Edit(
    id="POS-03",
    title="Injection billed as telehealth",
    snip=7,
    severity="reject",
    sources=("S-CMSPOS", "CFR-410.78"),
    denials=("CO-58", "M77", "CO-96", "N776"),
    claim_status=("A7:249",),
    # That a drug alone is coded so may be no more than an odd way to bill what was sent to the patient.
    variants={"drug": "warn"},
    parameters={
        "places": Parameter(("02", "10"), "places of service of telehealth"),
        "modifiers": Parameter(("93", "95", "FQ", "GQ", "GT"), "modifiers that say telehealth"),
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    remote = [line for line in claim.lines if _sign_of(claim, line, context)]
    if not remote or claim.frequency == VOID:
        return
    given = {entry.line.index for entry in context.administrations}
    if lines := [line for line in remote if line.index in given]:
        yield from _found(claim, lines, context, "")
        return
    drugs = (line for line in remote if is_drug(line, context.codes))
    meant = [line for line in drugs if not (is_wastage(line) or is_supplied_elsewhere(line))]
    yield from _found(claim, meant, context, "drug")


def _sign_of(claim: Claim, line: ServiceLine, context: Context) -> Field | None:
    """The place or the modifier of a line that says telehealth, or `None`."""
    place = claim.place_of(line)
    if place in context["places"]:
        return place
    for modifier in line.modifiers:
        if modifier.upper() in context["modifiers"]:
            return modifier
    return None


def _found(
    claim: Claim, lines: Iterable[ServiceLine], context: Context, variant: str
) -> Iterator[CheckResult]:
    seen: set[int] = set()
    for line in lines:
        sign = _sign_of(claim, line, context)
        if id(sign) in seen:
            continue  # the claim's place of service is one fault, however many lines it is for
        seen.add(id(sign))
        kind = "place of service" if sign in context["places"] else "modifier"
        message = f"Line {line.index} bills {line.procedure} with the telehealth {kind} {sign}."
        yield Hit(at=sign, message=message, line=line, variant=variant)
