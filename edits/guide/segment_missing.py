"""A segment that the guide requires is missing.

What is wrong
    The implementation guide demands a segment at this place, and it is not there.

Why it is refused
    A receiver that checks the guide (999) rejects the transaction: it lacks something that every claim of
    this kind must say, such as a date of service, a diagnosis or an address.

How to correct it
    Look in the practice-management system for the field behind the segment; usually it was left empty. A
    claim whose service lines are missing has lost them on the way; export it again.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.edit import Context, Edit, Outcome
from scrubber.edit.guide import faults_of, found
from scrubber.guide.fault import Fault, Kind
from scrubber.survey import Envelope

edit = Edit(
    id="GUIDE-01",
    title="Required segment is missing",
    snip=2,
    severity="reject",
    sources=("X12-837P",),
    claim_status=("A7:684",),
    gives_way=True,
    needs="faults",
)

_KINDS = (Kind.MISSING_SEGMENT,)


@edit.claim
def check_claim(claim: Claim, context: Context) -> Iterator[Outcome]:
    for fault in faults_of(context.faults, *_KINDS):
        yield found(fault, _message(fault), claim)


@edit.envelope
def check_header(envelope: Envelope, _context: Context) -> Iterator[Outcome]:
    for fault in faults_of(envelope.faults, *_KINDS):
        yield found(fault, _message(fault))


def _message(fault: Fault) -> str:
    which = f" ({fault.expected})" if fault.expected else ""
    return f"The segment {fault.missing}{which} of loop {fault.loop} is missing."
