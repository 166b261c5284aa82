"""The units of a drug are no dose that its packages give.

What is wrong
    Some drugs come in few packages, each of them one dose: the units billed for a day must be those of a
    package. Here they are fewer or between. Units and discarded units (JW) of the day are tried alone and
    together. More units than the largest dose are the unit limit's affair.

Why it is refused
    Usually vials or syringes were counted instead of the amount: 1 unit of J0897 is 1 mg, while a syringe
    has 60. The payer then pays a sixtieth; or it finds units that fit no package and asks why.

How to correct it
    Bill the amount, not the number of syringes: the dose divided by the amount of one unit. Where really less
    was given, bill the discarded rest of a single-dose package with JW where the payer wants it.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.pairing import is_supplied_elsewhere, is_wastage
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="UNIT-03",
    title="Units are no dose that the packages give",
    snip=7,
    severity="warn",
    variants={"less_sure": "info"},
    sources=("S-FCSO-PROLIA", "S-PH0139", "S-ASP25Q4"),
    denials=("CO-151", "CO-16", "N430"),
    claim_status=("A7:476",),
    needs=("drug",),
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    together: dict[tuple[str, date], list[ServiceLine]] = {}
    for line in claim.lines:
        if context.codes.is_in("drug", line.hcpcs) and line.service and line.service.start:
            together.setdefault((line.hcpcs, line.service.start), []).append(line)
    for (code, day), lines in together.items():
        # Few drugs have such packages: of those that are not in the table nothing is asked.
        known = context.tables.aside.drug(code, day).value
        facts = list(known.of_name("label_units")) if known else []
        if not facts or not all(_is_readable(line) for line in lines):
            continue
        doses = sorted(Decimal(fact.value) for fact in facts)
        given = [line for line in lines if not is_wastage(line)]
        units = [
            sum((line.units.decimal or Decimal(0) for line in group), Decimal(0)) for group in (given, lines)
        ]
        if given and max(units) < doses[-1] and not any(_is_dose(number, doses) for number in units):
            context.tables.drug(code, day)
            listed = " or ".join(str(dose) for dose in doses)
            message = f"{units[0]} units of {code} are billed; its packages give {listed}."
            sure = all(fact.confidence == "high" for fact in facts)
            yield Hit(at=given[0].units, message=message, line=given[0], variant="" if sure else "less_sure")


def _is_readable(line: ServiceLine) -> bool:
    number = line.units.decimal
    one_day = line.service is not None and line.service.start == line.service.end
    return (
        number is not None
        and number > 0
        and line.unit_code == "UN"
        and one_day
        and not is_supplied_elsewhere(line)
    )


def _is_dose(units: Decimal, doses: list[Decimal]) -> bool:
    """Whether the units are one of the doses, or those of two packages."""
    return units in doses or any(units == one + other for one in doses for other in doses)
