"""A decision on a line belongs to none of the claim's other payers.

What is wrong
    The payer id of a decision on a line (2430 SVD01) is not that of any other payer of the claim (2330B
    NM109).

Why it is refused
    The two ids are the only link between a payer and what it decided. The guide demands that they are the
    same; otherwise the amounts belong to nobody, and the claim is rejected.

How to correct it
    Use one payer id in both places: usually the one of the plan's record differs from that on the remittance
    advice. If the payer is missing, add it with its subscriber (loop 2320).
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.claim.other_payers import key_of, payer_keys
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="BILL-20",
    title="Decision of a payer that the claim does not name",
    snip=4,
    severity="reject",
    sources=("X12-837P",),
    denials=("CO-16", "MA04"),
    claim_status=("A7:672",),
    needs=("adjudications",),
)


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    known = set(payer_keys(claim))
    if "" in known:
        return  # which payer has no id is the guide's affair
    for line in claim.lines:
        for decided in line.adjudications:
            key = key_of(decided.payer_id)
            if key and key not in known:
                known.add(key)  # say it once
                message = "The payer of this decision is none of the other payers of the claim."
                yield Hit(at=decided.payer_id, message=message, line=line)
