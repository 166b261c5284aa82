"""The submitter's contact is named in the second PER segment, and not in the first.

What is wrong
    The submitter (loop 1000A) has two PER segments. The first one has no contact name (PER02), the second one
    has.

Why it is refused
    The implementation guide (TR3) has the name in the first PER segment of the submitter only; the second one
    is for more numbers of the same contact. Medicare checks the name of the first contact.

How to correct it
    Enter the name in PER02 of the first PER segment, in the settings of the program that writes the file, and
    leave PER02 of the second one empty.
"""

from collections.abc import Iterator

from scrubber.claim import Field
from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.envelopes.scan import Envelope

edit = Edit(
    id="STR-21",
    title="Submitter's contact is named in the second PER only",
    snip=2,
    severity="warn",
    to_do="Enter the contact name in PER02 of the first PER segment of loop 1000A, not of the second.",
    sources=("X12-837P", "CMS-837P-EDITS"),
    claim_status=("A7:732",),
)


@edit.envelope
def check(envelope: Envelope, _context: Context) -> Iterator[CheckResult]:
    contacts = [segment for segment in envelope.heading if segment.id == "PER"]
    if len(contacts) > 1 and not contacts[0].get(2) and any(contact.get(2) for contact in contacts[1:]):
        message = "First PER segment of the submitter (1000A) has no contact name, but a later one has."
        yield Hit(at=Field.of(contacts[0], 2, 0, "1000A"), message=message, holds=False)
