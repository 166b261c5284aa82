"""A segment or loop comes more often than the guide allows.

What is wrong
    The guide limits how often a segment or a loop may stand at one place; this one is too many.

Why it is refused
    A receiver that checks the guide (999) rejects the transaction; one that does not may take the first or
    the last of them, and nobody knows which.

How to correct it
    Remove the one that is not wanted. A claim of more than 50 service lines has to be split into two.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.edit import Context, Edit, Outcome
from scrubber.edit.guide import faults_of, found
from scrubber.guide.fault import Fault, Kind
from scrubber.survey import Envelope

edit = Edit(
    id="GUIDE-03",
    title="Segment or loop comes too often",
    snip=2,
    severity="reject",
    sources=("X12-837P",),
    claim_status=("A7:684",),
    gives_way=True,
    needs="faults",
)

_KINDS = (
    Kind.TOO_MANY_SEGMENTS,
    Kind.TOO_MANY_LOOPS,
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
    what = "loop" if fault.kind is Kind.TOO_MANY_LOOPS else "segment"
    return f"This {what} {fault.segment.id} is one too many in loop {fault.loop}: {fault.expected}."
