"""The modifier for a drug bought at the 340B price is outdated, or there are two.

What is wrong
    Drugs that were bought at the 340B discount are marked with a modifier. A line has both JG and TB, or it
    has JG for a service after 2024-12-31, when JG ended.

Why it is refused
    JG is no valid modifier any more: since 2025 TB alone marks such drugs. Before, an entity used one of the
    two, by its kind, never both.

How to correct it
    For services from 2025-01-01 on, use TB where the drug was bought at the 340B price. For earlier ones,
    keep the one that was meant for your kind of entity. Change the rule in the billing system, too.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked

edit = Edit(
    id="MOD-10",
    title="340B modifier is outdated or doubled",
    snip=5,
    severity="warn",
    sources=("S-HCPCS26", "S-340B-AEH", "S-340B-FORVIS"),
    denials=("CO-4",),
    claim_status=("A7:453",),
    needs=("modifiers",),
    variants={"ended": "warn"},
    parameters={"last": Parameter(date(2024, 12, 31), "last day of JG")},
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for line in claim.lines:
        if not line.has_modifier("JG"):
            continue
        place = next(field for field in line.modifiers if field.strip().upper() == "JG")
        day = line.service.start if line.service else None
        if day is not None and day > context["last"]:
            message = f"JG of line {line.index} ended on {context['last']}; TB marks 340B drugs since."
            yield Hit(at=place, message=message, line=line, variant="ended")
        elif "TB" in line.modifier_codes:
            message = f"Line {line.index} has both 340B modifiers, JG and TB."
            yield Hit(at=place, message=message, line=line)
        elif day is None:
            yield Unchecked("the date of service of a line with modifier JG is missing or unreadable")
