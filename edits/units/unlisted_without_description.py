"""An unlisted service or item is billed without a description.

What is wrong
    The line bills an unlisted or not otherwise classified code for a procedure, a supply or equipment, and
    its description (SV101-7) is empty. Payers other than Medicare also take a note (NTE).

Why it is refused
    The code does not say what was done or supplied. The implementation guide (TR3) requires the description
    for such codes. Medicare rejects the line without it. Anesthesia codes whose names say "not otherwise
    specified" need none, since they do tell the service.

How to correct it
    Describe the service or item in the line's description, in its 80 characters. Use a specific code if there
    is one. For Medicare, a note does not replace the description.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.wording import words_about

edit = Edit(
    id="UNIT-11",
    title="Unlisted service or item without a description",
    snip=4,
    severity="warn",
    to_do="Enter what was done or supplied in SV101-7, or bill the specific code for it.",
    sources=("X12-837P", "S-PALMETTO-UNLISTED", "S-X12-RFI1467"),
    denials=("CO-16", "N350"),
    claim_status=("A8:306",),
    needs=("unlisted_service",),
    parameters={"note_is_enough": Parameter(default=True, about="whether a note (NTE) is accepted instead")},
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if not line.is_in("unlisted_service", context.codes) or line.drugs or line.description.strip():
        return
    if not (context["note_is_enough"] and words_about(line, context)):
        message = f"Line {line.index}: unlisted code {line.procedure} has no description (SV101-7)."
        yield Hit(at=line.segment, message=message, line=line, element="SV101-7")
