"""A drug from a multiple-dose container has modifier JZ or JW.

What is wrong
    The line's drug comes in multiple-dose vials, and the line reports with JZ that nothing was discarded from
    a single-dose container, or bills discarded drug with JW.

Why it is refused
    Both modifiers are for single-dose containers only. What is left in a multiple-dose vial is given to the
    next patient, so Medicare pays nothing for it.

How to correct it
    Check on the vial, or by its NDC, which kind it is. If it is multiple-dose, remove JZ, or the whole JW
    line. If it was a single-dose vial, correct the NDC.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import ServiceLine
from scrubber.claim.pairing import same_day
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked
from scrubber.tables.drugs import Drug

from ..shared.containers import MULTIPLE, container_of
from ..shared.dosage import is_compound

edit = Edit(
    id="MOD-04",
    title="JZ or JW on a multiple-dose drug",
    snip=7,
    severity="warn",
    to_do=(
        "Remove JZ, or the whole JW line, if the vial is multiple-dose; if it was single-dose, correct "
        "the NDC in LIN03."
    ),
    sources=("S-CMSJZ", "S-MEDLEARN-JW"),
    denials=("CO-4",),
    claim_status=("A7:453",),
    needs=("drug", "modifiers"),
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if not line.has_modifier("JZ", "JW") or not line.is_in("drug", context.codes) or is_compound(line):
        return
    mark = line.modifiers_among(("JZ", "JW"))[0]
    day = line.service.start if line.service else None
    if day is None:
        yield Unchecked("the date of service of a drug line is missing or unreadable")
    elif drug := context.tables.drug(line.hcpcs, day).value:
        container = container_of(line, drug, day, context)
        if container == MULTIPLE:
            message = (
                f"Line {line.index}: {mark} does not apply to {line.procedure} from a multiple-dose vial."
            )
            yield Hit(at=mark, message=message, line=line)
        elif not container and _is_rest_of_multiple_dose(line, drug, day, context):
            message = (
                f"Line {line.index}: JW does not apply to {line.procedure}, which was given from a "
                "multiple-dose vial."
            )
            yield Hit(at=mark, message=message, line=line)
        elif not container:
            yield Unchecked(f"it is not known from what container {line.hcpcs} came")


def _is_rest_of_multiple_dose(line: ServiceLine, drug: Drug, day: date, context: Context) -> bool:
    """Return True for a JW line of a drug that was given that day from multiple-dose vials only."""
    if not line.has_modifier("JW"):
        return False
    given = [
        other
        for other in context.claim.lines
        if other is not line and other.hcpcs == line.hcpcs and same_day(line, other)
    ]
    return bool(given) and all(container_of(other, drug, day, context) == MULTIPLE for other in given)
