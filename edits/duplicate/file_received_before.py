"""The same file was received before.

What is wrong
    This file is identical, byte for byte, to a file that the watch folder has already processed, and claims
    from that file were sent. Files are compared by content; the name does not matter.

Why it is refused
    All claims in it would be sent a second time. The receiver rejects an interchange whose control number it
    has already seen (TA1), and whatever gets through is denied as an exact duplicate.

How to correct it
    If the batch was exported twice, there is nothing to do: everything in it is held here. If the first
    transmission was lost after it left this folder, send the clean file of the first job again; its ID is in
    the message. If nothing from the first file was sent, the finding is for information only, and the claims
    are processed as usual.
"""

from collections.abc import Iterator

from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.envelopes.scan import Envelope

edit = Edit(
    id="DUP-03",
    title="File was already received",
    snip=7,
    severity="reject",
    to_do=(
        "Remove the file if the batch was exported twice; if the first transmission was lost, resend "
        "its clean file."
    ),
    variants={"nothing was sent": "info"},
    sources=("X12-5", "CMS-100-04-1-120"),
    denials=("CO-18",),
    claim_status=("A8:746",),
)


@edit.envelope
def check(envelope: Envelope, context: Context) -> Iterator[CheckResult]:
    earlier = context.history.content
    if earlier is None or envelope.kind != "interchange" or envelope.first is None:
        return
    when = f"job {earlier.job} on {earlier.day}"
    if earlier.sent:
        yield Hit(
            at=envelope.first,
            message=f"An identical file was already received as {when}, and claims from it were sent.",
        )
    else:
        message = f"An identical file was already received as {when}, but nothing from it was sent."
        to_do = "Verify that this file is meant to be sent; nothing from its earlier copy was sent."
        yield Hit(at=envelope.first, message=message, variant="nothing was sent", to_do=to_do)
