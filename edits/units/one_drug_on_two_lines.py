"""One drug is billed on two lines of a day, and neither bills discarded drug.

What is wrong
    Two lines of one day and provider bill the same drug code with the same NDC. Neither has JW (discarded
    drug), a route modifier that differs (JA, JB), or a modifier that reports a repeated or separate service.

Why it is refused
    The payer takes one line of a drug a day: it pays the larger line and denies the other. Only discarded
    drug has a line of its own.

How to correct it
    Combine the units on one line. If the rest of a vial was discarded, append JW to its line. If the drug was
    given twice, a coder who has checked the chart may append the modifier that says so.
"""

from collections.abc import Hashable, Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.days import by_provider_and_day, day_of
from ..shared.dosage import is_compound, is_unclassified, number_of

edit = Edit(
    id="UNIT-14",
    title="One drug on two lines of a day",
    snip=7,
    severity="warn",
    to_do="Report the units of the drug on one line, or append JW to the line of what was discarded.",
    about="drug",
    sources=("S-BCNC-DRUGS",),
    denials=("CO-97", "CO-18", "M86"),
    claim_status=("A8:476",),
    yields=True,
    needs=("repeated procedure", "drug"),
    parameters={
        "distinct": Parameter(
            ("59", "76", "77", "JW", "XE", "XP", "XS", "XU"), "modifiers that explain a second line"
        ),
    },
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    if claim.is_void:
        return
    by_drug: dict[Hashable, list[ServiceLine]] = {}
    for line in claim.lines:
        if _counts(line, context):
            ndcs = frozenset(number_of(drug) for drug in line.drugs)
            by_drug.setdefault((line.hcpcs, ndcs, line.modifier_codes & {"JA", "JB"}), []).append(line)
    for lines in by_drug.values():
        for same in by_provider_and_day(claim, lines):
            for line in same[1:]:
                message = (
                    f"Line {line.index}: {line.procedure} is also billed on line {same[0].index}, without JW."
                )
                yield Hit(at=line.procedure, message=message, line=line)


def _counts(line: ServiceLine, context: Context) -> bool:
    if not line.is_in("drug", context.codes) or line.has_modifier(*context["distinct"]):
        return False
    return day_of(line) is not None and not is_compound(line) and not is_unclassified(line, context)
