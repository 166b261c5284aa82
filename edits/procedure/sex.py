"""The procedure is on an organ that the patient's recorded sex does not suggest.

What is wrong
    The code is for an organ or test of women (the cervix and uterus, pregnancy, an intrauterine device) and
    the recorded sex is M; or of men (the penis, testes and prostate, PSA) and it is F.

Why it is refused
    Payers compare the procedure with the sex on the claim and deny what does not fit. Very often the sex is
    wrong, or the claim is under the wrong family member.

How to correct it
    Compare the name and sex (DMG03) with the insurance card. If everything is right and the patient has the
    organ, Medicare and others accept modifier KX; with it, or with a diagnosis of gender identity or
    intersex conditions (F64.-, Q56.-, Z87.890), this edit does not fire.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="PROC-07",
    title="Procedure conflicts with the patient's sex",
    snip=7,
    severity="warn",
    to_do="Verify the sex (DMG03) against the insurance card, and the code in SV101-2 against the chart.",
    sources=("S-OPTUM-ACE",),
    denials=("CO-7",),
    claim_status=("A8:474",),
    parameters={
        "waived": Parameter(("KX", "GY"), "modifiers that confirm the service"),
        "explaining": Parameter(
            ("F64", "Q56", "Z87890", "E25", "E34"), "first characters of diagnoses that explain it"
        ),
    },
)

_OTHER_SEX = {"of_women": "M", "of_men": "F"}
_WORDS = {"M": "for women", "F": "for men"}


@edit.line_diagnosis
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    names = line.sets_in(context.codes)
    conflicting = next((sex for name, sex in _OTHER_SEX.items() if name in names), "")
    if not conflicting or line.has_modifier(*context["waived"]):
        return
    patient = context.claim.patient
    if patient is None or patient.sex != conflicting:
        return
    if any(diagnosis.code.startswith(context["explaining"]) for diagnosis in context.claim.diagnoses):
        return
    message = (
        f"Line {line.index}: {line.procedure} is {_WORDS[conflicting]}; the patient's sex is {patient.sex}."
    )
    yield Hit(at=patient.sex, message=message, line=line, once=True)
