"""A UPIN does not have its form.

What is wrong
    A provider's UPIN (REF*1G) is not a letter with five digits or three letters with three digits.

Why it is refused
    The UPIN was Medicare's number of a physician until 2007, and the implementation guide (TR3) still has it
    as a secondary number. A clearinghouse that gets one checks its form.

How to correct it
    Remove the segment: the NPI took the place of the UPIN. If the payer still wants it, correct it.
"""

import re
from collections.abc import Iterator

from scrubber.claim import Party
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="ID-09",
    title="UPIN does not have its form",
    snip=4,
    severity="warn",
    to_do="Remove REF*1G, since the NPI took the place of the UPIN, or correct its number in REF02.",
    sources=("S-STEDI-UPIN",),
    denials=("CO-16",),
    claim_status=("A7:153",),
)

_UPIN = re.compile(r"[A-Z][0-9]{5}|[A-Z]{3}[0-9]{3}", re.ASCII)


@edit.party
def check(party: Party, _context: Context) -> Iterator[CheckResult]:
    upin = party.reference("1G") if party.is_provider else None
    if upin and not _UPIN.fullmatch(upin):
        prefix = f"Line {party.line.index}: " if party.line else ""
        message = f"{prefix}UPIN (REF*1G) in loop {party.loop} does not have the form of a UPIN."
        yield Hit(at=upin, message=message, line=party.line)
