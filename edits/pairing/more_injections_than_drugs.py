"""More injections are billed than drugs that were injected.

What is wrong
    On one day one provider bills 96372 more often than there are lines of drugs (discarded rests aside), and
    none of these drugs is one that may need several injections: what is given at one place is up to 2 ML.
    A modifier that sets an injection apart (59, 76, X…) is believed.

Why it is refused
    Each injection is one drug, or several in one syringe. Blue Cross and Blue Shield of Alabama pays one
    injection for each drug that was injected separately; others ask for the record. Medicare has no such
    rule besides its limit of units.

How to correct it
    Compare the chart: often the drug's units were entered on the injection, or a drug line is missing. A dose
    that was divided over two places is two injections; be ready to show it.
"""

from collections.abc import Iterator
from decimal import Decimal

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.pairing import by_provider_and_day, may_be_drug_of, same_provider
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="PAIR-04",
    title="More injections than injected drugs",
    snip=7,
    severity="info",
    about="drug",
    sources=("S-BCBSAL-INJ",),
    denials=("CO-151", "CO-97"),
    claim_status=("A7:476",),
    needs=("administrations", "drug", "several units"),
    parameters={
        "procedure": Parameter("96372", "the injection that is counted"),
        "apart": Parameter(
            ("59", "76", "77", "XE", "XP", "XS", "XU", "LT", "RT"), "modifiers that are believed"
        ),
        "one_place": Parameter(2, "the most millilitres that are given at one place"),
        "limit": Parameter(4, "above this many the limit for a day speaks (PAIR-06)"),
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    shots = [line for line in claim.lines if line.hcpcs == context["procedure"]]
    for lines in by_provider_and_day(claim, shots).values():
        counts = [line.units.decimal for line in lines]
        if any(count is None for count in counts) or any(line.unit_code != "UN" for line in lines):
            continue  # UNIT-02, STR-05 and PAIR-06 say so
        total = sum((count or Decimal(0) for count in counts), Decimal(0))
        if total <= 1 or total > context["limit"] or _is_apart(lines, context):
            continue
        drugs = [line for line in claim.lines if _belongs(claim, lines[0], line, context)]
        if drugs and total > len(drugs) and all(_is_one_injection(drug, context) for drug in drugs):
            message = f"{lines[0].procedure} is billed {total} times; the day has {len(drugs)} drug lines."
            yield Hit(at=lines[-1].units, message=message, line=lines[-1])


def _is_apart(lines: list[ServiceLine], context: Context) -> bool:
    """Whether somebody says that the injections are separate, or the same line is there twice (PAIR-08)."""
    said = any(line.has_modifier(*context["apart"]) for line in lines)
    return said or (len(lines) > 1 and all(line.units.decimal == 1 for line in lines))


def _belongs(claim: Claim, shot: ServiceLine, line: ServiceLine, context: Context) -> bool:
    return may_be_drug_of(shot, line, context.codes) and same_provider(claim, shot, line) is not False


def _is_one_injection(drug: ServiceLine, context: Context) -> bool:
    """Whether a drug line is surely one injection: one unit, and no more than goes to one place."""
    if drug.units.decimal != 1:
        return False
    return all(
        entry.unit != "ML" or entry.quantity.decimal is None or entry.quantity.decimal <= context["one_place"]
        for entry in drug.drugs
    )
