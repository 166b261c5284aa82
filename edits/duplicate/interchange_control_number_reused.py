"""An interchange control number was used before.

What is wrong
    ISA13 is the number that tells the interchanges of a sender apart. An interchange of the same sender to
    the same receiver had this number before: in this file, or in one of which claims have gone out.

Why it is refused
    A receiver may take it for a second copy and refuse it whole with a TA1, or answer in a way that cannot be
    told apart from its answer to the first.

How to correct it
    Let the practice-management system or the clearinghouse software count ISA13 up by one for each
    interchange, and have the file made again. Some programs always send the same number; if your receiver
    takes that, suppress this edit.
"""

from collections.abc import Iterator

from scrubber.claim import Field
from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.envelopes.scan import Envelope

from ..shared.received import where_used

edit = Edit(
    id="DUP-04",
    title="Interchange control number was used before",
    snip=1,
    severity="warn",
    sources=("X12-5",),
)


@edit.envelope
def check(envelope: Envelope, context: Context) -> Iterator[CheckResult]:
    if where := where_used(envelope, "interchange", context):
        message = f"This sender has used the control number for this receiver before: {where}."
        yield Hit(at=Field.of(envelope.header, 13), message=message)
