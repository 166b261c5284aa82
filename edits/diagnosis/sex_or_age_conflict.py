"""The drug or its use does not fit the patient's sex or age.

What is wrong
    One of these: medroxyprogesterone (J1050) for contraception (modifier FP, or Z30.-) for a male patient;
    in Alabama Medicaid, with FP, for a patient under 10 or over 55; Rh immune globulin (90384, 90385, J2788,
    J2790) for a male patient; testosterone for a female patient without a supporting diagnosis; a drug for a
    patient younger than any use in its labeling, such as denosumab (J0897) for a child under 12.

Why it is refused
    Payers compare the service with the sex and birth date on the claim and deny what does not fit. Very
    often the sex or the birth date is wrong, or the claim is under the wrong family member.

How to correct it
    Compare the name, sex (DMG03) and birth date (DMG02) with the insurance card, and the drug with the
    chart. If everything is right and the service is for organs that the recorded sex does not suggest,
    Medicare accepts modifier KX; with KX this edit does not fire. For testosterone in transgender care, the
    line must point to the diagnosis (F64.-).
"""

from collections.abc import Iterator

from scrubber.claim import Party, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.ask_last import unless_supplied
from ..shared.coverage import codes_to_support
from ..shared.days import day_of, years_between

edit = Edit(
    id="DX-17",
    title="Drug conflicts with the patient's sex or age",
    snip=7,
    severity="warn",
    to_do=(
        "Verify sex (DMG03) and birth date (DMG02) against the insurance card, and the drug and "
        "diagnosis against the chart."
    ),
    sources=("S-ALMCD", "S-A57615"),
    denials=("CO-7", "CO-6", "CO-10"),
    claim_status=("A8:474", "A8:475"),
    parameters={
        "contraception": Parameter(("Z30",), "first characters of contraceptive diagnosis codes"),
        "contraceptive": Parameter("FP", "modifier for contraceptive use"),
        "women": Parameter(
            ("C50", "F64", "Q56", "Z8789", "Z7989"),
            "first characters of diagnoses that support testosterone for a female patient",
        ),
        "states": Parameter((), "states with age limits for the contraceptive modifier"),
        "youngest": Parameter(10, "lowest age allowed there"),
        "oldest": Parameter(55, "highest age allowed there"),
        "waived": Parameter(("KX", "GA", "GX", "GY", "GZ"), "modifiers that confirm the service"),
    },
)

_SETS = ("contraceptive_shot", "rh_globulin", "testosterone")


@edit.line_diagnosis
@unless_supplied
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    youngest = _youngest(line, context)
    if line.sets_in(context.codes).isdisjoint(_SETS) and not youngest:
        return
    patient = context.claim.patient
    codes = codes_to_support(line, context, (line.hcpcs,), context["waived"])
    if patient is None or not codes:
        return
    if fault := _fault_of_sex(patient, line, codes, context):
        yield Hit(at=patient.sex, message=f"Line {line.index}: {line.procedure} {fault}.", line=line)
    elif fault := _fault_of_age(patient, line, context) or _too_young(patient, line, youngest):
        yield Hit(at=patient.birth_date, message=f"Line {line.index}: {line.procedure} {fault}.", line=line)


def _fault_of_sex(patient: Party, line: ServiceLine, codes: tuple[str, ...], context: Context) -> str:
    sex, names = patient.sex, line.sets_in(context.codes)
    if sex == "M" and "rh_globulin" in names:
        return "conflicts with the patient's sex (M)"
    if sex == "M" and "contraceptive_shot" in names and _is_contraceptive(line, codes, context):
        return "for contraception conflicts with the patient's sex (M)"
    explained = any(code.startswith(context["women"]) for code in codes)
    if sex == "F" and "testosterone" in names and not explained:
        return f"for {', '.join(codes)} conflicts with the patient's sex (F)"
    return ""


def _is_contraceptive(line: ServiceLine, codes: tuple[str, ...], context: Context) -> bool:
    by_diagnosis = any(code.startswith(context["contraception"]) for code in codes)
    return by_diagnosis or line.has_modifier(context["contraceptive"])


def _fault_of_age(patient: Party, line: ServiceLine, context: Context) -> str:
    if not (
        line.is_in("contraceptive_shot", context.codes)
        and line.has_modifier(context["contraceptive"])
        and patient.state.strip().upper() in context["states"]
    ):
        return ""
    born, day = patient.birth_date.date, line.service.start if line.service else None
    if not (born and day):
        return ""
    age = years_between(born, day)
    outside = not context["youngest"] <= age <= context["oldest"]
    limits = f"{context['youngest']} to {context['oldest']}"
    fault = f"with {context['contraceptive']} is limited to ages {limits} (the patient is {age})"
    return fault if outside and age >= 0 else ""


def _youngest(line: ServiceLine, context: Context) -> int:
    """Return the lowest age of any labeled use of a drug, if it is known; else 0."""
    day = day_of(line)
    known = context.tables.indications(line.hcpcs, day).value if day else None
    return known.youngest if known else 0


def _too_young(patient: Party, line: ServiceLine, youngest: int) -> str:
    born, day = patient.birth_date.date, day_of(line)
    if not (youngest and born and day):
        return ""
    age = years_between(born, day)
    return f"is labeled for ages {youngest} and up (the patient is {age})" if 0 <= age < youngest else ""
