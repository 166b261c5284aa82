"""This is no X12 interchange.

What is wrong
    The file is empty, does not hold an interchange header (ISA), or its ISA does not have the fixed widths
    that the standard sets (106 bytes with the terminator).

Why it is refused
    Receivers find the delimiters by their position in the ISA. If that is wrong they can read nothing and
    answer with a TA1, or not at all.

How to correct it
    Check that it is the claim file and not an export, a zip or a log; if the ISA is too short or too long,
    have the program that writes it pad ISA02, ISA04, ISA06 and ISA08 to their full width.
"""

from collections.abc import Iterator

from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.envelopes.scan import Envelope
from scrubber.x12 import ISA_LENGTH

edit = Edit(
    id="STR-08",
    title="No X12 interchange, or a malformed ISA",
    snip=1,
    severity="reject",
    sources=("X12-5", "X12-837P"),
    claim_status=("A7:684",),
)


@edit.envelope
def check(envelope: Envelope, _context: Context) -> Iterator[CheckResult]:
    if envelope.kind == "file" and envelope.count == 0:
        what = "The file holds no X12 interchange: no ISA segment was found."
        yield Hit(at=None, message=what if envelope.gaps else "The file is empty.", byte=0)
    elif envelope.kind == "interchange" and envelope.isa_fault and envelope.header:
        length = envelope.isa_fault.length
        message = f"The ISA segment has {length} bytes instead of {ISA_LENGTH}, or misplaced elements."
        yield Hit(at=envelope.header, message=message)
