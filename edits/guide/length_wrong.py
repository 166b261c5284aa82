"""A value is longer or shorter than the guide allows.

What is wrong
    The element has fewer or more characters (digits, in a number) than the guide allows.

Why it is refused
    A receiver that checks the guide (999) rejects the transaction; others cut the value off, and an id that
    is cut off finds nobody.

How to correct it
    Shorten or complete the value in the practice-management system.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.edit import Context, Edit, Outcome
from scrubber.edit.guide import faults_of, found, place_of
from scrubber.guide.fault import Fault, Kind
from scrubber.survey import Envelope

edit = Edit(
    id="GUIDE-06",
    title="Value is too long or too short",
    snip=2,
    severity="reject",
    sources=("X12-837P",),
    claim_status=("A7:684",),
    gives_way=True,
    needs="faults",
)

_KINDS = (
    Kind.TOO_SHORT,
    Kind.TOO_LONG,
)


@edit.claim
def check_claim(claim: Claim, context: Context) -> Iterator[Outcome]:
    for fault in faults_of(context.faults, *_KINDS):
        yield found(fault, _message(fault), claim)


@edit.envelope
def check_header(envelope: Envelope, _context: Context) -> Iterator[Outcome]:
    for fault in faults_of(envelope.faults, *_KINDS):
        yield found(fault, _message(fault))


def _message(fault: Fault) -> str:
    return f"The length of {place_of(fault).name} is not right: {fault.expected} characters."
