"""The first-listed diagnosis is a code that may never be listed first.

What is wrong
    The first diagnosis (HI01) is an external cause code (it begins with V, W, X or Y and tells how or where
    something happened) or a manifestation code: one for what a disease does "in diseases classified
    elsewhere", such as G32.0, G63 or H42, which must follow the code for the disease itself.

Why it is refused
    The official ICD-10-CM guidelines, which are part of the adopted code set, never allow these codes to be
    listed first. A claim that begins with an external cause code is rejected; one that begins with a
    manifestation code is denied by many payers.

How to correct it
    List the injury, or the disease that causes the manifestation, first and the current code after it.
    Diagnosis pointers refer to positions, so update the pointers of the lines to match the new order. There
    is no automatic fix, because only the chart shows what belongs first.
"""

from collections.abc import Iterator

from scrubber.claim import Diagnosis
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.coverage import code_of

edit = Edit(
    id="DX-18",
    title="First-listed diagnosis is an external cause or manifestation code",
    snip=4,
    severity="reject",
    to_do=(
        "Move the injury or the underlying disease to HI01, and renumber the "
        "diagnosis pointers (SV107) to match."
    ),
    about="diagnoses",
    variants={"manifestation": "warn"},
    sources=("CFR-162.1002", "S-ICD10GUIDE"),
    denials=("CO-16", "MA63"),
    claim_status=("A7:254",),
    parameters={
        "causes": Parameter(("V", "W", "X", "Y"), "first characters of external cause codes"),
        "manifestations": Parameter(
            (
                "D638", "D7218", "D77", "D8481", "E20811", "E35", "F02", "F54", "G01", "G02", "G05", "G07",
                "G138", "G26", "G32", "G4727", "G4736", "G4737", "G4742", "G4754", "G53", "G55", "G59", "G63",
                "G7081", "G733", "G737", "G914", "G94", "G99", "H22", "H28", "H32", "H3689", "H42", "H62",
                "H67", "H75", "H82", "H94", "I3131", "I32", "I39", "I41", "I43", "I52", "I682", "I688", "I79",
                "J17", "J8417", "J918", "J99", "K23", "K67", "K77", "K87", "L14", "L45", "L54", "L62", "L86",
                "L99", "M01", "M148", "M364", "M368", "M49", "M63", "M905", "M908", "N08", "N16", "N22",
                "N29", "N33", "N37", "N4832", "N51", "N521", "N74", "N77", "P91811", "R4782", "R5081",
            ),
            "first characters of manifestation codes (in diseases classified elsewhere)",
        ),
    },
)  # fmt: skip


@edit.diagnosis
def check(diagnosis: Diagnosis, context: Context) -> Iterator[CheckResult]:
    code = code_of(diagnosis)
    is_cause = code.startswith(context["causes"])
    if not (is_cause or code.startswith(context["manifestations"])) or context.claim.frequency == "8":
        return
    if diagnosis.position != context.claim.diagnoses[0].position:
        return
    if is_cause:
        message = f"First-listed diagnosis {code} is an external cause code, which cannot be listed first."
        yield Hit(at=diagnosis.code, message=message)
    else:
        message = (
            f"First-listed diagnosis {code} is a manifestation code; its underlying disease must come first."
        )
        yield Hit(at=diagnosis.code, message=message, variant="manifestation")
