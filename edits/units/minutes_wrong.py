"""Anesthesia is not billed in minutes, or something else is.

What is wrong
    The line bills minutes (SV103 is MJ) for a service that is not anesthesia; or anesthesia by time in units
    (UN); or minutes that are no plausible time: fewer than 5, or more than a day has.

Why it is refused
    The implementation guide (TR3) has minutes for anesthesia only, and wants them there: the payer converts
    them to units. In units, seven quarters of an hour are paid as seven minutes. Clearinghouses reject
    minutes of other services.

How to correct it
    Bill anesthesia with its minutes from the anesthesia record (MJ). Daily management and add-ons that are
    counted (01953, 01996, qualifying circumstances) are units (UN), as is everything else.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="UNIT-12",
    title="Minutes on another service, or anesthesia not in minutes",
    snip=4,
    severity="reject",
    to_do="Enter MJ and minutes in SV103 and SV104 for anesthesia by time, UN and units for all else.",
    variants={"counted": "warn", "no anesthesia modifier": "warn", "implausible": "warn"},
    sources=("X12-837P", "S-X12-RFI1571", "S-STEDI-MJ"),
    denials=("CO-16", "M53"),
    claim_status=("A7:659", "A7:476"),
    parameters={
        "modifiers": Parameter(("AA", "AD", "QK", "QX", "QY", "QZ"), "modifiers of anesthesia services"),
        "fewest": Parameter(5, "fewer minutes are perhaps units"),
        "most": Parameter(1440, "the most minutes of one day"),
    },
)

_MINUTES, _UNITS = "MJ", "UN"


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    unit, code = line.unit_code, line.hcpcs
    if not code or unit not in (_MINUTES, _UNITS):
        return
    is_by_time = context.codes.is_in("anesthesia_by_time", code)
    if unit == _UNITS:
        if is_by_time:
            variant = "" if line.has_modifier(*context["modifiers"]) else "no anesthesia modifier"
            message = f"Line {line.index}: anesthesia {code} is billed in units (UN) instead of minutes (MJ)."
            to_do = f"Enter MJ in SV103 and the minutes of {code} from the anesthesia record in SV104."
            yield Hit(at=unit, message=message, line=line, variant=variant, to_do=to_do)
    elif not context.codes.is_in("anesthesia", code):
        message = f"Line {line.index}: {code} is billed in minutes (MJ), which is for anesthesia only."
        to_do = f"Enter UN in SV103 and the units of {code} in SV104."
        yield Hit(at=unit, message=message, line=line, to_do=to_do)
    elif context.codes.is_in("anesthesia_counted", code):
        message = f"Line {line.index}: {code} is counted, and is billed in minutes (MJ)."
        to_do = f"Enter UN in SV103 and the units of {code} in SV104."
        yield Hit(at=unit, message=message, line=line, variant="counted", to_do=to_do)
    else:
        yield from _implausible(line, context)


def _implausible(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    minutes = line.units.decimal
    if minutes is None or minutes <= 0 or context["fewest"] <= minutes <= context["most"]:
        return
    is_one_day = line.service is not None and line.service.start == line.service.end
    if minutes < context["fewest"] or is_one_day:
        message = f"Line {line.index}: {line.units} minutes of anesthesia {line.procedure} are not plausible."
        to_do = "Check the anesthesia record, and enter the minutes of anesthesia in SV104."
        yield Hit(at=line.units, message=message, line=line, variant="implausible", to_do=to_do)
