"""A modifier that is valid on visits only is on another service.

What is wrong
    Modifier 24, 25 or 57 is on surgery, anesthesia, imaging, a laboratory test, an injection, a vaccination
    or a drug. Modifier 25 on administrations, drugs and vaccines is reported by another edit.

Why it is refused
    These modifiers say something about a visit: that it was unrelated to an operation (24), separate (25),
    or the one at which surgery was decided (57). On another line they are an invalid combination.

How to correct it
    Remove the modifier from this line. Whether it belongs on the visit of that day is for the provider or a
    coder to decide from the note.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="PROC-09",
    title="Modifier 24, 25 or 57 on something other than a visit",
    snip=7,
    severity="warn",
    to_do="Remove modifier 24, 25 or 57 from this line; append it to the visit only if the note supports it.",
    sources=("S-NCCI-MANUAL",),
    denials=("CO-4", "N519"),
    claim_status=("A7:453",),
    needs=("modifiers",),
    parameters={"modifiers": Parameter(("24", "25", "57"), "modifiers that are valid on visits only")},
)

_GIVEN = frozenset({"administration", "vaccine_administration", "drug", "vaccine"})
_OTHERS = frozenset({"surgery", "anesthesia", "imaging", "laboratory"})


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    names = line.sets_in(context.codes)
    is_given = not _GIVEN.isdisjoint(names)
    if not is_given and _OTHERS.isdisjoint(names):
        return
    for field in line.modifiers:
        modifier = field.strip().upper()
        if modifier in context["modifiers"] and not (is_given and modifier == "25"):
            message = (
                f"Line {line.index}: modifier {field} is not valid on {line.procedure}; it is for visits."
            )
            yield Hit(at=field, message=message, line=line)
            return
