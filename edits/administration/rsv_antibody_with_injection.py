"""The RSV antibody for infants is billed with the injection 96372.

What is wrong
    The only drug that the injection 96372 can belong to is an antibody against RSV (90380, 90381, 90382).

Why it is refused
    Giving these antibodies has codes of its own since they came: 96380 with counselling, 96381 without.
    Payers that follow the code book deny 96372 for them.

How to correct it
    Bill 96380 or 96381, as the record shows, where the payer takes them. The older antibody 90378 stays with
    96372. A billed procedure is never changed here.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import Claim
from scrubber.claim.pairing import may_be_drug_of, same_day
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="ADM-16",
    title="RSV antibody with a plain injection",
    snip=7,
    severity="warn",
    about="drug",
    denials=("CO-16", "N56"),
    needs=("injection", "rsv_antibody"),
    parameters={"since": Parameter(date(2024, 1, 1), "first day of service")},
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    codes = context.codes
    for line in claim.lines:
        day = line.service.start if line.service else None
        if not codes.is_in("injection", line.hcpcs) or day is None or day < context["since"]:
            continue
        could_be = [other for other in claim.lines if may_be_drug_of(line, other, codes)]
        if not could_be or not all(codes.is_in("rsv_antibody", drug.hcpcs) for drug in could_be):
            continue
        if not any(
            codes.is_in("rsv_antibody_administration", other.hcpcs) and same_day(line, other) is not False
            for other in claim.lines
        ):
            drug = could_be[0]
            message = (
                f"Line {line.index} bills {line.procedure} for the RSV antibody {drug.procedure} "
                f"(line {drug.index})."
            )
            yield Hit(at=line.procedure, message=message, line=line)
