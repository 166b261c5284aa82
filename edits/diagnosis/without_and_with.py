"""One diagnosis excludes what another one of the claim says.

What is wrong
    A diagnosis without complications or of unspecified stage is listed with one of the same disease that
    has them: E11.9 with E11.65, I10 with hypertensive heart or kidney disease (I11-I13), J44.9 with
    J44.1, N18.9 with a stage, end stage renal disease (N18.6) with another stage. Or a normal delivery
    (O80) is listed with a complication of pregnancy or delivery, or with a cesarean section; or O82 with
    a vaginal delivery.

Why it is refused
    The official ICD-10-CM guidelines have one code for the disease as it is: the other one contradicts
    it. Payers that compare diagnoses deny the claim, or ask for the record.

How to correct it
    Check the chart, keep the code that is true, and renumber the diagnosis pointers. O80 is for a
    delivery without any other condition of chapter 15 and without a procedure other than episiotomy.
"""

from collections.abc import Iterator
from functools import lru_cache

from scrubber.claim import Diagnosis
from scrubber.claim.procedures import CodeSet
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.coverage import code_of

edit = Edit(
    id="DX-34",
    title="Diagnosis contradicts another one, or the delivery",
    snip=7,
    severity="warn",
    to_do="Remove the diagnosis (HI) that is not true, and renumber the diagnosis pointers (SV107).",
    about="diagnoses",
    sources=("S-ICD10GUIDE",),
    denials=("CO-16", "M76"),
    claim_status=("A7:255",),
    parameters={
        "pairs": Parameter(
            (
                "E089 E080-E088", "E099 E090-E098", "E109 E101-E108", "E119 E110-E118", "E139 E130-E138",
                "I10 I11-I13", "J449 J440-J441", "K219 K210", "N189 N181-N186", "N181 N186", "N182 N186",
                "N183 N186", "N184 N186", "N185 N186", "O80 O10-O77 O85-O92 O98-O99 O9A",
            ),
            "first characters of a diagnosis, and of those that it is not reported with",
        ),
        "deliveries": Parameter(
            (
                "O80 59510,59514-59515,59618,59620,59622",
                "O82 59400,59409-59410,59610,59612,59614",
            ),
            "diagnoses of a delivery, and procedures of the other kind",
        ),
    },
)  # fmt: skip


@edit.diagnosis
def check(diagnosis: Diagnosis, context: Context) -> Iterator[CheckResult]:
    claim, code = context.claim, code_of(diagnosis)
    for start, others in _pairs(context["pairs"]):
        if code and code.startswith(start):
            found = [] if claim.is_void else claim.codes_among(others)
            if found:
                message = f"Diagnosis {diagnosis.position} ({code}) contradicts {', '.join(found)}."
                yield Hit(at=diagnosis.code, message=message)
                return
    for start, codes in _deliveries(context["deliveries"]):
        if code == start and not claim.is_void:
            for line in claim.lines_billing(codes)[:1]:
                message = (
                    f"Diagnosis {diagnosis.position} ({code}) contradicts the delivery {line.procedure} "
                    f"(line {line.index})."
                )
                yield Hit(at=diagnosis.code, message=message)


@lru_cache(maxsize=16)
def _pairs(texts: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((start, tuple(others)) for start, *others in map(str.split, texts))


@lru_cache(maxsize=16)
def _deliveries(texts: tuple[str, ...]) -> tuple[tuple[str, CodeSet], ...]:
    parts = (text.split(" ") for text in texts)
    return tuple((code, CodeSet.of(codes.split(","))) for code, codes in parts)
