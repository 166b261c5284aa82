"""A diagnosis that may only be listed first is listed later.

What is wrong
    A Z code that the official guidelines (I.C.21.c.16) allow as first-listed diagnosis only is in another
    position of HI: encounters for examinations (Z00 except Z00.6, Z01, Z02, Z04), supervision of normal
    pregnancy (Z34), liveborn infants (Z38), radiation and chemotherapy (Z51.0, Z51.1-), donors (Z52 except
    Z52.9) and some more. A claim that begins with another one of them is right.

Why it is refused
    Independence Blue Cross and AmeriHealth deny claims with such a code in another position. Other payers
    differ, so this is reported for information only.

How to correct it
    List the code first if it is the reason for the visit, and renumber the diagnosis pointers of the lines.
    If it is not, the encounter has another code or belongs on a claim of its own.
"""

from collections.abc import Iterator

from scrubber.claim import Diagnosis
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.coverage import code_of

edit = Edit(
    id="DX-25",
    title="First-listed-only diagnosis is not listed first",
    snip=7,
    severity="info",
    to_do="Move the diagnosis to HI01 and renumber the pointers (SV107), or replace it with another code.",
    about="diagnoses",
    sources=("S-ICD10GUIDE", "S-IBX-SEQUENCE"),
    denials=("CO-16", "MA63"),
    claim_status=("A7:254",),
    needs=("several diagnoses",),
    parameters={
        "first_only": Parameter(
            (
                "Z00", "Z01", "Z02", "Z04", "Z332", "Z3181", "Z3182", "Z3183", "Z3184", "Z34", "Z38", "Z39",
                "Z40", "Z42", "Z510", "Z511", "Z52", "Z761", "Z762", "Z9912",
            ),
            "first characters of diagnoses that may only be listed first",
        ),
        "except": Parameter(("Z006", "Z529"), "first characters of those among them that may follow"),
    },
)  # fmt: skip


@edit.diagnosis
def check(diagnosis: Diagnosis, context: Context) -> Iterator[CheckResult]:
    code, claim = code_of(diagnosis), context.claim
    if not _is_first_only(code, context) or claim.is_void:
        return
    first = claim.diagnoses[0]
    if diagnosis.position != first.position and not _is_first_only(code_of(first), context):
        message = f"Diagnosis {diagnosis.position} ({code}) may only be listed first; {first.code} is first."
        yield Hit(at=diagnosis.code, message=message)


def _is_first_only(code: str, context: Context) -> bool:
    return code.startswith(context["first_only"]) and not code.startswith(context["except"])
