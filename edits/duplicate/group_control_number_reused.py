"""A group control number was used before.

What is wrong
    GS06 numbers the functional groups between two applications. A group of claims between the same two
    applications already had this number: in this file, or in an earlier file whose claims were sent.

Why it is refused
    The 999 that acknowledges a group identifies it only by GS06. If two groups have the same number, no one
    can tell which of them was accepted. Most receivers accept it, because many programs restart the count in
    each interchange; so the finding is for information only. Within one interchange the number must be
    unique: the second group with it is held.

How to correct it
    Set the program that creates the file to increment GS06 across all files instead of restarting in each.
"""

from collections.abc import Iterator

from scrubber.claim import Field
from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.envelopes.scan import Envelope

from ..shared.received import where_used

edit = Edit(
    id="DUP-05",
    title="Group control number reused",
    snip=1,
    severity="info",
    to_do=(
        "Change the software setting so that GS06 increments across all files instead of restarting in "
        "each file."
    ),
    variants={"same interchange": "reject"},
    sources=("X12-5", "CMS-837P-EDITS"),
    claim_status=("A7:684",),
)


@edit.envelope
def check(envelope: Envelope, context: Context) -> Iterator[CheckResult]:
    if envelope.kind == "group" and envelope.repeated:
        message = "Group control number (GS06) is that of an earlier group in this interchange."
        to_do = "Give each functional group of the interchange a GS06 and GE02 of its own."
        yield Hit(at=Field.of(envelope.header, 6), message=message, to_do=to_do, variant="same interchange")
    elif where := where_used(envelope, "group", context):
        message = f"Group control number (GS06) was already used between these applications {where}."
        yield Hit(at=Field.of(envelope.header, 6), message=message)
