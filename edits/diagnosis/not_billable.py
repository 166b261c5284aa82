"""A diagnosis is not a billable ICD-10-CM code on the date of service.

What is wrong
    A diagnosis code (HI) is not in the ICD-10-CM list for the year of the service, or it is a non-billable
    category (header) code that needs more characters. The ICD-10-CM year runs from October 1 to September
    30. If the list for the year has not been imported but the previous one has the code, this is reported
    for information only.

Why it is refused
    Payers accept billable codes of the year of service only, and check them to the last character.

How to correct it
    Look up the diagnosis in the list for the year. A header code needs the characters for laterality,
    encounter or type, which only the chart shows. A deleted code has a successor, often more than one. When
    the list for the next year is published, import it: `scrubber tables import icd10cm FILE`.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from scrubber.claim import Claim, Diagnosis, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked
from scrubber.tables import Answer, has_icd10cm_form
from scrubber.tables.rows import DiagnosisCode

edit = Edit(
    id="DX-05",
    title="Diagnosis code is not billable on the date of service",
    snip=5,
    severity="reject",
    to_do=(
        "Replace the diagnosis in HI with a code that is billable on the date of service, to its full "
        "number of characters."
    ),
    about="diagnoses",
    sources=("CFR-162.1002", "S-ICD10CM-DAYS", "S-ICD10CM27"),
    denials=("CO-146", "CO-16", "M76"),
    claim_status=("A7:255", "A8:772"),
    variants={"older list": "info"},
)


@edit.diagnosis
def check(diagnosis: Diagnosis, context: Context) -> Iterator[CheckResult]:
    # DX-04 reports codes that are not in ICD-10-CM format.
    if diagnosis.qualifier not in ("ABK", "ABF") or not has_icd10cm_form(diagnosis.code):
        return
    days = _days(context.claim, diagnosis)
    if not days:
        yield Unchecked("no service line for the diagnosis has a readable date of service")
    older = False
    for day in days:
        answer = context.tables.icd10cm(diagnosis.code, day)
        if fault := _fault(diagnosis.code, day, answer):
            yield Hit(at=diagnosis.code, message=fault)
            break
        if answer.carried_over and answer.value and not answer.value.billable:
            yield Unchecked(
                "a diagnosis is a header code in the last list, and the list for the year is not imported"
            )
        elif answer.carried_over:
            older = True
    if older:
        message = (
            "The ICD-10-CM list for the date of service is not imported; "
            "the diagnoses were found in an earlier year's list."
        )
        to_do = (
            "Import the ICD-10-CM list for the year (scrubber tables import icd10cm FILE), then check again."
        )
        first = context.claim.diagnoses[0].code
        yield Hit(at=first, message=message, variant="older list", to_do=to_do, once=True)


def _days(claim: Claim, diagnosis: Diagnosis) -> list[date]:
    """Return the dates of the lines that point to the diagnosis, or of all lines if none does."""
    if claim.single_day:
        return [claim.single_day]
    days: list[date] = []
    lines = [line for line in claim.lines if diagnosis in claim.diagnoses_of(line)] or claim.lines
    for day in _starts(lines):
        if day not in days:
            days.append(day)
    return sorted(days)


def _starts(lines: Iterable[ServiceLine]) -> Iterator[date]:
    """Yield the valid first dates of service of lines."""
    return (line.service.start for line in lines if line.service and line.service.start)


def _fault(code: str, day: date, answer: Answer[DiagnosisCode]) -> str:
    if answer.is_absent:
        ended = [entry.last for entry in answer.elsewhen if entry.last < day]
        if ended:
            return f"{code} is no longer in ICD-10-CM: its last day was {max(ended)} (service on {day})."
        if answer.elsewhen:
            begins = min(entry.first for entry in answer.elsewhen)
            return f"{code} is not in ICD-10-CM before {begins} (service on {day})."
        return f"{code} is not in the ICD-10-CM list in effect on {day}."
    if answer.value and not answer.value.billable and not answer.carried_over:
        return f"{code} is a non-billable ICD-10-CM category (header) code; it needs more characters."
    return ""
