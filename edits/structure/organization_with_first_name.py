"""An organization has a first name, a middle name or a suffix.

What is wrong
    NM102 is 2, which stands for an organization, but NM104, NM105 or NM107 has a name or suffix that only a
    person can have.

Why it is refused
    The TR3 has these elements for persons (NM102 is 1) only, and says not to send them otherwise. Often a
    practitioner is sent as an organization, so that the name does not match the NPI.

How to correct it
    If it is a person, enter 1 in NM102, the last name in NM103 and the first name in NM104. If it is an
    organization, enter its whole name in NM103 and nothing in NM104, NM105 and NM107.
"""

from collections.abc import Iterator

from scrubber.claim import Field, Party
from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.envelopes.scan import Envelope

edit = Edit(
    id="STR-18",
    title="First name, middle name or suffix of an organization",
    snip=2,
    severity="reject",
    to_do="Enter 1 in NM102 if this is a person; otherwise remove NM104, NM105 and NM107.",
    sources=("X12-837P", "CMS-837P-EDITS"),
    denials=("CO-16",),
    claim_status=("A8:505",),
)

_ORGANIZATION = "2"
_OF_PERSONS = {4: "first name", 5: "middle name", 7: "suffix"}


@edit.party
def check_party(party: Party, _context: Context) -> Iterator[CheckResult]:
    if party.kind == _ORGANIZATION:
        yield from _hits(party.first_name, party.middle_name, party.suffix)


@edit.envelope
def check_heading(envelope: Envelope, _context: Context) -> Iterator[CheckResult]:
    for nm1 in envelope.heading:
        if nm1.id == "NM1" and nm1.get(2) == _ORGANIZATION:
            yield from _hits(*(Field.of(nm1, at) for at in _OF_PERSONS))


def _hits(*names: Field) -> Iterator[CheckResult]:
    """Yield a hit for the first of these elements that is there: one fault, one finding."""
    first = next((name for name in names if name), None)
    if first:
        what = _OF_PERSONS[first.element]
        yield Hit(at=first, message=f"{first.name} has a {what}, but NM102 is 2 (organization).")
