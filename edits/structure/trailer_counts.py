"""A count or control number in a trailer does not match.

What is wrong
    The number of segments, transaction sets or functional groups that a trailer reports (SE01, GE01, IEA01)
    is not the actual number, or its control number (SE02, GE02, IEA02) is not the one in its header. SE02
    must be the same text as ST02, and IEA02 the same nine digits as ISA13.

Why it is refused
    These counts exist to detect losses in transmission. A receiver that finds them wrong must assume that
    claims are missing and rejects the whole transaction set, functional group or interchange (999, TA1).

How to correct it
    Regenerate the file. If you know that nothing was lost (a program counted wrong), ask for the recount by
    name: `scrubber scrub --fix safe,STR-01`. Otherwise everything in the envelope is held. If the numbers are
    the same but for leading zeros or spaces, nothing is lost: a safe fix writes them as they must be.
"""

from collections.abc import Iterator

from scrubber.claim import Field
from scrubber.engine import CheckResult, Context, Edit, Hit, safe, unsafe
from scrubber.envelopes.scan import CONTROL_NUMBER, MOST_DIGITS, Envelope, is_same_number

edit = Edit(
    id="STR-01",
    title="Segment/transaction count or control number mismatch",
    snip=1,
    severity="reject",
    to_do="Regenerate the file from the practice management system, so that SE, GE and IEA are correct.",
    variants={"zeros": "warn"},
    sources=("X12-837P", "X12-5"),
    claim_status=("A7:684",),
)

_COUNTED = {"interchange": "functional groups", "group": "transaction sets", "transaction": "segments"}


@edit.envelope
def check(envelope: Envelope, _context: Context) -> Iterator[CheckResult]:
    header, trailer = envelope.header, envelope.trailer
    if header is None or trailer is None:
        return
    declared = Field.of(trailer, 1)
    if envelope.is_empty and envelope.declared:
        pass  # STR-20 reports it: nothing is there to be counted
    elif not is_same_number(declared, str(envelope.count)):
        counted = f"the number of {_COUNTED[envelope.kind]} is {envelope.count}"
        message = f"Count mismatch: {declared.name} is {declared or 'missing'}, but {counted}."
        yield Hit(at=declared, message=message, fix=unsafe((declared, str(envelope.count))))
    elif not envelope.count_agrees:
        form = f"at most {MOST_DIGITS[envelope.kind]} digits, without spaces"
        message = f"{declared.name} is {declared}, which is not a number of {form}."
        to_do = f"Enter {envelope.count} in {declared.name}: {form}."
        yield Hit(at=declared, message=message, to_do=to_do, fix=safe((declared, str(envelope.count))))
    opening, closing = Field.of(header, CONTROL_NUMBER[envelope.kind]), Field.of(trailer, 2)
    if opening == closing:
        return
    if is_same_number(opening, closing):
        yield Hit(
            at=closing,
            message=f"{closing.name} is {closing}, but {opening.name} is {opening}: they must be the same.",
            to_do=f"Enter {opening} in {closing.name}, the same as in {opening.name}.",
            fix=safe((closing, str(opening))),
            variant="zeros" if envelope.control_numbers_agree else "",
        )
    else:
        message = f"Control number mismatch: {closing.name} is not the same as {opening.name}."
        yield Hit(at=closing, message=message, fix=unsafe((closing, str(opening))))
