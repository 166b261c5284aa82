"""The taxonomy code is not in the NUCC's list.

What is wrong
    PRV03 has the form of a taxonomy code, but the list of the NUCC that is in force on the day of service
    does not have it. This is known if the list is imported: `scrubber tables import taxonomy FILE`.

Why it is refused
    Payers compare the code with the list and with the provider's enrollment, and reject one that is unknown
    or has ended.

How to correct it
    Enter the provider's taxonomy code as it is in NPPES.
"""

import re
from collections.abc import Iterator

from scrubber.claim import Party
from scrubber.engine import CheckResult, Context, Edit, Hit

from ..shared.provider_lists import day_for, role_of

edit = Edit(
    id="PROV-05",
    title="Taxonomy code is not in the NUCC list",
    snip=5,
    severity="warn",
    to_do="Enter the provider's taxonomy code in PRV03 as it is listed in NPPES.",
    sources=("X12-837P",),
    denials=("CO-16", "N255", "N288"),
    claim_status=("A7:145",),
    yields=True,
)

_FORM = re.compile(r"[0-9A-Z]{9}X", re.ASCII)


@edit.party
def check(party: Party, context: Context) -> Iterator[CheckResult]:
    if not party.is_provider or not context.tables.tables.taxonomy.vintages:
        return
    code = party.taxonomy
    if not code or not _FORM.fullmatch(code):
        return
    day = day_for(party, context.claim)
    # A code that is younger than the imported list is not known, which is no fault.
    if day and context.tables.aside.taxonomy(code, day).is_absent:
        context.tables.taxonomy(code, day)
        message = f"{role_of(party)} has a taxonomy code that the NUCC's list does not have."
        yield Hit(at=code, message=message, line=party.line)
