"""The envelope is incomplete.

What is wrong
    An interchange, group or transaction lacks its header or its trailer (ISA and IEA, GS and GE, ST and
    SE), the file ends in the middle, or bytes that are no segment stand in it. If only the terminator of the
    last segment is missing, that is a warning.

Why it is refused
    A receiver cannot know what else is missing. It rejects the envelope and everything in it.

How to correct it
    Send the file again from its source; often a transfer was cut off. Everything inside the incomplete
    envelope is held, complete ones beside it are not.
"""

from collections.abc import Iterator

from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.envelopes.scan import Envelope

edit = Edit(
    id="STR-07",
    title="The envelope is incomplete",
    snip=1,
    severity="reject",
    variants={"terminator": "warn"},
    sources=("X12-837P", "X12-5"),
    claim_status=("A7:684",),
)

_TRAILER = {"interchange": "IEA", "group": "GE", "transaction": "SE"}
_HEADER = {"interchange": "ISA", "group": "GS", "transaction": "ST"}


@edit.envelope
def check(envelope: Envelope, _context: Context) -> Iterator[CheckResult]:
    kind = envelope.kind
    if kind == "file" and envelope.count == 0:
        return  # no interchange at all: STR-08
    for gap in envelope.gaps:
        yield Hit(at=None, message=f"{gap.length} bytes here belong to no segment.", byte=gap.offset)
    if kind == "file" or envelope.nameless_parent:
        return
    if envelope.header is None:
        message = f"This stands in no {kind}: the {_HEADER[kind]} is missing."
        yield Hit(at=envelope.first, message=message)
    elif envelope.unclosed and envelope.at_end:
        if kind == "interchange":
            message = "The file ends here, before the IEA: it was cut off."
            yield Hit(at=envelope.last, message=message)
    elif kind == "interchange" and envelope.trailer and not envelope.trailer.end:
        message = "The file ends without the terminator of its last segment."
        yield Hit(at=envelope.trailer, message=message, variant="terminator", holds=False)
    elif envelope.unclosed:
        yield Hit(at=envelope.header, message=f"This {kind} has no {_TRAILER[kind]}.")
