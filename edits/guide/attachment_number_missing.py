"""An attachment is announced without its control number.

What is wrong
    The claim or a line announces an attachment (PWK) that is sent by mail, fax, e-mail, file transfer or
    electronically (PWK02), and the attachment control number (PWK06) is missing.

Why it is refused
    The implementation guide (TR3) requires the number for these: it is the only way for the payer to match
    the attachment with the claim. An attachment that is available on request (AA) needs none.

How to correct it
    Enter the control number that is also on the attachment or its cover sheet.
"""

from collections.abc import Iterable, Iterator

from scrubber.claim import Attachment, Claim, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="GUIDE-18",
    title="Attachment control number missing",
    snip=4,
    severity="reject",
    to_do="Enter AC in PWK05 and the control number that is on the attachment in PWK06.",
    sources=("X12-837P", "S-STEDI-PWK"),
    denials=("CO-16", "N706"),
    claim_status=("A7:489",),
    needs=("attachments",),
)

_SENT = frozenset({"BM", "EL", "EM", "FT", "FX"})


@edit.claim
def check_claim(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    yield from _missing(claim.attachments, None)


@edit.line
def check_line(line: ServiceLine, _context: Context) -> Iterator[CheckResult]:
    yield from _missing(line.attachments, line)


def _missing(attachments: Iterable[Attachment], line: ServiceLine | None) -> Iterator[CheckResult]:
    prefix = f"Line {line.index}: attachment" if line else "Attachment"
    for attachment in attachments:
        if attachment.transmission in _SENT and not attachment.number:
            message = f"{prefix} sent by {attachment.transmission} (PWK02) has no control number (PWK06)."
            yield Hit(at=attachment.number, message=message, line=line)
