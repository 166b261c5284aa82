"""A telephone or fax number is not ten digits.

What is wrong
    A telephone or fax number (PER with TE or FX) of the submitter, the billing provider or another
    contact is not area code and number in ten digits: it has punctuation, an extension or too few digits,
    or its area code or exchange begins with 0 or 1.

Why it is refused
    The implementation guide (TR3) wants telephone numbers of the North American Numbering Plan as
    AAABBBCCCC, with the extension in an element of its own (EX). Clearinghouses reject or change other
    forms.

How to correct it
    Enter ten digits. An extension goes into the next pair of elements, with EX before it. A safe fix
    removes punctuation and the country code 1 where ten digits remain. Numbers that begin with another
    country code are not checked.
"""

from collections.abc import Iterator

from scrubber.claim import Party
from scrubber.engine import CheckResult, Context, Edit, Hit, safe
from scrubber.envelopes.scan import Envelope

from ..shared.forms import phone_form

edit = Edit(
    id="ID-02",
    title="Telephone number is not ten digits",
    snip=4,
    severity="warn",
    to_do="Enter area code and number as ten digits in PER04, without punctuation; an extension goes in EX.",
    sources=("X12-837P", "S-STEDI-PHONE"),
    denials=("CO-16",),
    claim_status=("A7:127",),
)

_NUMBERS = ("TE", "FX")
_EMAIL = "EM"


@edit.party
def check_party(party: Party, _context: Context) -> Iterator[CheckResult]:
    yield from _hits(party)


@edit.envelope
def check_submitter(envelope: Envelope, _context: Context) -> Iterator[CheckResult]:
    if envelope.submitter:
        yield from _hits(envelope.submitter)


def _hits(party: Party) -> Iterator[Hit]:
    for contact in party.contact_numbers:
        number = contact.number
        if contact.qualifier == _EMAIL and number and "@" not in number:
            message = f"E-mail address {number.name} in loop {party.loop} has no @."
            to_do = f"Enter the whole e-mail address in {number.name}, or TE before a telephone number."
            yield Hit(at=number, message=message, line=party.line, to_do=to_do, holds=False)
        if contact.qualifier not in _NUMBERS or not number or _is_abroad(party):
            continue
        form = phone_form(number)
        if form.fault:
            message = f"Telephone number {number.name} in loop {party.loop} {form.fault}."
            to_do = (
                f"Enter area code and number as ten digits in {number.name}; an extension goes in its own EX."
            )
            # The header is not part of a claim: what is wrong there is corrected at the source.
            fix = safe((number, form.plain)) if form.plain and party.loop != "1000A" else None
            yield Hit(at=number, message=message, line=party.line, fix=fix, to_do=to_do, holds=False)


def _is_abroad(party: Party) -> bool:
    return bool(party.country) and party.country not in ("US", "CA")
