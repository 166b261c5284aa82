"""A diagnosis does not fit the patient's sex.

What is wrong
    A diagnosis of one sex is reported for a patient of the other: a pregnancy (chapter O) or a disease of the
    female organs for a male patient, or one of the prostate or testis for a female patient. Which codes are
    for one sex comes from the lists of the Medicare Code Editor, which CMS used until 2024-09-30.

Why it is refused
    Payers compare the diagnosis with the sex on the claim and deny what does not fit. Very often the sex is
    wrong, or the claim is under the wrong family member.

How to correct it
    Compare the sex (DMG03) with the insurance card and the diagnosis with the chart, and correct the one that
    is wrong. If both are right, Medicare accepts modifier KX on the line; with KX, or with a diagnosis that
    explains it (F64.-, Z87.890, Q56.-, E34.5-), this edit does not fire.
"""

from collections.abc import Iterator

from scrubber.claim import Diagnosis
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.coverage import code_of
from ..shared.diagnoses import valid_codes

edit = Edit(
    id="DX-23",
    title="Diagnosis conflicts with the patient's sex",
    snip=7,
    severity="warn",
    to_do="Verify the sex (DMG03) against the insurance card, and the diagnosis against the chart.",
    about="diagnoses",
    sources=("S-MCE-DX",),
    denials=("CO-10",),
    claim_status=("A8:474",),
    yields=True,
    parameters={
        "explained": Parameter(
            ("F64", "Z87890", "Q56", "E345", "Q97", "Q98"),
            "first characters of diagnoses that explain another sex on the claim",
        ),
        "confirmed": Parameter("KX", "modifier that confirms the service"),
    },
)

_SEXES = {"M": "male", "F": "female"}


@edit.diagnosis
def check(diagnosis: Diagnosis, context: Context) -> Iterator[CheckResult]:
    claim, code = context.claim, code_of(diagnosis)
    day = claim.first_service
    rule = context.tables.diagnosis_rule(code, day).value if code and day else None
    # The patient differs from claim to claim, so is asked about only where the code is for one sex.
    patient = claim.patient if rule and rule.sex else None
    if rule is None or patient is None or patient.sex not in _SEXES or patient.sex == rule.sex:
        return
    is_explained = any(other.startswith(context["explained"]) for _, other in valid_codes(claim))
    is_confirmed = any(line.has_modifier(context["confirmed"]) for line in claim.lines)
    if is_explained or is_confirmed or claim.is_void:
        return
    message = (
        f"Diagnosis {diagnosis.position} ({code}) is for {_SEXES[rule.sex]} patients, "
        f"but the patient's sex is {patient.sex}."
    )
    yield Hit(at=patient.sex, message=message, once=True)
