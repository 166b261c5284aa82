"""A vaccine is billed with the injection 96372 instead of a vaccination.

What is wrong
    The claim bills a vaccine and the injection 96372, no other drug that was injected that day, and no
    vaccination (90460-90474, 90480, G0008-G0010).

Why it is refused
    96372 is for drugs, not for vaccines. Giving a vaccine has codes of its own, which payers look for
    beside the vaccine.

How to correct it
    Bill the vaccination that fits the patient's age, the route and the payer instead of 96372: Medicare
    wants G0008, G0009 or G0010 for influenza, pneumococcus and hepatitis B. A billed procedure is never
    changed here.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.claim.pairing import injections_instead
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="ADM-05",
    title="Vaccine with an injection instead of a vaccination",
    snip=7,
    severity="warn",
    about="drug",
    sources=("S-CODINGAHEAD96372",),
    denials=("CO-16", "N56"),
    claim_status=("A8:454",),
    needs=("injection", "vaccine"),
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for line, vaccine in injections_instead(claim, context.codes, "vaccine", "vaccine_administration"):
        message = (
            f"Line {line.index} bills {line.procedure} for the vaccine {vaccine.procedure} "
            f"(line {vaccine.index})."
        )
        yield Hit(at=line.procedure, message=message, line=line)
