"""A diagnosis is not a billable ICD-10-CM code on the day of service.

What is wrong
    A diagnosis code (HI) is not in the ICD-10-CM list of the year in which the service was given, or it is
    a heading in that list, which needs more characters. The year runs from 1 October to 30 September. Where
    the list of the year is not there, but the last one holds the code, that is said for information.

Why it is refused
    Payers take billable codes only, of the year of the service: a code is checked to its last character.

How to correct it
    Look the diagnosis up in the list of the year. A heading needs the character that tells the side, the
    encounter or the kind, which only the record shows. A code that was deleted has a successor, often more
    than one. Import next year's list when it is published: `scrubber tables import icd10cm FILE`.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import Claim, Diagnosis
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked
from scrubber.tables import Answer, has_icd10cm_form
from scrubber.tables.records import DiagnosisCode

edit = Edit(
    id="DX-05",
    title="Diagnosis is not billable on the day of service",
    snip=5,
    severity="reject",
    about="diagnoses",
    sources=("CFR-162.1002", "S-ICD10CM26"),
    denials=("CO-146", "CO-16", "M76"),
    claim_status=("A7:255", "A8:772"),
    variants={"older list": "info"},
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    older = False
    for diagnosis in claim.diagnoses:
        # Another edit speaks of codes that are not written as such.
        if diagnosis.qualifier not in ("ABK", "ABF") or not has_icd10cm_form(diagnosis.code):
            continue
        days = _days(claim, diagnosis)
        if not days:
            yield Unchecked("no line for the diagnosis has a readable date of service")
        for day in days:
            answer = context.tables.icd10cm(diagnosis.code, day)
            if fault := _fault(diagnosis.code, day, answer):
                yield Hit(at=diagnosis.code, message=fault)
                break
            if answer.carried_over and answer.value and not answer.value.billable:
                yield Unchecked(
                    "a diagnosis is a heading in the last list, and that of the year is not there"
                )
            elif answer.carried_over:
                older = True
    if older:
        message = "The diagnoses were looked up in the list of an earlier year, which holds them."
        yield Hit(at=claim.diagnoses[0].code, message=message, variant="older list")


def _days(claim: Claim, diagnosis: Diagnosis) -> list[date]:
    """The days of the services that point at the diagnosis; of all, where none does."""
    if len(claim.service_days) <= 1:
        return list(claim.service_days)
    lines = [line for line in claim.lines if diagnosis in claim.diagnoses_of(line)] or claim.lines
    return sorted({line.service.start for line in lines if line.service and line.service.start})


def _fault(code: str, day: date, answer: Answer[DiagnosisCode]) -> str:
    if answer.is_absent:
        return f"{code} is not in the ICD-10-CM list that holds on {day}."
    if answer.value and not answer.value.billable and not answer.carried_over:
        return f"{code} is a heading of ICD-10-CM: it needs more characters to be billed."
    return ""
