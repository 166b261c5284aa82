"""An adjustment of another payer has a reason that is not a claim adjustment reason code.

What is wrong
    A reason in CAS (CAS02, CAS05, CAS08 and so on) is not a CARC: one to three digits without leading
    zeros, or one of the letters A, B, D, P, W, Y with up to three digits. Often it is a remark code
    (N130, MA04), or the group code was entered with the reason (CO45).

Why it is refused
    The next payer reads from the reasons what the first one left to the patient and why. It rejects a
    claim with a reason that it does not know.

How to correct it
    Copy group and reason from the other payer's remittance advice (835 CAS or EOB): the group code (CO,
    PR, OA, PI) in CAS01, the reason alone in CAS02. Remark codes go in MOA.
"""

import re
from collections.abc import Iterator

from scrubber.claim import Adjustment, Claim, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="COB-02",
    title="Adjustment reason is not a claim adjustment reason code",
    snip=5,
    severity="reject",
    to_do="Enter the claim adjustment reason code (CARC) of the other payer's remittance advice in CAS02.",
    variants={"unlisted": "warn"},
    sources=("X12-837P", "S-ADJ24"),
    denials=("CO-16", "MA04"),
    claim_status=("A7:672",),
    needs=("other payers",),
    parameters={"highest": Parameter(330, "number above which no claim adjustment reason code is known")},
)

_REASON = re.compile(r"[1-9][0-9]{0,2}|[ABDPWY][0-9]{1,3}", re.ASCII)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for other in claim.other_payers:
        for adjustment in other.adjustments:
            yield from _malformed(adjustment, None, context)
    for line in claim.lines:
        for adjudication in line.adjudications:
            for adjustment in adjudication.adjustments:
                yield from _malformed(adjustment, line, context)


def _malformed(adjustment: Adjustment, line: ServiceLine | None, context: Context) -> Iterator[CheckResult]:
    reason = adjustment.reason
    if not reason:
        return
    prefix = f"Line {line.index}: adjustment" if line else "Adjustment"
    to_do = f"Enter the claim adjustment reason code (CARC) of the remittance advice in {reason.name}."
    if not _REASON.fullmatch(reason):
        message = f"{prefix} reason {reason} ({reason.name}) is not a claim adjustment reason code."
        yield Hit(at=reason, message=message, line=line, to_do=to_do)
    elif reason.isdigit() and int(reason) > context["highest"]:
        message = f"{prefix} reason {reason} ({reason.name}) is higher than any known one."
        yield Hit(at=reason, message=message, line=line, variant="unlisted", to_do=to_do)
