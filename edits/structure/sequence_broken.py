"""HL loops or service lines are not numbered in sequence.

What is wrong
    Hierarchical levels (HL loops) must be numbered 1, 2, 3 … within a transaction set (HL01) and refer to
    their parent level (HL02); service lines must be numbered 1, 2, 3 … within a claim (LX01).

Why it is refused
    A gap may mean that part of the file was lost, and a wrong parent puts a patient under another subscriber.
    Receivers reject a transaction set whose HL numbers do not match, and a claim whose line numbers do not.

How to correct it
    Regenerate the transaction set from the practice management system. The scrubber renumbers only after
    removing claims itself: a wrong HL loop holds the transaction set, a wrong line number holds its claim.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, Field
from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.envelopes.scan import Envelope
from scrubber.x12.segment import is_count

edit = Edit(
    id="STR-02",
    title="HL loops or service lines not numbered in sequence",
    snip=1,
    severity="reject",
    to_do="Regenerate the file from the practice management system, with correct HL01, HL02 and HL03.",
    sources=("X12-837P",),
    claim_status=("A7:684",),
    needs=("misnumbered lines",),
)

_ROLE = {1: "number", 2: "parent", 3: "level code"}


@edit.envelope
def check_hl_loops(envelope: Envelope, _context: Context) -> Iterator[CheckResult]:
    if not envelope.is_examined:
        return
    for fault in envelope.hierarchy:
        at = Field.of(fault.segment, fault.element)
        what = f"{at.name}, the {_ROLE[fault.element]} of this HL loop (hierarchical level),"
        message = f"{what} is {fault.found or 'missing'}; expected {fault.expected}."
        yield Hit(at=at, message=message)


@edit.lines
def check_lines(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    expected = 1
    for line in claim.lines:
        number = line.number
        if number == str(expected):
            expected += 1
            continue
        # After a wrong number, counting on from it and returning to the right count are both accepted, so
        # that one mistake is one hit. GUIDE-01 reports a line without an LX.
        if number.segment and number != str(line.index):
            yield Hit(
                at=number,
                message=f"Line {line.index}: LX01 is {number or 'missing'}; expected {expected}.",
                line=line,
                to_do="Regenerate the claim with its service lines numbered 1, 2, 3 and so on in LX01.",
            )
        expected = (int(number) if is_count(number) else expected) + 1
