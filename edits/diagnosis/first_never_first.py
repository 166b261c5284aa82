"""The first diagnosis of the claim is one that may never stand first.

What is wrong
    The first diagnosis (HI01) is an external cause (it begins with V, W, X or Y: how or where something
    happened), or a manifestation: a code for what a disease does "in diseases classified elsewhere", such as
    G32.0, G63 or H42, which follows the disease itself.

Why it is refused
    The official ICD-10-CM guidelines, which are part of the adopted code set, never permit these as the first
    one. A claim that begins with an external cause is rejected, one that begins with a manifestation is
    denied by many payers.

How to correct it
    Put the injury, or the disease behind the manifestation, first and the present code after it. Remember
    that the pointers of the lines name positions: they must be changed with the order. Nothing is repaired
    here, because what belongs first is in the chart.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.coverage import code_of

edit = Edit(
    id="DX-18",
    title="First diagnosis is one that may never stand first",
    snip=4,
    severity="reject",
    about="diagnoses",
    variants={"manifestation": "warn"},
    sources=("CFR-162.1002", "S-ICD10GUIDE"),
    denials=("CO-16", "MA63"),
    claim_status=("A7:254",),
    parameters={
        "causes": Parameter(("V", "W", "X", "Y"), "how external causes begin"),
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
            "how codes begin that are manifestations in diseases classified elsewhere",
        ),
    },
)  # fmt: skip


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    if not claim.diagnoses or claim.frequency == "8":
        return
    first = claim.diagnoses[0]
    code = code_of(first)
    if code.startswith(context["causes"]):
        yield Hit(at=first.code, message=f"The first diagnosis, {code}, is an external cause.")
    elif code.startswith(context["manifestations"]):
        message = f"The first diagnosis, {code}, is a manifestation; the disease behind it belongs before it."
        yield Hit(at=first.code, message=message, variant="manifestation")
