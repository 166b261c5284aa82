"""The envelope is incomplete.

What is wrong
    An interchange, functional group or transaction set is missing its header or its trailer (ISA and IEA, GS
    and GE, ST and SE), the file is truncated, or it has bytes that are not part of any segment. If only the
    terminator of the last segment is missing, that is a warning.

Why it is refused
    A receiver cannot know what else is missing. It rejects the envelope and everything in it.

How to correct it
    Send the file again from its source; often a transfer was cut off. Everything inside the incomplete
    envelope is held; complete envelopes in the same file are not.
"""

from collections.abc import Iterator

from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.envelopes.scan import Envelope

edit = Edit(
    id="STR-07",
    title="Incomplete envelope (ISA/IEA, GS/GE or ST/SE)",
    snip=1,
    severity="reject",
    to_do="Send the file again from its source, with every ISA/IEA, GS/GE and ST/SE in place.",
    variants={"terminator": "warn"},
    sources=("X12-837P", "X12-5"),
    claim_status=("A7:684",),
)

_NAME = {"interchange": "interchange", "group": "functional group", "transaction": "transaction set"}
_HEADER = {"interchange": "ISA", "group": "GS", "transaction": "ST"}
_TRAILER = {"interchange": "IEA", "group": "GE", "transaction": "SE"}


@edit.envelope
def check(envelope: Envelope, _context: Context) -> Iterator[CheckResult]:
    kind = envelope.kind
    if kind == "file" and envelope.count == 0:
        return  # no interchange at all: STR-08
    for gap in envelope.gaps:
        what = f", but {envelope.container}" if envelope.container else ""
        yield Hit(
            at=None,
            message=f"{gap.length} bytes here are not part of any segment{what}.",
            byte=gap.offset,
            to_do="Remove the bytes outside any segment, or send the file again from its source.",
        )
    if kind == "file" or envelope.nameless_parent:
        return
    if envelope.header is None:
        message = f"{_HEADER[kind]} segment is missing: this segment is outside any {_NAME[kind]}."
        yield Hit(at=envelope.first, message=message)
    elif envelope.unclosed and envelope.at_end:
        if kind == "interchange":
            message = "The file is truncated: it ends here, before the IEA segment."
            yield Hit(at=envelope.last, message=message)
    elif envelope.unended:
        yield Hit(
            at=envelope.trailer,
            message="The segment terminator is missing before the next ISA segment.",
            to_do="Add the segment terminator after the IEA segment, or send each interchange as a file.",
        )
    elif kind == "interchange" and envelope.trailer and not envelope.trailer.end:
        yield Hit(
            at=envelope.trailer,
            message="The file ends without the segment terminator after its last segment.",
            variant="terminator",
            holds=False,
            to_do="Add the segment terminator after the IEA segment, in the program that writes the file.",
        )
    elif envelope.unclosed:
        yield Hit(at=envelope.header, message=f"{_TRAILER[kind]} segment of this {_NAME[kind]} is missing.")
