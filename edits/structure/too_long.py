"""A claim or level is too long to be one.

What is wrong
    More segments follow each other without a new claim, level or trailer than any guide allows.

Why it is refused
    Headers of claims or levels were lost, or this is no claim file. The transaction was not examined, so
    it is held.

How to correct it
    Have the file produced again.
"""

from collections.abc import Iterator

from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.envelopes.scan import MAX_BYTES, MAX_LINES, MAX_SEGMENTS, Envelope

edit = Edit(
    id="STR-12",
    title="A claim or level is too long to be one",
    snip=1,
    severity="reject",
    sources=("X12-837P",),
    claim_status=("A7:684",),
)


@edit.envelope
def check(envelope: Envelope, _context: Context) -> Iterator[CheckResult]:
    if envelope.overlong:
        message = (
            f"Too long for one claim or level (over {MAX_LINES} service lines, {MAX_SEGMENTS} segments"
            f" or {MAX_BYTES} bytes): not examined."
        )
        yield Hit(at=envelope.overlong, message=message)
