"""Levels or service lines are not numbered in sequence.

What is wrong
    Hierarchical levels (HL01) must count 1, 2, 3 … within a transaction and name the level above them
    (HL02); service lines (LX01) must count 1, 2, 3 … within a claim.

Why it is refused
    A gap may mean that a part of the file was lost, and a wrong parent puts a patient under another
    subscriber. Receivers reject a transaction whose levels do not fit, and a claim whose lines do not.

How to correct it
    Have the transaction produced again by the practice-management system. The scrubber renumbers only what
    it has taken out itself: a wrong level holds the transaction, a wrong line number holds its claim.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, Field
from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.envelopes.scan import Envelope
from scrubber.x12.segment import is_count

edit = Edit(
    id="STR-02",
    title="Levels or service lines are not numbered in sequence",
    snip=1,
    severity="reject",
    sources=("X12-837P",),
    claim_status=("A7:684",),
)

_WHAT = {1: "number", 2: "parent", 3: "level"}


@edit.envelope
def check_levels(envelope: Envelope, _context: Context) -> Iterator[CheckResult]:
    if not envelope.is_examined:
        return
    for fault in envelope.hierarchy:
        at = Field.of(fault.segment, fault.element)
        what = _WHAT[fault.element]
        message = f"The {what} of this level is {fault.found or 'missing'}; expected {fault.expected}."
        yield Hit(at=at, message=message)


@edit.claim
def check_lines(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    expected = 1
    for line in claim.lines:
        number = line.number
        if number == str(expected):
            expected += 1
            continue
        # After a slip, both going on from it and going back to the right count are one fault.
        # A line without any LX is a fault of the guide (GUIDE-01).
        if number.segment and number != str(line.index):
            message = f"The service line is numbered {number or 'not at all'}; expected {expected}."
            yield Hit(at=number, message=message, line=line)
        expected = (int(number) if is_count(number) else expected) + 1
