"""Find where the control number of an envelope was used before."""

from __future__ import annotations

from scrubber.engine.context import Context
from scrubber.envelopes.scan import Envelope


def where_used(envelope: Envelope, kind: str, context: Context) -> str:
    """Return in words where an envelope of this kind with the same number appeared before, or "".

    Return "" also if the whole file was received before, which another edit reports, and if nothing from the
    earlier file was sent: then this is its corrected copy, which must keep the number.
    """
    if envelope.kind != kind or envelope.identity is None or context.history.content:
        return ""
    earlier = context.history.of(envelope.identity)
    if earlier is None or not (earlier.is_here or earlier.sent):
        return ""
    return "earlier in this file" if earlier.is_here else f"in job {earlier.job} on {earlier.day}"
