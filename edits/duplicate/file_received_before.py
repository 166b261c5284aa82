"""The same file was received before.

What is wrong
    Every byte of this file is that of a file which the watch folder has worked on before, and claims of that
    one have gone out to be sent. It is known again by its content; its name does not matter.

Why it is refused
    All claims in it would be sent a second time. The receiver refuses an interchange whose control number it
    has seen (TA1), and what gets through is denied as exact duplicates.

How to correct it
    If the batch was exported twice, there is nothing to do: everything in it is held here. If the first
    transmission was lost behind this folder, send the cleaned file of the first job again; its id is in the
    message. Where nothing of the first one had gone out, this is only a note, and the claims go their way.
"""

from collections.abc import Iterator

from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.envelopes.scan import Envelope

edit = Edit(
    id="DUP-03",
    title="File was received before",
    snip=7,
    severity="reject",
    variants={"nothing went out": "info"},
    sources=("X12-5", "CMS-100-04-1-120"),
    denials=("CO-18",),
    claim_status=("A8:746",),
)


@edit.envelope
def check(envelope: Envelope, context: Context) -> Iterator[CheckResult]:
    earlier = context.history.content
    if earlier is None or envelope.kind != "interchange" or envelope.first is None:
        return
    when = f"job {earlier.job} of {earlier.day}"
    if earlier.sent:
        yield Hit(
            at=envelope.first,
            message=f"This very file was received before, as {when}, and claims of it went out.",
        )
    else:
        message = f"This very file was received before, as {when}; nothing of it went out."
        yield Hit(at=envelope.first, message=message, variant="nothing went out")
