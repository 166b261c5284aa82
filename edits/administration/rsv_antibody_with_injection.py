"""The RSV antibody for infants is billed with the plain injection 96372 or a vaccine administration.

What is wrong
    The only drug that the injection 96372 can belong to is an RSV antibody (90380, 90381, 90382); or the
    claim has a vaccine administration and this antibody, but no vaccine on that day.

Why it is refused
    These antibodies have had their own administration codes since they came out: 96380 with counseling,
    96381 without. Payers that follow the code book deny 96372 and 90471 for them.

How to correct it
    Bill 96380 or 96381, as the chart shows, where the payer accepts them. The older antibody 90378 stays
    with 96372.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.near import index_of
from scrubber.claim.pairing import possible_drugs
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="ADM-16",
    title="RSV antibody with 96372 or a vaccine administration",
    snip=7,
    severity="warn",
    to_do="Replace the administration code with 96380 (counseling) or 96381 (none), as the chart shows.",
    about="drug",
    denials=("CO-16", "N56"),
    needs=("rsv_antibody",),
    parameters={"since": Parameter(date(2024, 1, 1), "first day of service")},
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    codes = context.codes
    for line in claim.lines:
        day = line.service.start if line.service else None
        if day is None or day < context["since"]:
            continue
        could_be = _may_be_given(claim, line, context)
        if not could_be or not all(drug.is_in("rsv_antibody", codes) for drug in could_be):
            continue
        if not index_of(claim, codes).in_set("rsv_antibody_administration").has_near(line):
            drug = could_be[0]
            message = (
                f"Line {line.index}: {line.procedure} does not match the RSV antibody {drug.procedure} "
                f"(line {drug.index}), which has its own administration codes."
            )
            yield Hit(at=line.procedure, message=message, line=line)


def _may_be_given(claim: Claim, line: ServiceLine, context: Context) -> tuple[ServiceLine, ...]:
    """Return what an injection or a vaccine administration may have given; nothing for other lines."""
    codes = context.codes
    if line.is_in("injection", codes) or line.is_in("vaccine_administration", codes):
        return possible_drugs(claim, line, codes)
    return ()
