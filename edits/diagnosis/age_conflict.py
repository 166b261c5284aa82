"""A diagnosis does not fit the patient's age.

What is wrong
    A diagnosis of one age is reported for a patient of another: one of newborns (age 0), of children (0 to
    17), of pregnancy (9 to 64) or of adults (15 and up). The ages come from the lists of the Medicare Code
    Editor. Conditions of the perinatal period (P00 to P96) that do not last are also reported for adults;
    diagnoses of children only from the age of 21 on, as plans have checkups for children until then.

Why it is refused
    Payers compare the diagnosis with the birth date on the claim and return or deny what does not fit. Very
    often the birth date is wrong, or the claim is under the wrong family member.

How to correct it
    Compare the birth date (DMG02) with the insurance card and the diagnosis with the chart, and correct the
    one that is wrong. A history of the condition has codes of its own. Where a procedure is for other ages,
    too, PROC-06 reports it.
"""

from collections.abc import Iterator

from scrubber.claim import Diagnosis
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.coverage import code_of
from ..shared.days import years_between
from ..shared.patient_age import conflicting_ages

edit = Edit(
    id="DX-24",
    title="Diagnosis conflicts with the patient's age",
    snip=7,
    severity="warn",
    to_do="Verify the birth date (DMG02) against the insurance card, and the diagnosis against the chart.",
    about="diagnoses",
    sources=("S-MCE-DX", "S-UHC-10ADN"),
    denials=("CO-9",),
    claim_status=("A8:475",),
    parameters={
        "children_until": Parameter(20, "highest age for diagnoses of children"),
        "adult": Parameter(18, "age from which conditions of the perinatal period are reported"),
        "lasting": Parameter(
            (
                "P07", "P11", "P13", "P14", "P15", "P27", "P29", "P35", "P37", "P57", "P78", "P91", "P94",
                "P96",
            ),
            "first characters of perinatal diagnoses that may last into adult life",
        ),
        "mothers": Parameter(
            ("O095 34 64", "O096 9 16", "Z685 2 20"),
            "first characters of diagnoses by the age of mother or child, lowest and highest age at a visit",
        ),
    },
)  # fmt: skip

_ANY_AGE = 124
_CHILDREN_UNTIL = 17


@edit.diagnosis
def check(diagnosis: Diagnosis, context: Context) -> Iterator[CheckResult]:
    claim, code = context.claim, code_of(diagnosis)
    day = claim.first_service
    if not code or day is None or claim.is_void:
        return
    rule = context.tables.diagnosis_rule(code, day).value
    youngest, oldest = (rule.youngest, rule.oldest) if rule else (0, _ANY_AGE)
    if oldest == _CHILDREN_UNTIL:
        oldest = context["children_until"]
    if code.startswith("P") and not code.startswith(context["lasting"]):
        oldest = min(oldest, context["adult"] - 1)
    for entry in context["mothers"] if code.startswith(("O09", "Z685")) else ():
        start, lowest, highest = entry.split()
        if code.startswith(start):
            youngest, oldest = int(lowest), int(highest)
    if (youngest, oldest) == (0, _ANY_AGE):
        return
    # The patient differs from claim to claim, so is asked about last.
    patient = claim.patient
    born = patient.birth_date.date if patient else None
    age = years_between(born, day) if born else -1
    if (
        age >= 0
        and not youngest <= age <= oldest
        and not any(conflicting_ages(line, context) for line in claim.lines)
    ):
        message = (
            f"Diagnosis {diagnosis.position} ({code}) is for {_ages(youngest, oldest)}, "
            f"but the patient is {age}."
        )
        yield Hit(at=diagnosis.code, message=message)


def _ages(youngest: int, oldest: int) -> str:
    if oldest == 0:
        return "newborns (age 0)"
    return f"ages {youngest} and up" if oldest == _ANY_AGE else f"ages {youngest} to {oldest}"
