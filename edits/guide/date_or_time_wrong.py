"""A date or time does not exist.

What is wrong
    A date is not CCYYMMDD or there is no such day, a span is not two such dates, or a time is not HHMM.

Why it is refused
    A receiver that checks the guide (999) rejects the transaction.

How to correct it
    Correct the date or the time.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.edit import Context, Edit, Outcome
from scrubber.edit.guide import faults_of, found, place_of
from scrubber.guide.fault import Fault, Kind
from scrubber.survey import Envelope

edit = Edit(
    id="GUIDE-09",
    title="Date or time that does not exist",
    snip=1,
    severity="reject",
    sources=("X12-837P",),
    claim_status=("A7:187",),
    gives_way=True,
    needs="faults",
)

_KINDS = (
    Kind.BAD_DATE,
    Kind.BAD_TIME,
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
    return f"{place_of(fault).name} is not {fault.expected}."
