"""An injection is billed as telehealth.

What is wrong
    An administration line has a telehealth place of service (02 or 10 in SV105, or in CLM05-1 if the line
    has none) or a modifier for a service by video or telephone (93, 95, FQ, GQ, GT). If no administration
    line does, a drug line with one of them is reported.

Why it is refused
    POS 02 and 10 are for services that reach the patient through telecommunication. No one can give an
    injection that way. Medicare pays for telehealth only what is on its list of telehealth services, and
    neither injections nor drugs are on it.

How to correct it
    Check where the patient was and who gave the injection. If the patient came to the office after a
    video visit, leave the telehealth POS on the visit and enter the POS of the injection (often 11) on
    the injection and the drug. Remove the telehealth modifier from these lines. Supervision by video is
    not telehealth: the place of service is then where the patient and the nurse were.
"""

from collections.abc import Iterable, Iterator

from scrubber.claim import Claim, Field, ServiceLine
from scrubber.claim.pairing import is_drug, is_supplied_elsewhere
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

VOID = "8"

edit = Edit(
    id="POS-03",
    title="Injection billed as telehealth",
    snip=7,
    severity="reject",
    to_do=(
        "Enter the POS where the injection was given (often 11) in SV105 or CLM05-1, and remove any "
        "telehealth modifier from the line."
    ),
    sources=("S-CMSPOS", "CFR-410.78"),
    denials=("CO-58", "M77", "CO-96", "N776"),
    claim_status=("A7:249",),
    # On a drug alone it may be no more than an odd way to bill what was sent to the patient.
    variants={"drug": "warn"},
    needs_codes=(("administration", "vaccine_administration", "drug", "vaccine"),),
    parameters={
        "places": Parameter(("02", "10"), "places of service for telehealth"),
        "modifiers": Parameter(("93", "95", "FQ", "GQ", "GT"), "modifiers for telehealth"),
    },
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    marked, places = claim.lines_marked(context["modifiers"]), context["places"]
    remote = [line for line in claim.lines if line in marked or claim.place_of(line) in places]
    if not remote or claim.frequency == VOID:
        return
    given = {entry.line.index for entry in context.administrations}
    if lines := [line for line in remote if line.index in given]:
        yield from _found(claim, lines, context, "")
        return
    drugs = (line for line in remote if is_drug(line, context.codes))
    meant = [line for line in drugs if not (line.is_wastage or is_supplied_elsewhere(line))]
    yield from _found(claim, meant, context, "drug")


def _sign_of(claim: Claim, line: ServiceLine, context: Context) -> Field | None:
    """Return the place of service or the modifier that marks a line as telehealth, or None."""
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
    for line in lines:
        sign = _sign_of(claim, line, context)
        is_place = sign in context["places"]
        kind = "POS" if is_place else "modifier"
        to_do = "" if is_place else f"Remove telehealth modifier {sign} from line {line.index}."
        message = f"Line {line.index}: {line.procedure} cannot be given by telehealth ({kind} {sign})."
        yield Hit(at=sign, message=message, line=line, variant=variant, to_do=to_do, once=True)
