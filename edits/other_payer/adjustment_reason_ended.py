"""An adjustment of another payer has a reason code that had ended when it adjudicated.

What is wrong
    A reason in CAS (CAS02, CAS05, CAS08 and so on) is a claim adjustment reason code whose last day is before
    the other payer's adjudication date (DTP*573 in loop 2430 or 2330B).

Why it is refused
    Payers may use an ended code only to reverse what they adjudicated before. The next payer may reject the
    claim, or cannot tell what is left to the patient.

How to correct it
    Compare group and reason with the other payer's remittance advice (835 CAS or EOB). If the reason was
    entered by hand or by a crosswalk of the practice management system, enter the code of the remittance.
    If the payer really sent it, the claim is right as it is.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from scrubber.claim import Adjustment, Claim, OtherPayer, ServiceLine
from scrubber.claim.other_payers import decisions, key_of, payer_keys
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="COB-07",
    title="Adjustment reason code had ended",
    snip=5,
    severity="warn",
    to_do="Check CAS against the other payer's remittance advice, and enter the reason code that is on it.",
    sources=("S-ADJ24",),
    denials=("CO-16", "MA04"),
    claim_status=("A7:672",),
    needs=("other payers",),
)

_ADJUDICATED = "573"


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    keys = payer_keys(claim)
    by_line = [(line, decisions(line)) for line in claim.lines]
    for other in claim.other_payers:
        key = key_of(other.payer.id)
        if keys.count(key) > 1:
            continue  # it cannot be told whose line adjudications these are
        of_payer = _day(other)
        days = [of_payer] if of_payer else []
        for line, by_payer in by_line:
            for entry in by_payer.get(key, ()):
                day = entry.date.start if entry.date else of_payer
                if day:
                    days.append(day)
                    yield from _ended(entry.adjustments, day, line, context)
        if days:
            # The lines may have been adjudicated on several days; the claim not before the first.
            yield from _ended(other.adjustments, min(days), None, context)


def _day(other: OtherPayer) -> date | None:
    """Return the day on which a payer adjudicated, if it is reported for the whole claim."""
    return next((period.start for period in other.payer.dates if period.qualifier == _ADJUDICATED), None)


def _ended(
    adjustments: Iterable[Adjustment], day: date, line: ServiceLine | None, context: Context
) -> Iterator[CheckResult]:
    prefix = f"Line {line.index}: adjustment" if line else "Adjustment"
    for adjustment in adjustments:
        reason = adjustment.reason
        for ended in context.tables.ended_reason(reason, day).elsewhen if reason else ():
            message = (
                f"{prefix} reason {reason} ({reason.name}) ended on {ended.last}, "
                f"before the adjudication ({day})."
            )
            yield Hit(at=reason, message=message, line=line)
