"""The file is not an X12 interchange.

What is wrong
    The file is empty or has no interchange header (ISA), or an ISA in it does not have the form that the
    standard sets: 16 elements of fixed widths and the segment terminator, 106 bytes in all.

Why it is refused
    Receivers find the delimiters by their position in the ISA. If that is wrong, they cannot read anything
    and answer with a TA1, or not at all. Every ISA in a file is checked, and its interchange is held.

How to correct it
    Check that this is the claim file and not an export, an archive or a log; archives (zip, gz, 7z, tar …)
    and documents are never read, even if claims can be seen in them. If the ISA is too short or too long, pad
    ISA02, ISA04, ISA06 and ISA08 to their full width, in the program that writes the file.
"""

from collections.abc import Iterator

from scrubber.claim import Field
from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.envelopes.scan import Envelope
from scrubber.text import counted
from scrubber.x12 import ISA_WIDTHS, IsaFault, Segment

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
        yield _not_x12(envelope)
    elif envelope.kind == "interchange" and envelope.isa_fault:
        yield _damaged(envelope.header, envelope.isa_fault)


def _not_x12(envelope: Envelope) -> Hit:
    if envelope.container:
        message = f"The file is {envelope.container}; nothing in it was read as claims."
        to_do = "Unpack the archive, or export the claims, and send the 837 file itself."
        return Hit(at=None, message=message, byte=0, to_do=to_do)
    message = (
        "The file is not an X12 interchange: no ISA segment was found."
        if envelope.gaps
        else "The file is empty."
    )
    to_do = "Check that this is the 837 claim file and not an export, a zip file or a log."
    return Hit(at=None, message=message, byte=0, to_do=to_do)


def _damaged(isa: Segment | None, fault: IsaFault) -> Hit:
    if fault.elements:
        message = f"The ISA segment has {fault.elements} elements instead of 16."
        return Hit(at=isa, message=message, to_do="Write all 16 elements of the ISA segment, ISA16 last.")
    if fault.unended:
        to_do = "Write the segment terminator directly after ISA16, as byte 106 of the ISA segment."
        return Hit(at=isa, message="The ISA segment has no segment terminator.", to_do=to_do)
    field, width = Field.of(isa, fault.element), ISA_WIDTHS[fault.element - 1]
    if fault.is_separator:
        to_do = "Enter in ISA16 the component separator of the claims, such as a colon."
        return Hit(at=field, message="ISA16 cannot be the component separator.", to_do=to_do)
    exact = counted(width, "character")
    to_do = f"Pad or shorten {field.name} to {exact}, in the program that writes the file."
    message = f"{field.name} has {counted(fault.length, 'character')} instead of {width}."
    return Hit(at=field, message=message, to_do=to_do)
