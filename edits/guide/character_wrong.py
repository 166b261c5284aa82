"""A value holds characters that do not belong in it.

What is wrong
    A number holds something else than digits, a simple value holds a delimiter, or a text holds characters
    outside of X12's character sets (accents, tabs, control characters).

Why it is refused
    A receiver that checks the guide (999) rejects the transaction; others drop the character or show another.

How to correct it
    Type the value anew with plain letters, digits and common punctuation.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.edit import Context, Edit, Outcome
from scrubber.edit.guide import faults_of, found, place_of
from scrubber.guide.fault import Fault, Kind
from scrubber.survey import Envelope

edit = Edit(
    id="GUIDE-07",
    title="Value holds what does not belong in it",
    snip=1,
    severity="reject",
    sources=("X12-837P",),
    claim_status=("A7:511",),
    gives_way=True,
    needs="faults",
)

_KINDS = (Kind.BAD_CHARACTER,)


@edit.claim
def check_claim(claim: Claim, context: Context) -> Iterator[Outcome]:
    for fault in faults_of(context.faults, *_KINDS):
        yield found(fault, _message(fault), claim)


@edit.envelope
def check_header(envelope: Envelope, _context: Context) -> Iterator[Outcome]:
    for fault in faults_of(envelope.faults, *_KINDS):
        yield found(fault, _message(fault))


def _message(fault: Fault) -> str:
    return f"{place_of(fault).name} holds something else than {fault.expected}."
