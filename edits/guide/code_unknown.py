"""A code is not one of those that the guide lists.

What is wrong
    The guide lists the codes that may stand in this element, and this is none of them.

Why it is refused
    A receiver that checks the guide (999) rejects the transaction: it does not know what is meant.

How to correct it
    Choose one of the codes that the guide lists; small letters are not the same as capitals.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.edit import Context, Edit, Outcome
from scrubber.edit.guide import faults_of, found, place_of
from scrubber.guide.fault import Fault, Kind
from scrubber.survey import Envelope

edit = Edit(
    id="GUIDE-08",
    title="Code that the guide does not list",
    snip=2,
    severity="reject",
    sources=("X12-837P",),
    claim_status=("A7:684",),
    gives_way=True,
    needs="faults",
)

_KINDS = (Kind.BAD_CODE,)


@edit.claim
def check_claim(claim: Claim, context: Context) -> Iterator[Outcome]:
    for fault in faults_of(context.faults, *_KINDS):
        yield found(fault, _message(fault), claim)


@edit.envelope
def check_header(envelope: Envelope, _context: Context) -> Iterator[Outcome]:
    for fault in faults_of(envelope.faults, *_KINDS):
        yield found(fault, _message(fault))


def _message(fault: Fault) -> str:
    return f"{place_of(fault).name} is none of the codes that may stand there: {fault.expected}."
