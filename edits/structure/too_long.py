"""A claim or HL loop is too long.

What is wrong
    More segments follow each other without a new claim, HL loop or trailer than any implementation guide
    (TR3) allows.

Why it is refused
    Headers of claims or HL loops were lost, or this is not a claim file. The transaction set was not
    examined, so it is held.

How to correct it
    Regenerate the file from the practice management system.
"""

from collections.abc import Iterator

from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.envelopes.scan import MAX_BYTES, MAX_LINES, MAX_SEGMENTS, Envelope

edit = Edit(
    id="STR-12",
    title="Claim or HL loop too long to examine",
    snip=1,
    severity="reject",
    to_do="Regenerate the file from the practice management system, with all its CLM and HL segments.",
    sources=("X12-837P",),
    claim_status=("A7:684",),
)


@edit.envelope
def check(envelope: Envelope, _context: Context) -> Iterator[CheckResult]:
    if envelope.overlong:
        message = (
            f"Not examined: too long for one claim or HL loop (over {MAX_LINES} service lines,"
            f" {MAX_SEGMENTS} segments or {MAX_BYTES} bytes)."
        )
        yield Hit(at=envelope.overlong, message=message)
