"""A diagnosis is not reported in the ICD-10-CM format.

What is wrong
    A diagnosis code (HI) does not have the form of an ICD-10-CM code (a letter, then two to six more
    characters, no dot, uppercase), or its qualifier is not the one for ICD-10-CM (ABK for the first
    diagnosis, ABF for all others).

Why it is refused
    The payer's system does not recognize the code and rejects the claim.

How to correct it
    Enter the code without dots or spaces and in uppercase; a safe fix does this. Anything else must be
    looked up: an ICD-9 code or qualifier on a service on or after 2015-10-01 needs a new diagnosis code,
    which only a coder can choose.
"""

import re
from collections.abc import Iterator
from datetime import date

from scrubber.claim import Diagnosis
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked, safe
from scrubber.tables import has_icd10cm_form

edit = Edit(
    id="DX-04",
    title="Invalid ICD-10-CM code format or qualifier",
    snip=5,
    severity="reject",
    to_do=(
        "Enter a valid ICD-10-CM code in HI without dots or spaces, with qualifier ABK (first "
        "diagnosis) or ABF (others)."
    ),
    about="diagnoses",
    sources=("X12-837P", "CFR-162.1002"),
    denials=("CO-16", "M76", "CO-146"),
    claim_status=("A7:255", "A8:700"),
)

ICD10_SINCE = date(2015, 10, 1)


@edit.diagnosis
def check(diagnosis: Diagnosis, context: Context) -> Iterator[CheckResult]:
    icd9 = diagnosis.qualifier in ("BK", "BF")
    if not icd9 and _is_too_early(context):
        message = f"Diagnosis {diagnosis.position}: ICD-10 (ABK, ABF) is for services from {ICD10_SINCE} on."
        to_do = "Report ICD-9-CM codes with BK and BF for services before 2015-10-01, or correct DTP*472."
        yield Hit(at=diagnosis.qualifier, message=message, to_do=to_do)
        return
    if icd9:
        day = context.claim.first_service
        if day is None:
            yield Unchecked("ICD-9 or ICD-10 cannot be determined: the claim has no readable date of service")
        if day is None or day < ICD10_SINCE:
            return
    expected = "ABK" if diagnosis.is_first else "ABF"
    if diagnosis.qualifier != expected:
        message = (
            f"Diagnosis {diagnosis.position}: qualifier {diagnosis.qualifier} is not valid; "
            f"{expected} is required."
        )
        to_do = (
            f"Enter the ICD-10-CM code with {expected}; ICD-9 is only for services before {ICD10_SINCE}."
            if icd9
            else f"Enter {expected} before the diagnosis code in HI."
        )
        yield Hit(at=diagnosis.qualifier, message=message, to_do=to_do)
    if not icd9:
        yield from _form(diagnosis)


def _is_too_early(context: Context) -> bool:
    """Return True if all services were before ICD-10; a claim over the change is another matter."""
    first = context.claim.first_service
    if first is None or first >= ICD10_SINCE:
        return False
    days = [line.service.end for line in context.claim.lines if line.service and line.service.end]
    return all(day < ICD10_SINCE for day in days)


def _form(diagnosis: Diagnosis) -> Iterator[CheckResult]:
    code = diagnosis.code
    if has_icd10cm_form(code):
        return
    clean = re.sub(r"[. ]", "", code).upper()
    is_fixable = clean != code and has_icd10cm_form(clean)
    message = f"{code} is not in ICD-10-CM format."
    yield Hit(at=code, message=message, fix=safe((code, clean)) if is_fixable else None)
