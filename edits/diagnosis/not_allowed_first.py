"""The first-listed diagnosis is a code that may never be listed first.

What is wrong
    The first diagnosis (HI01) is an external cause code (it begins with V, W, X or Y and tells how or where
    something happened); a manifestation code: one for what a disease does "in diseases classified elsewhere",
    such as G32.0, G63 or H42, which must follow the code for the disease itself; or another code that the
    guidelines allow only after another one: genetic susceptibility (Z15.-), body mass index (Z68.-), social
    circumstances (Z55.- to Z65.-), weeks of gestation (Z3A.-), coma and stroke scales (R40.21- to R40.24-,
    R29.7-), underimmunization (Z28.3-), or the sequela of an injury (7th character S), which follows the
    condition that it left.

Why it is refused
    The official ICD-10-CM guidelines, which are part of the adopted code set, never allow these codes to be
    listed first. A claim that begins with an external cause code is rejected; one that begins with one of the
    others is denied by many payers.

How to correct it
    List the injury, the disease that causes the manifestation, or the condition that is treated first, and
    the current code after it. Diagnosis pointers refer to positions, so update the pointers of the lines to
    match the new order. There is no automatic fix, because only the chart shows what belongs first.
"""

import re
from collections.abc import Iterator

from scrubber.claim import Diagnosis
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.coverage import code_of

edit = Edit(
    id="DX-18",
    title="First-listed diagnosis may not be listed first",
    snip=4,
    severity="reject",
    to_do=(
        "Move the injury, the underlying disease or the condition treated to HI01, and renumber the "
        "diagnosis pointers (SV107)."
    ),
    about="diagnoses",
    variants={"manifestation": "warn", "usual manifestation": "info", "secondary": "warn"},
    sources=("CFR-162.1002", "S-ICD10GUIDE", "S-MCE-DX"),
    denials=("CO-16", "MA63"),
    claim_status=("A7:254",),
    parameters={
        "causes": Parameter(("V", "W", "X", "Y"), "first characters of external cause codes"),
        "usual": Parameter(
            ("D630", "D631"), "manifestations that offices usually list first for an injection: information"
        ),
        "secondary": Parameter(
            (
                "B95", "B96", "B97", "Z15", "Z16", "Z68", "Z3A", "Z283", "Z55", "Z56", "Z57", "Z58", "Z59",
                "Z60", "Z61", "Z62", "Z63", "Z64", "Z65", "R4021", "R4022", "R4023", "R4024", "R297",
            ),
            "first characters of other codes that the guidelines allow after another one only",
        ),
    },
)  # fmt: skip


_SEQUELA = re.compile(r"[ST].{5}S")


@edit.diagnosis
def check(diagnosis: Diagnosis, context: Context) -> Iterator[CheckResult]:
    claim, code = context.claim, code_of(diagnosis)
    fault, variant = _fault_of(code, context) if code else ("", "")
    # What is first differs from claim to claim, so is asked about last.
    if fault and not claim.is_void and diagnosis.position == claim.diagnoses[0].position:
        yield Hit(at=diagnosis.code, message=f"First-listed diagnosis {code} {fault}.", variant=variant)


def _fault_of(code: str, context: Context) -> tuple[str, str]:
    """Return why a code may not be listed first, and the variant of the edit; empty texts if it may."""
    if code.startswith(context["causes"]):
        return "is an external cause code, which cannot be listed first", ""
    if _is_manifestation(code, context):
        variant = "usual manifestation" if code.startswith(context["usual"]) else "manifestation"
        return "is a manifestation code; its underlying disease must come first", variant
    if _SEQUELA.fullmatch(code):
        return "is a sequela; the condition that it left must come first", "secondary"
    if code.startswith(context["secondary"]):
        return "may only follow another diagnosis", "secondary"
    return "", ""


def _is_manifestation(code: str, context: Context) -> bool:
    day = context.claim.first_service
    rule = context.tables.diagnosis_rule(code, day).value if day else None
    return rule is not None and rule.is_manifestation
