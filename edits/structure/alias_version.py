"""The 837P is labelled with another version of the same guide.

What is wrong
    GS08 says 005010X222 or 005010X222A2. The version adopted under HIPAA is 005010X222A1.

Why it is refused
    Many receivers take it as the same; strict ones reject the group (999).

How to correct it
    Set GS08 and ST03 to 005010X222A1 in the program that writes the file. The claims are checked as such.
"""

from collections.abc import Iterator

from scrubber.claim import Field
from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.envelopes.scan import Envelope
from scrubber.guide.versions import GUIDE

edit = Edit(
    id="STR-10",
    title="Version label of the same guide under another name",
    snip=2,
    severity="info",
    sources=("X12-837P",),
)


@edit.envelope
def check(envelope: Envelope, _context: Context) -> Iterator[CheckResult]:
    recognition = envelope.recognition
    if envelope.kind == "group" and recognition and recognition.alias:
        message = f"GS08 says {recognition.version}; it was checked as {GUIDE}."
        yield Hit(at=Field.of(envelope.header, 8), message=message)
