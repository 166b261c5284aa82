"""A vaccine is billed without Z23.

What is wrong
    The line of an influenza, pneumococcal, hepatitis B or COVID-19 vaccine, or of its administration to a
    Medicare patient (G0008 to G0010, 90480), does not point to Z23, the encounter for immunization. For other
    payers than Medicare, any Z code that the line points to is accepted, since checkups include vaccines.

Why it is refused
    Medicare requires Z23 on the vaccine and its administration, and denies the lines without it. A disease
    does not explain why a preventive vaccine was given.

How to correct it
    Add Z23 to HI, and point the vaccine and its administration to it (SV107). Other diagnoses of the patient
    are not needed on these lines.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.ask_last import is_on_earlier_line
from ..shared.coverage import codes_to_support

edit = Edit(
    id="DX-31",
    title="Preventive vaccine without diagnosis Z23",
    snip=7,
    severity="warn",
    to_do="Add Z23 to HI, and point the vaccine and its administration to it (SV107).",
    about="diagnoses",
    sources=("S-NORIDIAN-VACCINES",),
    denials=("CO-11", "CO-16", "M76"),
    claim_status=("A8:488",),
    needs=("preventive_vaccine",),
    parameters={
        "accepted": Parameter(("Z",), "first characters of diagnoses that explain a preventive vaccine"),
    },
)


@edit.line_diagnosis
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if not _is_unexplained(line, context):
        return
    if not is_on_earlier_line(line, context, lambda other: _is_unexplained(other, context)):
        message = f"Line {line.index}: {line.procedure} does not point to Z23 (encounter for immunization)."
        yield Hit(at=line.pointers[0], message=message, line=line)


def _is_unexplained(line: ServiceLine, context: Context) -> bool:
    codes = codes_to_support(line, context, context.codes["preventive_vaccine"])
    return bool(codes) and not any(code.startswith(context["accepted"]) for code in codes)
