"""An envelope segment has more elements than X12 defines.

What is wrong
    A GS, ST, SE, GE or IEA segment has a value after its last element (GS08, ST03, SE02, GE02, IEA02), or it
    ends in element separators with nothing after them, which is only reported as information.

Why it is refused
    Receivers check the envelopes before the claims. An element too many there is a syntax error that rejects
    the transaction set, functional group or interchange (999, TA1).

How to correct it
    Correct the segment in the program that writes the file. What the value was meant for is not known, so
    everything in the envelope is held.
"""

from collections.abc import Iterator

from scrubber.claim import Field
from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.envelopes.scan import Envelope
from scrubber.guide.fault import FaultKind

edit = Edit(
    id="STR-19",
    title="Too many elements in an envelope segment",
    snip=1,
    severity="reject",
    variants={"separators": "info"},
    to_do="Remove what follows the last element of the segment, in the program that writes the file.",
    sources=("X12-837P", "X12-5"),
    claim_status=("A7:684",),
)


@edit.envelope
def check(envelope: Envelope, _context: Context) -> Iterator[CheckResult]:
    is_known = envelope.recognition is None or envelope.recognition.supported
    for fault in envelope.surplus:
        segment = fault.segment
        if not (is_known if segment is envelope.header else envelope.control_numbers_agree):
            continue  # it has run into the next segment, or is of another kind: STR-09 or STR-01 reports it
        if fault.kind is FaultKind.TRAILING_SEPARATOR:
            message = f"{segment.id} segment has trailing element separators."
            yield Hit(at=segment, message=message, variant="separators", holds=False)
        else:
            extra = Field.of(segment, fault.element)
            message = f"{extra.name} is {extra or 'blank'}, but {segment.id} has {fault.expected} elements."
            yield Hit(at=extra, message=message)
