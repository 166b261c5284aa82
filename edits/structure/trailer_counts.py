"""A trailer contradicts its header or its contents.

What is wrong
    The number of segments, transactions or groups that a trailer declares (SE01, GE01, IEA01) is not the
    number that is there, or its control number (SE02, GE02, IEA02) is not that of its header.

Why it is refused
    These counts exist to notice losses on the way. A receiver that finds them wrong must assume that
    claims are missing and rejects the whole transaction, group or interchange (999, TA1).

How to correct it
    Have the file produced again. If you know that nothing was lost (a program counted wrongly), ask for the
    recount by name: `scrubber scrub --fix safe,STR-01`. Without that everything in the envelope is held.
"""

from collections.abc import Iterator

from scrubber.claim import Field
from scrubber.engine import CheckResult, Context, Edit, Hit, unsafe
from scrubber.envelopes.scan import CONTROL_NUMBER, Envelope

edit = Edit(
    id="STR-01",
    title="Trailer contradicts its header or its contents",
    snip=1,
    severity="reject",
    sources=("X12-837P", "X12-5"),
    claim_status=("A7:684",),
)

_COUNTED = {"interchange": "functional groups", "group": "transactions", "transaction": "segments"}


@edit.envelope
def check(envelope: Envelope, _context: Context) -> Iterator[CheckResult]:
    header, trailer = envelope.header, envelope.trailer
    if header is None or trailer is None:
        return
    if envelope.declared != envelope.count:
        declared = Field.of(trailer, 1)
        counted = f"{envelope.count} {_COUNTED[envelope.kind]}"
        message = f"{declared.name} says {declared or 'nothing'}, but there are {counted}."
        yield Hit(at=declared, message=message, fix=unsafe((declared, str(envelope.count))))
    if not envelope.control_numbers_agree:
        opening, closing = Field.of(header, CONTROL_NUMBER[envelope.kind]), Field.of(trailer, 2)
        message = f"The control number {closing.name} is not that of the header ({opening.name})."
        yield Hit(at=closing, message=message, fix=unsafe((closing, str(opening))))
