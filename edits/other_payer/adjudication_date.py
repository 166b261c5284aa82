"""The date when another payer adjudicated the claim is missing, reported twice or impossible.

What is wrong
    Another payer adjudicated the claim (it paid or adjusted it), and the day (DTP*573) is reported
    neither with the payer (2330B) nor with its line adjudications (2430); or it is reported at both
    levels; or it is in the future or before the service.

Why it is refused
    The implementation guide (TR3) wants the adjudication date at one level: at the claim level where the
    payer adjudicated the claim as a whole, else at the line level. The next payer's own time limits run
    from that day.

How to correct it
    Enter the date of the other payer's remittance advice in 2330B DTP*573; if the lines have it (2430),
    remove it from 2330B.
"""

from collections.abc import Iterator, Sequence

from scrubber.claim import Adjudication, Claim, OtherPayer, Period, ServiceLine
from scrubber.claim.other_payers import decisions, key_of, paid_by, payer_keys
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="COB-01",
    title="Other payer's adjudication date missing, twice or impossible",
    snip=4,
    severity="reject",
    to_do="Enter the date of the other payer's remittance advice in DTP*573, at one level (2330B or 2430).",
    sources=("X12-837P", "S-STEDI-573", "S-STEDI-573-BOTH"),
    denials=("CO-16", "MA04"),
    claim_status=("A7:672", "A7:510"),
    needs=("other payers",),
)

_ADJUDICATED = "573"
Adjudicated = Sequence[tuple[ServiceLine, Adjudication]]


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    keys = payer_keys(claim)
    if any(key not in keys for line in claim.lines for key in decisions(line)):
        return  # another edit reports an adjudication by an unknown payer
    by_line = [(line, decisions(line)) for line in claim.lines]
    for other in claim.other_payers:
        key = key_of(other.payer.id)
        if keys.count(key) > 1:
            continue  # it cannot be told whose line adjudications these are
        of_lines = [(line, entry) for line, by_payer in by_line for entry in by_payer.get(key, ())]
        of_claim = next((period for period in other.payer.dates if period.qualifier == _ADJUDICATED), None)
        yield from _check_payer(claim, other, of_claim, of_lines, context)


def _check_payer(
    claim: Claim, other: OtherPayer, of_claim: Period | None, of_lines: Adjudicated, context: Context
) -> Iterator[CheckResult]:
    dated = [(line, entry.date) for line, entry in of_lines if entry.date]
    if of_claim and dated:
        message = (
            "Other payer's adjudication date (DTP*573) is reported both with the payer and with its lines."
        )
        to_do = "Remove DTP*573 from loop 2330B, since loop 2430 has it."
        yield Hit(at=of_claim.value, message=message, to_do=to_do)
    elif of_claim is None and not of_lines and (other.adjustments or paid_by(other)):
        message = (
            "Other payer paid or adjusted the claim, but its adjudication date (2330B DTP*573) is missing."
        )
        to_do = "Add DTP*573 with the date of the other payer's remittance advice to loop 2330B."
        at = other.payer.entity.segment or other.subscriber.responsibility.segment
        yield Hit(at=at, message=message, element="DTP03", loop="2330B", to_do=to_do)
    elif of_claim:
        yield from _impossible(of_claim, None, claim, context)
    for line, period in dated:
        yield from _impossible(period, line, claim, context)


def _impossible(
    period: Period, line: ServiceLine | None, claim: Claim, context: Context
) -> Iterator[CheckResult]:
    day, prefix = period.start, f"Line {line.index}: other" if line else "Other"
    if day is None:
        return
    service = line.service.start if line and line.service else claim.first_service
    fault = ""
    if day > context.as_of:
        fault = f"is in the future (today is {context.as_of})"
    elif service and day < service:
        fault = f"is before the service ({service})"
    if fault:
        message = f"{prefix} payer's adjudication date {day} (DTP*573) {fault}."
        yield Hit(at=period.value, message=message, line=line)
