"""The file is not an X12 interchange.

What is wrong
    The file is empty, has no interchange header (ISA), or its ISA does not have the fixed widths that the
    standard sets (106 bytes with the terminator).

Why it is refused
    Receivers find the delimiters by their position in the ISA. If that is wrong, they cannot read anything
    and answer with a TA1, or not at all.

How to correct it
    Check that this is the claim file and not an export, a zip file or a log. If the ISA is too short or too
    long, pad ISA02, ISA04, ISA06 and ISA08 to their full width, in the program that writes the file.
"""

from collections.abc import Iterator

from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.envelopes.scan import Envelope
from scrubber.x12 import ISA_LENGTH

edit = Edit(
    id="STR-08",
    title="Not an X12 interchange, or malformed ISA",
    snip=1,
    severity="reject",
    to_do="Correct the ISA segment: pad ISA02, ISA04, ISA06 and ISA08 to their full width.",
    sources=("X12-5", "X12-837P"),
    claim_status=("A7:684",),
)


@edit.envelope
def check(envelope: Envelope, _context: Context) -> Iterator[CheckResult]:
    if envelope.kind == "file" and envelope.count == 0:
        not_x12 = "The file is not an X12 interchange: no ISA segment was found."
        yield Hit(
            at=None,
            message=not_x12 if envelope.gaps else "The file is empty.",
            byte=0,
            to_do="Check that this is the 837 claim file and not an export, a zip file or a log.",
        )
    elif envelope.kind == "interchange" and envelope.isa_fault and envelope.header:
        length = envelope.isa_fault.length
        message = (
            f"ISA segment is {length} bytes long instead of {ISA_LENGTH}, or its elements are misplaced."
        )
        yield Hit(at=envelope.header, message=message)
