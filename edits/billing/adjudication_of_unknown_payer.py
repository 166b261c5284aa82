"""A line adjudication is from a payer that is not on the claim.

What is wrong
    The payer ID of a line adjudication (2430 SVD01) is not the ID of any other payer on the claim (2330B
    NM109).

Why it is refused
    The two IDs are the only link between a payer and its adjudication. The implementation guide (TR3)
    requires them to match; otherwise the amounts cannot be assigned to a payer, and the claim is rejected.

How to correct it
    Use one payer ID in both places: usually the ID in the insurance plan record differs from the one on the
    remittance advice. If the payer is missing, add it with its subscriber (loop 2320).
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.claim.other_payers import key_of, payer_keys
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="BILL-20",
    title="Line adjudication by a payer not on the claim",
    snip=4,
    severity="reject",
    to_do="Use the same payer ID in 2430 SVD01 and 2330B NM109, or add the missing payer in loop 2320.",
    sources=("X12-837P",),
    denials=("CO-16", "MA04"),
    claim_status=("A7:672",),
    needs=("adjudications",),
)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    known = set(payer_keys(claim))
    if "" in known:
        return  # the TR3 edits report a payer without an ID
    for line in claim.lines:
        for adjudication in line.adjudications:
            key = key_of(adjudication.payer_id)
            if key and key not in known:
                known.add(key)  # report each payer once
                message = f"Line {line.index}: adjudication (SVD01) is from a payer not on the claim (2330B)."
                yield Hit(at=adjudication.payer_id, message=message, line=line)
