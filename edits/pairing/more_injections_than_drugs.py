"""More injections are billed than injectable drugs.

What is wrong
    On one day one provider bills more units of 96372 than there are drug lines (wastage lines aside), and
    none of these drugs is one that may need several injections: up to 2 ML is given at one site. A modifier
    that marks an injection as separate (59, 76, X…) is accepted.

Why it is refused
    Each injection is one drug, or several in one syringe. Blue Cross and Blue Shield of Alabama pays one
    injection for each drug that was injected separately; others ask for records. Medicare has no such rule
    apart from its unit limit.

How to correct it
    Check the chart: often the drug's units were entered on the injection line, or a drug line is missing. A
    dose divided between two sites is two injections; be ready to show it.
"""

from collections.abc import Iterator
from decimal import Decimal

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.pairing import may_be_drug_of
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.days import by_provider_and_day, day_of, is_by_another

edit = Edit(
    id="PAIR-04",
    title="More injections than injectable drugs",
    snip=7,
    severity="info",
    to_do=(
        "Correct SV104 of the 96372 line to the number of injections in the chart, "
        "or add the missing drug line."
    ),
    about="drug",
    sources=("S-BCBSAL-INJ",),
    denials=("CO-151", "CO-97"),
    claim_status=("A7:476",),
    needs=("administrations", "drug", "several units"),
    needs_codes=("procedure",),
    parameters={
        "procedure": Parameter("96372", "injection code that is counted"),
        "apart": Parameter(
            ("59", "76", "77", "XE", "XP", "XS", "XU", "LT", "RT"),
            "modifiers for separate injections",
        ),
        "one_place": Parameter(2, "most milliliters given at one site"),
        "limit": Parameter(4, "above this many, the daily limit applies (PAIR-06)"),
    },
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    shots = claim.lines_billing((context["procedure"],))
    if len(shots) == 1 and shots[0].units == "1":
        return
    for lines in by_provider_and_day(claim, [shot for shot in shots if day_of(shot)]):
        counts = [line.units.decimal for line in lines]
        if any(count is None for count in counts) or any(line.unit_code != "UN" for line in lines):
            continue  # UNIT-02, STR-05 and PAIR-06 report it
        total = sum((count or Decimal(0) for count in counts), Decimal(0))
        if total <= 1 or total > context["limit"] or _is_apart(lines, context):
            continue
        drugs = [line for line in claim.lines if _belongs(claim, lines[0], line, context)]
        if drugs and total > len(drugs) and all(_is_one_injection(drug, context) for drug in drugs):
            message = (
                f"Line {lines[-1].index}: {total} units of {lines[0].procedure} are billed, "
                f"but only {len(drugs)} drug line{'s' if len(drugs) > 1 else ''} on that day."
            )
            yield Hit(at=lines[-1].units, message=message, line=lines[-1])


def _is_apart(lines: list[ServiceLine], context: Context) -> bool:
    """Return True if a modifier marks separate injections, or lines are duplicates (PAIR-08)."""
    is_marked = any(line.has_modifier(*context["apart"]) for line in lines)
    return is_marked or (len(lines) > 1 and all(line.units.decimal == 1 for line in lines))


def _belongs(claim: Claim, shot: ServiceLine, line: ServiceLine, context: Context) -> bool:
    return may_be_drug_of(shot, line, context.codes) and not is_by_another(claim, shot, line)


def _is_one_injection(drug: ServiceLine, context: Context) -> bool:
    """Return True if a drug line is certainly one injection: one unit, and no more than fits one site."""
    if drug.units.decimal != 1:
        return False
    return all(
        entry.unit != "ML" or entry.quantity.decimal is None or entry.quantity.decimal <= context["one_place"]
        for entry in drug.drugs
    )
