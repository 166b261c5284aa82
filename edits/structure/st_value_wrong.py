"""The ST segment has no valid number, or names another TR3 than the GS segment.

What is wrong
    ST02 is not 4 to 9 letters or digits, ST03 is missing, or ST03 is not the same as GS08.

Why it is refused
    The TR3 requires ST03, with the value of GS08, and a control number in ST02 by which the 999 can name the
    transaction set. A receiver that finds something else rejects the transaction set (IK502 7, I6).

How to correct it
    Enter the version of the TR3, 005010X222A1, in ST03 and GS08, and number the transaction sets in ST02 and
    SE02 from 0001, in the program that writes the file.
"""

import re
from collections.abc import Iterator

from scrubber.claim import Field
from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.envelopes.scan import Envelope

edit = Edit(
    id="STR-15",
    title="Wrong value in the transaction set header (ST)",
    snip=1,
    severity="reject",
    to_do="Enter the version of the TR3 (005010X222A1) in ST03, the same as in GS08.",
    sources=("X12-837P", "CMS-837P-EDITS"),
    claim_status=("A7:684",),
)

_NUMBER = re.compile(r"[A-Za-z0-9]{4,9}", re.ASCII)


@edit.envelope
def check(envelope: Envelope, _context: Context) -> Iterator[CheckResult]:
    st = envelope.header
    if envelope.kind != "transaction" or st is None or not envelope.is_examined:
        return
    if not _NUMBER.fullmatch(st.get(2)):
        to_do = "Enter 4 to 9 digits in ST02 and SE02, in the program that writes the file."
        message = f"ST02 is {st.get(2) or 'missing'}; expected 4 to 9 letters or digits."
        yield Hit(at=Field.of(st, 2), message=message, to_do=to_do)
    version = Field.of(st, 3)
    if not version:
        yield Hit(at=version, message="ST03 is missing; the TR3 requires its version there.")
    elif envelope.names_other_guide and envelope.group:
        yield Hit(at=version, message=f"ST03 is {version}, but GS08 is {envelope.group.get(8)}.")
