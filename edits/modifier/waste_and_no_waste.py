"""A drug has modifier JZ and modifier JW at once.

What is wrong
    JZ says that nothing of a single-dose container was discarded, JW bills what was discarded. Both stand on
    one line, or JZ stands on the line of the drug while another line of the same drug and day has JW.

Why it is refused
    One of the two must be wrong. Medicare wants exactly one: JZ on the drug's line, or a second line with
    JW beside a line without either.

How to correct it
    Look into the record. If some was discarded, take JZ off the line of what was given and let JW stand on
    the line of what was discarded only. If nothing was discarded, take the JW line off the claim.
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
    sources=("S-QPRO-JZ", "S-CARECOST-JZ", "S-NORIDIAN-JZ"),
    denials=("CO-4", "N519"),
    claim_status=("A8:453",),
    needs=("modifiers",),
)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    for line in claim.lines:
        if not line.modifiers or "JZ" not in (modifiers := line.modifier_codes):
            continue
        place = next(field for field in line.modifiers if field.strip().upper() == "JZ")
        if "JW" in modifiers:
            message = f"Line {line.index} has JZ (nothing was discarded) and JW (some was)."
            yield Hit(at=place, message=message, line=line)
        elif waste := _waste_of(claim, line):
            message = (
                f"Line {line.index} says with JZ that nothing of {line.procedure} was discarded; "
                f"line {waste.index} bills with JW what was."
            )
            yield Hit(at=place, message=message, line=line)


def _waste_of(claim: Claim, line: ServiceLine) -> ServiceLine | None:
    """The line that bills what was discarded of the same drug; vials of another size are another matter."""
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
