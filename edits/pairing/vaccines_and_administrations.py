"""Vaccines and their administrations do not match.

What is wrong
    Of one day, the claim bills a vaccine without an administration (90460, 90471-90474, 90480,
    G0008-G0010), an administration without a vaccine, or more of the one than of the other.

Why it is refused
    Each vaccine is paid with one administration. The payer denies an administration that has no vaccine, and
    does not pay for one that was not billed.

How to correct it
    Check the chart for what was given, and add the missing line or remove the extra one. The first injected
    vaccine is 90471, each further one 90472. If the vaccine was supplied by a program, bill its line as the
    payer wants it (zero charge, SL) or say so in a note.
"""

from collections.abc import Iterator, Sequence

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.pairing import is_drug
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.days import day_of
from ..shared.wording import tells_other_supply

edit = Edit(
    id="PAIR-12",
    title="Vaccines and vaccine administrations do not match",
    snip=7,
    severity="warn",
    to_do="Check the chart: add the missing vaccine or administration line (SV1), or remove the extra one.",
    about="drug",
    sources=("S-NORIDIAN-VACCINES",),
    denials=("CO-16", "M119", "CO-107", "CO-B15"),
    claim_status=("A8:732",),
    needs_codes=(("vaccine", "vaccine_administration"),),
    yields=True,
    parameters={
        "counted": Parameter(
            ("90460", "90471-90474", "90480", "G0008-G0010"),
            "administrations, each unit of which gives one vaccine",
        ),
        "instead": Parameter(("T1015", "G0466-G0470"), "encounters of clinics, which include what was given"),
    },
)


_MASS_IMMUNIZATION = "60"


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    codes = context.codes
    given = [line for line in claim.lines if line.is_in("vaccine_administration", codes)]
    vaccines = [line for line in claim.lines if _is_vaccine(line, context)]
    if not (given or vaccines) or claim.is_void:
        return
    instead = context.code_set("instead")
    if claim.place == _MASS_IMMUNIZATION or any(line.hcpcs in instead for line in claim.lines):
        return
    others = [line for line in claim.lines if _is_explained_by(line, context, is_given=bool(given))]
    for day in sorted({day for line in (*given, *vaccines) if (day := day_of(line))}):
        of_day, times = ([line for line in lines if day_of(line) == day] for lines in (vaccines, given))
        if (of_day and times) or not any(day_of(line) == day for line in others):
            yield from _compare(of_day, times, context)


def _compare(
    vaccines: Sequence[ServiceLine], given: Sequence[ServiceLine], context: Context
) -> Iterator[CheckResult]:
    """Yield the fault of one day, at the first line that is without another."""
    counted = context.code_set("counted")
    doses = sum(_units(line) for line in vaccines)
    times = sum(_units(line) for line in given if line.hcpcs in counted)
    if not given:
        line, what = vaccines[0], "is billed without a vaccine administration on that day"
    elif not vaccines:
        line, what = given[0], "is billed without a vaccine on that day"
    elif times in (0, doses):
        return  # an add-on administration alone is reported as such
    elif times > doses:
        line, what = given[-1], f"is one of {times} administrations for {doses} vaccines"
    else:
        line, what = vaccines[-1], f"is one of {doses} vaccines with {times} administrations"
    if not tells_other_supply(line, context):
        message = f"Line {line.index}: {line.procedure} {what}."
        # Too many units of one line are reported as such.
        yield Hit(at=line.procedure if _units(line) == 1 else line.units, message=message, line=line)


def _is_vaccine(line: ServiceLine, context: Context) -> bool:
    names = line.sets_in(context.codes)
    return "vaccine" in names and "vaccine_administration" not in names


def _is_explained_by(line: ServiceLine, context: Context, *, is_given: bool) -> bool:
    """Return True for what other edits report: a drug with a vaccination, or a vaccine with 96372."""
    codes = context.codes
    if not is_given:
        return line.is_in("injection", codes)
    return is_drug(line, codes) and not line.is_in("vaccine", codes)


def _units(line: ServiceLine) -> int:
    units = line.units.decimal
    return int(units) if units is not None and units == int(units) else 1
