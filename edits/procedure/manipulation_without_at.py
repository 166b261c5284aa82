"""Manipulation of the spine is billed to Medicare without modifier AT.

What is wrong
    A line bills 98940, 98941 or 98942 without AT (active treatment), and without GA, GX, GY or GZ, which
    would say that a denial is expected.

Why it is refused
    Without AT Medicare regards manipulation as maintenance therapy, which it does not cover, and denies it
    as not medically necessary.

How to correct it
    If the treatment was active or corrective and the chart shows it, append AT. If it was maintenance,
    report GA if the patient signed an ABN, or GZ.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="PROC-16",
    title="Spinal manipulation without AT",
    snip=7,
    severity="warn",
    to_do="Append AT to 98940-98942 if the chart shows active treatment; GA with an ABN for maintenance.",
    sources=("S-MBPM15-240",),
    denials=("CO-50", "CO-4"),
    claim_status=("A8:453",),
    needs=("spinal_manipulation",),
    parameters={
        "modifiers": Parameter(
            ("AT", "GA", "GX", "GY", "GZ"), "modifiers for active treatment, or for an expected denial"
        ),
    },
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if line.is_in("spinal_manipulation", context.codes) and not line.has_modifier(*context["modifiers"]):
        message = f"Line {line.index}: {line.procedure} has no AT, so it is denied as maintenance therapy."
        yield Hit(at=line.procedure, message=message, line=line)
