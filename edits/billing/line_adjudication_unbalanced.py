"""Another payer's paid and adjusted amounts on a line do not add up to the line charge.

What is wrong
    For another payer, the amount paid on a service line (2430 SVD02) plus its adjustments (2430 CAS) does not
    equal the line charge (SV102).

Why it is refused
    The implementation guide (TR3) requires them to balance for every payer and line. The next payer cannot
    tell what is left to pay, and rejects the claim.

How to correct it
    Compare the line with the other payer's remittance advice: each reason with its amount is an adjustment,
    including the patient's share (deductible, coinsurance). If the payer paid one line as several, report all
    of them under the line; they balance together.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.claim.other_payers import decisions, explained, is_balanced, payer_keys
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked

edit = Edit(
    id="BILL-17",
    title="Other payer's line adjudication does not balance",
    snip=3,
    severity="reject",
    to_do="Correct SVD02 and CAS in loop 2430 so that paid plus adjusted equals the line charge (SV102).",
    sources=("X12-837P", "S-X12-RFI1555"),
    denials=("CO-16", "MA04"),
    claim_status=("A7:672", "A8:400"),
    needs=("adjudications",),
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    for key, adjudications in decisions(line).items():
        if is_balanced(line, adjudications) is not False:
            continue  # it balances, or another edit reports an amount that is missing or not a number
        if payer_keys(context.claim).count(key) > 1:
            yield Unchecked("several other payers have the same ID, so it is unclear who adjudicated what")
        else:
            message = (
                f"Line {line.index}: another payer's paid and adjusted amounts add up to "
                f"{explained(adjudications)}, not to the line charge of {line.charge}."
            )
            yield Hit(at=adjudications[0].paid, message=message, line=line)
