"""A count or control number in a trailer does not match.

What is wrong
    The number of segments, transaction sets or functional groups that a trailer reports (SE01, GE01, IEA01)
    is not the actual number, or its control number (SE02, GE02, IEA02) is not the one in its header.

Why it is refused
    These counts exist to detect losses in transmission. A receiver that finds them wrong must assume that
    claims are missing and rejects the whole transaction set, functional group or interchange (999, TA1).

How to correct it
    Regenerate the file. If you know that nothing was lost (a program counted wrong), ask for the recount by
    name: `scrubber scrub --fix safe,STR-01`. Otherwise everything in the envelope is held.
"""

from collections.abc import Iterator

from scrubber.claim import Field
from scrubber.engine import CheckResult, Context, Edit, Hit, unsafe
from scrubber.envelopes.scan import CONTROL_NUMBER, Envelope

edit = Edit(
    id="STR-01",
    title="Segment/transaction count or control number mismatch",
    snip=1,
    severity="reject",
    to_do="Regenerate the file from the practice management system, so that SE, GE and IEA are correct.",
    sources=("X12-837P", "X12-5"),
    claim_status=("A7:684",),
)

_COUNTED = {"interchange": "functional groups", "group": "transaction sets", "transaction": "segments"}


@edit.envelope
def check(envelope: Envelope, _context: Context) -> Iterator[CheckResult]:
    header, trailer = envelope.header, envelope.trailer
    if header is None or trailer is None:
        return
    if envelope.declared != envelope.count:
        declared = Field.of(trailer, 1)
        counted = f"the number of {_COUNTED[envelope.kind]} is {envelope.count}"
        message = f"Count mismatch: {declared.name} is {declared or 'missing'}, but {counted}."
        yield Hit(at=declared, message=message, fix=unsafe((declared, str(envelope.count))))
    if not envelope.control_numbers_agree:
        opening, closing = Field.of(header, CONTROL_NUMBER[envelope.kind]), Field.of(trailer, 2)
        message = f"Control number mismatch: {closing.name} is not the same as {opening.name}."
        yield Hit(at=closing, message=message, fix=unsafe((closing, str(opening))))
