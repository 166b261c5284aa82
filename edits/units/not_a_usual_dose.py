"""The units of a drug match no package of the drug.

What is wrong
    Some drugs come in few packages, each of them one dose: the units billed for a date must be those of a
    package. Here they are fewer or in between. Units given and discarded (JW) on the date are tried alone and
    together. More units than the largest dose are left to the MUE (PAIR-07).

Why it is refused
    Usually vials or syringes were counted instead of the amount: 1 unit of J0897 is 1 mg, while a syringe has
    60. The payer then pays a sixtieth; or it finds units that fit no package and asks why.

How to correct it
    Bill the amount, not the number of syringes: the dose divided by the amount of one billing unit. If less
    was actually given, bill the discarded rest of a single-dose package with JW where the payer wants it.
"""

from collections.abc import Iterator
from decimal import Decimal

from scrubber.claim import ServiceLine
from scrubber.claim.pairing import is_supplied_elsewhere
from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.tables.drugs import Fact

edit = Edit(
    id="UNIT-03",
    title="Units match no package of the drug",
    snip=7,
    severity="warn",
    to_do=(
        "Change SV104 to the dose divided by the amount of one billing unit, not the number of vials or "
        "syringes."
    ),
    variants={"less_sure": "info"},
    sources=("S-FCSO-PROLIA", "S-PH0139", "S-ASP25Q4"),
    denials=("CO-151", "CO-16", "N430"),
    claim_status=("A7:476",),
    needs=("drug",),
)

_MANY = 10


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    facts = _packages(line, context)
    if not facts:
        return
    lines = [other for other in context.claim.same_procedure(line) if _goes_with(line, other)]
    if lines[0] is not line:
        return
    doses = sorted(Decimal(fact.value) for fact in facts)
    given = [other for other in lines if not other.is_wastage]
    units = [
        sum((other.units.decimal or Decimal(0) for other in group), Decimal(0)) for group in (given, lines)
    ]
    if not given or max(units) >= doses[-1] or any(_is_dose(number, doses) for number in units):
        return
    if all(_is_readable(other) for other in lines) and not any(map(is_supplied_elsewhere, lines)):
        listed = " or ".join(str(dose) for dose in doses)
        message = (
            f"Line {given[0].index}: billed units of {line.hcpcs} ({units[0]}) match no package of the "
            f"drug ({listed} units)."
        )
        # A unit for each line, where the smallest package holds many: packages were counted.
        counts_packages = max(units) <= len(given) and doses[0] >= _MANY
        sure = counts_packages or all(fact.confidence == "high" for fact in facts)
        yield Hit(at=given[0].units, message=message, line=given[0], variant="" if sure else "less_sure")


def _packages(line: ServiceLine, context: Context) -> list[Fact]:
    """Return the units of the drug's packages. Few drugs have such, and no other drug is checked."""
    if not line.is_in("drug", context.codes) or not line.service or not line.service.start:
        return []
    known = context.tables.aside.drug(line.hcpcs, line.service.start).value
    return list(known.of_name("label_units")) if known else []


def _goes_with(line: ServiceLine, other: ServiceLine) -> bool:
    if other.hcpcs != line.hcpcs or other.service is None or line.service is None:
        return False
    return other.service.start == line.service.start


def _is_readable(line: ServiceLine) -> bool:
    number = line.units.decimal
    one_day = line.service is not None and line.service.start == line.service.end
    return number is not None and number > 0 and line.unit_code == "UN" and one_day


def _is_dose(units: Decimal, doses: list[Decimal]) -> bool:
    """Return True if the units are one of the doses, or those of two packages."""
    return units in doses or any(units == one + other for one in doses for other in doses)
