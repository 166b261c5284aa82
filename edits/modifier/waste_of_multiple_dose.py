"""A drug of a multiple-dose container has modifier JZ or JW.

What is wrong
    The drug of the line comes in multiple-dose vials, and the line says with JZ that nothing of a
    single-dose container was discarded, or bills with JW what was.

Why it is refused
    Both modifiers are for single-dose containers only. What remains in a multiple-dose vial is given to the
    next patient, so Medicare pays nothing for it.

How to correct it
    Read on the vial, or look up by its NDC, which kind it is. If it holds several doses, take the modifier
    off, and with JW the whole line. If it was a single-dose vial, correct the NDC.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked

from ..shared.containers import MULTIPLE, container_of
from ..shared.dosage import is_compound

edit = Edit(
    id="MOD-04",
    title="JZ or JW on a drug of a multiple-dose container",
    snip=7,
    severity="warn",
    sources=("S-CMSJZ", "S-MEDLEARN-JW"),
    denials=("CO-4",),
    claim_status=("A7:453",),
    needs=("drug", "modifiers"),
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for line in claim.lines:
        if (
            not line.has_modifier("JZ", "JW")
            or not context.codes.is_in("drug", line.hcpcs)
            or is_compound(line)
        ):
            continue
        mark = next(field for field in line.modifiers if field.strip().upper() in ("JZ", "JW"))
        day = line.service.start if line.service else None
        if day is None:
            yield Unchecked("the date of service of a drug line is missing or unreadable")
        elif drug := context.tables.drug(line.hcpcs, day).value:
            container = container_of(line, drug, day, context)
            if container == MULTIPLE:
                message = f"{line.procedure} comes in multiple-dose containers; {mark} is not for them."
                yield Hit(at=mark, message=message, line=line)
            elif not container:
                yield Unchecked(f"it is not known from what container {line.hcpcs} came")
