"""More injectable drugs are billed than injections.

What is wrong
    This may be correct. On one day the claim bills more different drugs that are given only IM or SC than
    injections. Two drugs in one syringe are one injection.

Why it is refused
    It is not refused. But if the drugs were injected separately, an injection was not billed.

How to correct it
    Check the chart for how many injections were given. For separate injections, increase the units of 96372
    or add a line with the modifier that the payer requires. For one syringe, leave the claim as it is.
"""

from collections.abc import Iterator
from decimal import Decimal

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.pairing import is_administration, may_be_drug_of
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.days import by_provider_and_day, day_of, is_by_another

edit = Edit(
    id="PAIR-05",
    title="More injectable drugs than injections",
    snip=7,
    severity="info",
    to_do=(
        "Check the chart; if the drugs were injected separately, increase the units "
        "of 96372 (SV104) or add another line."
    ),
    about="drug",
    sources=("S-BCBSAL-INJ",),
    needs=("administrations", "drug", "several lines"),
    needs_codes=("procedure",),
    parameters={
        "procedure": Parameter("96372", "injection code"),
        "routes": Parameter(("IM", "SC"), "routes of drugs that are only injected"),
        "neutral": Parameter(
            ("99202-99499", "80047-89398", "36415-36416", "90460-90474", "90480"),
            "services that use no such drug: visits, tests, vaccinations",
        ),
    },
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    shots = [line for line in claim.lines_billing((context["procedure"],)) if day_of(line)]
    most = len({line.hcpcs for line in claim.lines if line.is_in("drug", context.codes)})
    for lines in by_provider_and_day(claim, shots):
        total = sum((line.units.decimal or Decimal(1) for line in lines), Decimal(0))
        day = day_of(lines[0])
        if most <= total or day is None:
            continue
        drugs = {
            line.hcpcs: line
            for line in claim.lines
            if line.is_in("drug", context.codes) and _belongs(claim, lines[0], line, context)
        }
        if len(drugs) <= total or any(_may_use(lines[0], line, context) for line in claim.lines):
            continue
        known = [(line, context.tables.drug(code, day).value) for code, line in drugs.items()]
        injected = [
            line for line, drug in known if drug and drug.routes and drug.routes.issubset(context["routes"])
        ]
        if len(injected) > total:
            names = ", ".join(line.procedure for line in injected)
            message = (
                f"Line {lines[0].index}: {len(injected)} injectable drugs are billed ({names}), "
                f"but only {total} unit{'s' if total > 1 else ''} of {lines[0].procedure}."
            )
            yield Hit(at=lines[0].units, message=message, line=lines[0])


def _belongs(claim: Claim, shot: ServiceLine, line: ServiceLine, context: Context) -> bool:
    return may_be_drug_of(shot, line, context.codes) and not is_by_another(claim, shot, line)


def _may_use(shot: ServiceLine, line: ServiceLine, context: Context) -> bool:
    """Return True if another service of the day may have used one of the drugs."""
    if line.hcpcs == shot.hcpcs or line.hcpcs in context.code_set("neutral"):
        return False
    return is_administration(line, context.codes) or not may_be_drug_of(shot, line, context.codes)
