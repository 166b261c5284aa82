"""The transaction set was created in the future.

What is wrong
    BHT04, the day on which the transaction set was created, is later than today.

Why it is refused
    A file cannot be created after it was received. Receivers reject the transaction set.

How to correct it
    Correct the date of the computer that writes the file, and regenerate the file.
"""

from collections.abc import Iterator

from scrubber.claim import Field
from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.envelopes.scan import Envelope
from scrubber.envelopes.values import is_future

edit = Edit(
    id="STR-17",
    title="Transaction set created in the future (BHT04)",
    snip=2,
    severity="reject",
    to_do="Correct the date of the computer that writes the file, and regenerate it with today in BHT04.",
    sources=("X12-837P", "CMS-837P-EDITS"),
    claim_status=("A7:684",),
)


@edit.envelope
def check(envelope: Envelope, context: Context) -> Iterator[CheckResult]:
    for segment in envelope.heading:
        if segment.id == "BHT" and is_future(segment.get(4), context.as_of):
            message = f"BHT04 is {segment.get(4)}, which is in the future (today is {context.as_of})."
            yield Hit(at=Field.of(segment, 4), message=message)
