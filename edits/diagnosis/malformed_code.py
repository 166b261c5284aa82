"""A diagnosis is not written as an ICD-10-CM code.

What is wrong
    A diagnosis code (HI) does not have the form of an ICD-10-CM code (a letter, then two to six more
    characters, no dot, capitals), or its qualifier is not the one for ICD-10-CM (ABK for the first, ABF
    for the others).

Why it is refused
    The payer's system finds no such diagnosis and rejects the claim.

How to correct it
    Dots, blanks and small letters are repaired safely. Anything else must be looked up: an ICD-9 code or
    qualifier on a service since 2015-10-01 needs a new diagnosis, which only a coder can choose.
"""

import re
from collections.abc import Iterator
from datetime import date

from scrubber.claim import Claim, Diagnosis
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked, safe
from scrubber.tables import has_icd10cm_form

edit = Edit(
    id="DX-04",
    title="Diagnosis is not written as an ICD-10-CM code",
    snip=5,
    severity="reject",
    about="diagnoses",
    sources=("X12-837P", "CFR-162.1002"),
    denials=("CO-16", "M76", "CO-146"),
    claim_status=("A7:255", "A8:700"),
)

ICD10_SINCE = date(2015, 10, 1)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    day = claim.first_service
    for diagnosis in claim.diagnoses:
        icd9 = diagnosis.qualifier in ("BK", "BF")
        if icd9 and day is None:
            yield Unchecked("the claim has no readable date of service to tell ICD-9 from ICD-10 by")
        if icd9 and (day is None or day < ICD10_SINCE):
            continue
        expected = "ABK" if diagnosis.position == 1 else "ABF"
        if diagnosis.qualifier != expected:
            message = f"The diagnosis has the qualifier {diagnosis.qualifier}; expected {expected}."
            yield Hit(at=diagnosis.qualifier, message=message)
        if not icd9:
            yield from _form(diagnosis)


def _form(diagnosis: Diagnosis) -> Iterator[CheckResult]:
    code = diagnosis.code
    if has_icd10cm_form(code):
        return
    clean = re.sub(r"[. ]", "", code).upper()
    mendable = clean != code and has_icd10cm_form(clean)
    message = f"{code} is not written as an ICD-10-CM code."
    yield Hit(at=code, message=message, fix=safe((code, clean)) if mendable else None)
