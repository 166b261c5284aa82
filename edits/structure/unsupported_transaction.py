"""The transaction set is not an 837P of version 005010X222A1.

What is wrong
    The functional group (GS01, GS08) or the transaction set (ST01, ST03) is of another kind: an institutional
    or dental claim, a remittance advice, an older version …

Why it is refused
    Nothing is wrong with it as such. This scrubber supports professional claims only, so nothing in it was
    checked, and what was not checked does not pass: it is held; 837P groups in the same file are scrubbed.

How to correct it
    Send such transaction sets without this scrubber, or in files of their own. An 837P labeled with a wrong
    version needs the right one in GS08 and ST03.
"""

from collections.abc import Iterator

from scrubber.claim import Field
from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.envelopes.scan import Envelope
from scrubber.guide.versions import GUIDE

edit = Edit(
    id="STR-09",
    title="Unsupported transaction set or version",
    snip=2,
    severity="reject",
    to_do="Submit this transaction set separately; if it is an 837P, enter 005010X222A1 in GS08 and ST03.",
    sources=("X12-837P",),
    claim_status=("A7:684",),
)


@edit.envelope
def check(envelope: Envelope, _context: Context) -> Iterator[CheckResult]:
    recognition = envelope.recognition
    if recognition is None or recognition.supported:
        return
    version = f"{recognition.name} {recognition.version}".strip()
    message = f"Not examined: {version} is not supported; only 837P {GUIDE} is."
    if envelope.kind == "group":
        yield Hit(at=Field.of(envelope.header, 8), message=message)
    elif envelope.group_supported:
        yield Hit(at=Field.of(envelope.header, 1), message=message)
