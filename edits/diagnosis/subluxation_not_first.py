"""Manipulation of the spine is billed to Medicare without a subluxation as the first diagnosis.

What is wrong
    A line bills 98940, 98941 or 98942, and the first diagnosis of the claim is not a subluxation of the spine
    (M99.00 to M99.05).

Why it is refused
    Medicare pays chiropractors for one thing: manipulation of the spine to correct a subluxation. It has to
    be the primary diagnosis, with the symptoms (neck or back pain) after it.

How to correct it
    Report the subluxation that the chart documents first, by region, and the symptoms after it. If there is
    none, the manipulation is not covered (modifier GY or GA, as the chart and the ABN say).
"""

from collections.abc import Iterator

from scrubber.claim import Diagnosis
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="DX-21",
    title="Spinal manipulation without subluxation as first diagnosis",
    snip=7,
    severity="warn",
    to_do="Report the documented subluxation (M99.00 to M99.05) in HI01-2, and the symptoms after it.",
    about="diagnoses",
    sources=("S-STEDI-CHIRO-DX", "S-MBPM15-240"),
    denials=("CO-50", "M76"),
    claim_status=("A7:254",),
    needs=("spinal_manipulation",),
    parameters={
        "subluxations": Parameter(
            ("M9900", "M9901", "M9902", "M9903", "M9904", "M9905"),
            "diagnoses, one of which must be the first",
        ),
        "waived": Parameter(("GY", "GZ", "GA", "GX"), "modifiers for a manipulation that is not covered"),
    },
)


@edit.diagnosis
def check(diagnosis: Diagnosis, context: Context) -> Iterator[CheckResult]:
    if not diagnosis.is_first:
        return
    code = diagnosis.code.replace(".", "").strip().upper()
    if code in context["subluxations"]:
        return
    lines = (line for line in context.claim.lines if line.is_in("spinal_manipulation", context.codes))
    line = next((line for line in lines if not line.has_modifier(*context["waived"])), None)
    if line:
        message = f"{line.procedure} is billed, but the first diagnosis ({code}) is not a spinal subluxation."
        yield Hit(at=diagnosis.code, message=message)
