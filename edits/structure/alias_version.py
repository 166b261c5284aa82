"""The 837P is labeled with another version of the same TR3.

What is wrong
    GS08 and ST03 are 005010X222 or 005010X222A2. The version of the implementation guide (TR3) adopted under
    HIPAA is 005010X222A1.

Why it is refused
    Many receivers accept it as the same version; strict ones, such as Medicare, reject the functional group
    (999).

How to correct it
    Enter 005010X222A1 in GS08 and ST03, in the program that writes the file. The claims are validated as
    that version.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, Field
from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.envelopes.scan import Envelope
from scrubber.guide.versions import ALIASES, GUIDE

edit = Edit(
    id="STR-10",
    title="837P labeled with another version of the TR3",
    snip=2,
    severity="warn",
    to_do="Enter 005010X222A1 in GS08 and ST03, in the program that writes the file.",
    variants={"medicare": "reject"},
    sources=("X12-837P", "CMS-837P-EDITS"),
    claim_status=("A7:684",),
    needs=("medicare",),
)


@edit.claim
def check_claim(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    if claim.version in ALIASES and claim.subscriber and claim.subscriber.filing_code == "MB":
        message = f"ST03 is {claim.version}; Medicare accepts {GUIDE} only."
        yield Hit(at=claim.version, message=message, variant="medicare")


@edit.envelope
def check_group(envelope: Envelope, _context: Context) -> Iterator[CheckResult]:
    recognition = envelope.recognition
    if envelope.kind == "group" and recognition and recognition.alias:
        message = f"GS08 is {recognition.version}; the claims were validated as {GUIDE}."
        yield Hit(at=Field.of(envelope.header, 8), message=message)
