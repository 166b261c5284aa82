"""A vaccine is billed with the injection 96372 instead of a vaccine administration.

What is wrong
    The claim bills a vaccine and the injection 96372, but no other drug that was injected that day and no
    vaccine administration (90460-90474, 90480, G0008-G0010).

Why it is refused
    96372 is for drugs, not for vaccines. Giving a vaccine has its own codes, which payers expect with the
    vaccine.

How to correct it
    Instead of 96372, bill the vaccine administration that fits the patient's age, the route and the
    payer: Medicare requires G0008, G0009 or G0010 for influenza, pneumococcal and hepatitis B vaccines.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.claim.pairing import injections_instead
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="ADM-05",
    title="Vaccine with 96372 instead of vaccine administration",
    snip=7,
    severity="warn",
    to_do=(
        "Replace 96372 with the vaccine administration code for the payer, age and route (90460-90474, "
        "90480, G0008-G0010)."
    ),
    about="drug",
    sources=("S-CODINGAHEAD96372",),
    denials=("CO-16", "N56"),
    claim_status=("A8:454",),
    needs=("injection", "vaccine"),
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for line, vaccine in injections_instead(claim, context.codes, "vaccine", "vaccine_administration"):
        message = (
            f"Line {line.index}: {line.procedure} is billed for the vaccine {vaccine.procedure} "
            f"(line {vaccine.index}) instead of a vaccine administration."
        )
        yield Hit(at=line.procedure, message=message, line=line)
