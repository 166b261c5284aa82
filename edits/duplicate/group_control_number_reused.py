"""A group control number was used before.

What is wrong
    GS06 numbers the functional groups between two applications. A group of claims between the same two had
    this number before: in this file, or in one of which claims have gone out.

Why it is refused
    The 999 that answers a group names it by GS06 alone. Where two groups have the same number, nobody can
    say which of them was accepted. Most receivers take it, since many programs count anew in each
    interchange; so this is only a note.

How to correct it
    Let the program that makes the file count GS06 up over all files, not anew in each.
"""

from collections.abc import Iterator

from scrubber.claim import Field
from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.envelopes.scan import Envelope

from ..shared.received import where_used

edit = Edit(
    id="DUP-05",
    title="Group control number was used before",
    snip=1,
    severity="info",
    sources=("X12-5",),
)


@edit.envelope
def check(envelope: Envelope, context: Context) -> Iterator[CheckResult]:
    if where := where_used(envelope, "group", context):
        message = f"These two applications have used the group's control number before: {where}."
        yield Hit(at=Field.of(envelope.header, 6), message=message)
