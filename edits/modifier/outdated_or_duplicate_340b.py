"""The 340B modifier on a drug is outdated, or both JG and TB are reported.

What is wrong
    Drugs bought at the 340B discount are reported with a modifier. The line has both JG and TB, or it has JG
    for a service after 2024-12-31, when JG ended.

Why it is refused
    JG is no longer a valid modifier: since 2025 TB alone identifies these drugs. Before that, an entity used
    one of the two, depending on its type, never both.

How to correct it
    For dates of service from 2025-01-01 on, use TB if the drug was bought at the 340B price. For earlier
    dates, keep the modifier for your type of entity. Change the rule in the billing system, too.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked

edit = Edit(
    id="MOD-10",
    title="Outdated or duplicate 340B modifier (JG, TB)",
    snip=5,
    severity="warn",
    to_do="Remove JG, and report TB alone if the drug was bought at the 340B price.",
    sources=("S-HCPCS26", "S-340B-AEH", "S-340B-FORVIS"),
    denials=("CO-4",),
    claim_status=("A7:453",),
    needs=("modifiers",),
    variants={"ended": "warn"},
    parameters={"last": Parameter(date(2024, 12, 31), "last day JG is valid")},
)

_KEEP_ONE = "Remove JG or TB, whichever is not the 340B modifier for your type of entity."


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if not line.has_modifier("JG"):
        return
    place = next(field for field in line.modifiers if field.strip().upper() == "JG")
    day = line.service.start if line.service else None
    if day is not None and day > context["last"]:
        message = f"Line {line.index}: JG ended on {context['last']}; 340B drugs are now reported with TB."
        yield Hit(at=place, message=message, line=line, variant="ended")
    elif "TB" in line.modifier_codes:
        message = f"Line {line.index}: 340B modifiers JG and TB are both reported."
        yield Hit(at=place, message=message, line=line, to_do=_KEEP_ONE)
    elif day is None:
        yield Unchecked("the date of service of a line with modifier JG is missing or unreadable")
