"""The first-listed diagnosis has a "code first" note that names a later diagnosis.

What is wrong
    The ICD-10-CM tabular list says at the first diagnosis which conditions are sequenced before it, and one
    of these is on the claim, but after it: for example a foot ulcer (L97.-) before the diabetes with foot
    ulcer (E11.621), or chronic kidney disease (N18.-) before the hypertension that it belongs to (I12.-).

Why it is refused
    UnitedHealthcare's policy on the placement of diagnoses denies it. Other payers differ, so this is
    reported for information only.

How to correct it
    List the underlying condition first, and renumber the diagnosis pointers (SV107) of the lines.
"""

from collections.abc import Iterator

from scrubber.claim import Diagnosis
from scrubber.engine import CheckResult, Context, Edit, Hit

from ..shared.coverage import code_of
from ..shared.diagnoses import valid_codes

edit = Edit(
    id="DX-28",
    title="Underlying condition is listed after its consequence",
    snip=7,
    severity="info",
    to_do="Move the underlying condition to HI01, and renumber the diagnosis pointers (SV107) to match.",
    about="diagnoses",
    sources=("S-ICD10-TABULAR", "S-ICD10GUIDE", "S-UHC-ICD10"),
    denials=("CO-16", "MA63"),
    claim_status=("A7:254",),
    yields=True,
    needs=("several diagnoses",),
)

_KIND = "code-first"


@edit.diagnosis
def check(diagnosis: Diagnosis, context: Context) -> Iterator[CheckResult]:
    claim, code = context.claim, code_of(diagnosis)
    day = claim.first_service
    if not code or day is None:
        return
    notes = [note for note in context.tables.diagnosis_notes(code, day).records if note.kind == _KIND]
    if not notes or claim.is_void or diagnosis.position != claim.diagnoses[0].position:
        return
    for later, other in valid_codes(claim):
        if any(note.names(other) for note in notes):
            message = f"Diagnosis {later.position} ({other}) must be listed before {code}, which is first."
            yield Hit(at=diagnosis.code, message=message)
            return
