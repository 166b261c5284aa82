"""An interchange or functional group is empty.

What is wrong
    A functional group (GS to GE) has no transaction set in it, or an interchange (ISA to IEA) has neither a
    functional group nor an interchange acknowledgment (TA1).

Why it is refused
    An 837 is sent to bring claims. A receiver acknowledges an empty functional group as rejected (999), since
    nothing in it could be accepted, and the claims that should have been there are not billed.

How to correct it
    Look for the batch that should be in the envelope, and send it again from its source. If there were no
    claims to send, send no envelope. The empty envelope is held; the others in the file are not.
"""

from collections.abc import Iterator

from scrubber.claim import Field
from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.envelopes.scan import CONTROL_NUMBER, Envelope

edit = Edit(
    id="STR-20",
    title="Empty interchange or functional group",
    snip=1,
    severity="reject",
    to_do="Send the file again with the claims that belong here, or without the empty envelope.",
    sources=("X12-837P", "X12-5"),
    claim_status=("A7:684",),
)

_EMPTY = {
    "interchange": ("Interchange", "functional group (GS to GE)"),
    "group": ("Functional group", "transaction set (ST to SE)"),
}


@edit.envelope
def check(envelope: Envelope, _context: Context) -> Iterator[CheckResult]:
    header, trailer, recognition = envelope.header, envelope.trailer, envelope.recognition
    if not envelope.is_empty or header is None or trailer is None:
        return  # what is incomplete, too, is reported by STR-07
    if recognition and not recognition.supported:
        return  # STR-09
    name, content = _EMPTY[envelope.kind]
    number, declared = Field.of(header, CONTROL_NUMBER[envelope.kind]), Field.of(trailer, 1)
    counted = f", but {declared.name} is {declared}" if envelope.declared else ""
    message = f"{name} {number.strip() or 'without a number'} contains no {content}{counted}."
    yield Hit(at=number, message=message)
