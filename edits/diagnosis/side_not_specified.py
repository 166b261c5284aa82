"""A diagnosis does not say which side, although there are codes that do.

What is wrong
    The code is for an unspecified side (such as M17.10 or H60.339), and ICD-10-CM has codes of the same
    condition for the right and for the left side.

Why it is refused
    Anthem denies services for a diagnosis of unspecified side where a specific one exists.

How to correct it
    Check the chart for the side, and report the code for it. If the chart does not say, query the provider.
"""

from collections.abc import Iterator

from scrubber.claim import Diagnosis
from scrubber.engine import CheckResult, Context, Edit, Hit

from ..shared.coverage import code_of

edit = Edit(
    id="DX-29",
    title="Diagnosis of unspecified side",
    snip=7,
    severity="warn",
    to_do="Replace the diagnosis (HI) with the code for the side or sides that the chart supports.",
    about="diagnoses",
    sources=("S-ICD10-TABULAR", "S-ANTHEM-LATERALITY"),
    denials=("CO-16", "M76"),
    claim_status=("A7:255",),
)


@edit.diagnosis
def check(diagnosis: Diagnosis, context: Context) -> Iterator[CheckResult]:
    code, day = code_of(diagnosis), context.claim.first_service
    rule = context.tables.diagnosis_rule(code, day).value if code and day else None
    if rule and rule.side == "U" and not context.claim.is_void:
        message = (
            f"Diagnosis {diagnosis.position} ({code}) does not say which side, and there are codes that do."
        )
        yield Hit(at=diagnosis.code, message=message)
