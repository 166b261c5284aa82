"""The procedure is not for patients of this age.

What is wrong
    The code names an age, and the patient was not of it on the day of service: a preventive visit of
    another age group (99381-99397), 90460 for an adult, 99100 between 1 and 70, newborn care of an older
    child, a vaccine or screening for another age.

Why it is refused
    Payers compare the code with the birth date (DMG02). The code is wrong by its own definition, or the
    birth date is.

How to correct it
    Verify the birth date against the insurance card. If it is right, bill the code of the patient's age: a
    preventive visit by age group, 90471 in place of 90460 for adults.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.ask_last import unless_supplied
from ..shared.patient_age import conflicting_ages

edit = Edit(
    id="PROC-06",
    title="Procedure not for patients of this age",
    snip=7,
    severity="warn",
    to_do="Verify the birth date (DMG02); if it is right, replace the code in SV101-2 with that of the age.",
    sources=("S-BCBSOK-AGE", "S-OPTUM-ACE"),
    denials=("CO-6", "N129"),
    claim_status=("A8:475", "A8:454"),
    about="line",
    # Only Medicare's editor is known to check the ages of 99100.
    variants={"anesthesia": "info"},
    parameters={
        "accepted": Parameter(("GA", "GX", "GY", "GZ"), "modifiers of lines that expect a denial"),
        "transplants": Parameter(
            ("Z94", "T86", "D84821", "D849"), "diagnoses of younger patients who get vaccines for the old"
        ),
    },
)


@edit.line_diagnosis
@unless_supplied
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if line.has_modifier(*context["accepted"]):
        return
    ages = conflicting_ages(line, context)
    if ages and not _is_transplant(line, context):
        message = f"Line {line.index}: {line.procedure} is for ages {ages}; the patient is not."
        is_add_on = line.is_in("anesthesia_circumstance", context.codes)
        yield Hit(at=line.procedure, message=message, line=line, variant="anesthesia" if is_add_on else "")


def _is_transplant(line: ServiceLine, context: Context) -> bool:
    """Return True for a vaccine of a patient whose defenses are weak, for whom other ages hold."""
    if not line.is_in("vaccine", context.codes):
        return False
    return any(diagnosis.code.startswith(context["transplants"]) for diagnosis in context.claim.diagnoses)
