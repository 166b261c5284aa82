"""Two transaction sets of a functional group have the same control number.

What is wrong
    ST02 numbers the transaction sets of a functional group, and an earlier set in the group has the same
    number.

Why it is refused
    The 999 names a transaction set by its ST02 only, so no one could tell which of the two was accepted. A
    receiver rejects the second one (IK502 23); perhaps it is a copy of the first.

How to correct it
    Check whether the set is in the file twice. If it is not, have the program that writes the file count ST02
    and SE02 up within each functional group. The first set with the number is not held.
"""

from collections.abc import Iterator

from scrubber.claim import Field
from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.envelopes.scan import Envelope

edit = Edit(
    id="DUP-06",
    title="Transaction set control number repeated in its group",
    snip=1,
    severity="reject",
    to_do="Remove the set if it is there twice; otherwise give it an ST02 and SE02 of its own in the group.",
    sources=("X12-837P", "CMS-837P-EDITS"),
    claim_status=("A7:684",),
)


@edit.envelope
def check(envelope: Envelope, _context: Context) -> Iterator[CheckResult]:
    if envelope.kind == "transaction" and envelope.repeated:
        message = "Transaction set control number (ST02) is that of an earlier set in this group."
        yield Hit(at=Field.of(envelope.header, 2), message=message)
