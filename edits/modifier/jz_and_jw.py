"""A drug is billed with both JZ and JW.

What is wrong
    JZ reports that nothing was discarded from a single-dose container; JW bills what was discarded. Both are
    on one line, or JZ is on the drug's line while another line for the same drug and date has JW.

Why it is refused
    One of the two must be wrong. Medicare wants exactly one: JZ on the drug's line, or a second line with JW
    next to a line with neither.

How to correct it
    Check the chart. If any of the drug was discarded, remove JZ from the line for the amount given and keep
    JW on the line for the discarded amount only. If nothing was discarded, remove the JW line.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.pairing import same_day, same_provider
from scrubber.engine import CheckResult, Context, Edit, Hit

from ..shared.dosage import number_of

edit = Edit(
    id="MOD-02",
    title="JZ and JW on the same drug",
    snip=7,
    severity="warn",
    to_do="Remove JZ if any drug was discarded; otherwise remove the JW line.",
    sources=("S-QPRO-JZ", "S-CARECOST-JZ", "S-NORIDIAN-JZ"),
    denials=("CO-4", "N519"),
    claim_status=("A8:453",),
    needs=("wastage",),
)

_ONE_LINE = (
    "Remove JZ if any drug was discarded, and bill the discarded units on their own JW line; otherwise "
    "remove JW."
)


@edit.lines
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    for line in claim.lines:
        if not line.modifiers or "JZ" not in (modifiers := line.modifier_codes):
            continue
        place = next(field for field in line.modifiers if field.strip().upper() == "JZ")
        if "JW" in modifiers:
            message = f"Line {line.index}: JZ (nothing discarded) and JW (drug discarded) are both reported."
            yield Hit(at=place, message=message, line=line, to_do=_ONE_LINE)
        elif waste := _waste_of(claim, line):
            message = (
                f"Line {line.index}: JZ reports that no {line.procedure} was discarded, "
                f"but line {waste.index} bills discarded units with JW."
            )
            yield Hit(at=place, message=message, line=line)


def _waste_of(claim: Claim, line: ServiceLine) -> ServiceLine | None:
    """Return the line that bills the discarded part of the same drug, unless from vials of another size."""
    own = _packages(line)
    for other in claim.lines:
        modifiers = other.modifier_codes
        if (
            other.procedure == line.procedure
            and "JW" in modifiers
            and "JZ" not in modifiers
            and same_day(line, other)
            and same_provider(claim, line, other) is not False
            and (not own or not (others := _packages(other)) or own & others)
        ):
            return other
    return None


def _packages(line: ServiceLine) -> set[str]:
    return {number_of(drug) for drug in line.drugs if drug.qualifier == "N4"}
