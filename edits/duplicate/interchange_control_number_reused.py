"""An interchange control number was used before.

What is wrong
    ISA13 is the number that distinguishes the interchanges of a sender. An interchange from the same sender
    to the same receiver already had this number: in this file, or in an earlier file whose claims were sent.

Why it is refused
    A receiver may take it for a second copy and reject all of it with a TA1, or send an acknowledgment that
    cannot be told apart from the one for the first interchange.

How to correct it
    Set the practice management system or the clearinghouse software to increment ISA13 for each interchange,
    and regenerate the file. Some programs always send the same number; if your receiver accepts that, add an
    edit override for this edit. A second interchange with the same number in one file is held.
"""

from collections.abc import Iterator

from scrubber.claim import Field
from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.envelopes.scan import Envelope

from ..shared.received import where_used

edit = Edit(
    id="DUP-04",
    title="Interchange control number reused",
    snip=1,
    severity="warn",
    to_do="Increment ISA13 for each interchange and regenerate the file from the practice management system.",
    variants={"same file": "reject"},
    sources=("X12-5", "CMS-837P-EDITS"),
    claim_status=("A7:684",),
)


@edit.envelope
def check(envelope: Envelope, context: Context) -> Iterator[CheckResult]:
    if envelope.kind == "interchange" and envelope.repeated:
        message = "Interchange control number (ISA13) is that of an earlier interchange in this file."
        yield Hit(at=Field.of(envelope.header, 13), message=message, variant="same file")
    elif where := where_used(envelope, "interchange", context):
        message = f"Interchange control number (ISA13) was already used for this receiver {where}."
        yield Hit(at=Field.of(envelope.header, 13), message=message)
