"""An element of the GS segment has a wrong value.

What is wrong
    The sender or receiver code (GS02, GS03) is missing or too long, the date or time does not exist or is in
    the future, GS06 is not a number of up to nine digits, or GS07 is not X.

Why it is refused
    Receivers check the GS before the claims. One wrong value there rejects the functional group with all its
    claims (999 or TA1).

How to correct it
    Correct the setting in the program that writes the file, or in the profile of the receiver there. The
    companion guide of the receiver says which codes it expects in GS02 and GS03.
"""

from collections.abc import Iterator

from scrubber.claim import Field
from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.envelopes.scan import Envelope
from scrubber.envelopes.values import wrong_gs_values

edit = Edit(
    id="STR-14",
    title="Wrong value in the functional group header (GS)",
    snip=1,
    severity="reject",
    to_do="Correct the value in the GS segment, in the settings of the program that writes the file.",
    sources=("X12-5", "X12-837P", "CMS-837P-EDITS"),
    claim_status=("A7:684",),
)


@edit.envelope
def check(envelope: Envelope, context: Context) -> Iterator[CheckResult]:
    gs, recognition = envelope.header, envelope.recognition
    if envelope.kind != "group" or gs is None or recognition is None or not recognition.supported:
        return
    for fault in sorted(wrong_gs_values(gs, context.as_of), key=lambda fault: fault.element):
        field = Field.of(gs, fault.element)
        message = f"{field.name} is {field.strip() or 'missing'}; expected {fault.expected}."
        to_do = f"Enter {fault.expected} in {field.name} of the GS segment."
        yield Hit(at=field, message=message, to_do=to_do)
