"""A procedure code does not have the format of a CPT or HCPCS code.

What is wrong
    The procedure (SV101-2) is reported as CPT or HCPCS (HC), but is not five characters: five digits, four
    digits and a letter, or a letter and four digits.

Why it is refused
    No code of this format exists, so the payer has no price and no policy for it. The claim is rejected
    before it enters adjudication.

How to correct it
    Look up the code. Often a letter O was typed for a zero, a modifier was typed after the code, or an
    internal code from your charge master was not translated.
"""

import re
from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="BILL-24",
    title="Invalid CPT/HCPCS code format",
    snip=5,
    severity="reject",
    to_do="Enter a valid five-character CPT or HCPCS code in SV101-2.",
    sources=("CFR-162.1002", "S-CEDI-HCPCS"),
    denials=("CO-16", "M51", "CO-181"),
    claim_status=("A7:507",),
)

_FORM = re.compile(r"[0-9]{4}[0-9A-Z]|[A-Z][0-9]{4}", re.ASCII)


@edit.line
def check(line: ServiceLine, _context: Context) -> Iterator[CheckResult]:
    code = line.procedure
    if not code or line.qualifier != "HC" or _FORM.fullmatch(code):
        return
    # Another edit reports and fixes lowercase letters and spaces.
    if not _FORM.fullmatch(code.strip().upper()):
        message = f"Line {line.index}: {code} does not have the format of a CPT or HCPCS code."
        yield Hit(at=code, message=message, line=line)
