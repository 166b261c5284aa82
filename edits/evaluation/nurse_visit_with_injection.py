"""99211 is billed with an injection or infusion.

What is wrong
    The claim bills the visit 99211 and an injection or infusion (96372, 96374, 96365, 96413 …) for the same
    day and provider.

Why it is refused
    What 99211 pays for is part of giving the injection. Medicare's manual tells its contractors not to pay
    the two together, and the NCCI PTP edits of Medicare and Medicaid have modifier indicator 0: no modifier
    changes that, not even 25, and most other payers do likewise.

How to correct it
    If the visit was only for the injection or infusion, remove 99211 from the claim. If a physician saw
    the patient for another problem, the chart may support another visit code with modifier 25.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked
from scrubber.tables.lookups import PROGRAMS

from ..shared.ncci import IN_FORCE, not_paid_together

edit = Edit(
    id="EM-01",
    title="99211 with an injection or infusion",
    snip=7,
    severity="warn",
    to_do=(
        "Remove 99211; if a physician saw the patient for another problem, bill the visit code the chart "
        "supports with 25."
    ),
    sources=("CMS-100-04-12-30.6.7", "S-NCCI24Q3", "S-CMS2005EM"),
    denials=("CO-97", "M15", "CO-236"),
    claim_status=("A8:732",),
    variants=IN_FORCE,
    needs=("administration", "visit"),
    needs_codes=("visit", "procedure"),
    parameters={
        "visit": Parameter(("99211",), "the visit that is never paid with an injection or infusion"),
        "procedure": Parameter(
            (
                "96360", "96365", "96369", "96372-96374", "96377", "96401-96402", "96409", "96413", "96416",
            ),
            "injections and infusions",
        ),
        "program": Parameter("medicare", "program whose imported NCCI PTP edits apply", PROGRAMS),
    },
)  # fmt: skip


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for found in not_paid_together(claim, context, context.code_set("procedure"), context["visit"]):
        if isinstance(found, Unchecked):
            yield found
        else:
            message = (
                f"Line {found.two.index}: {found.two.procedure} is bundled into the injection or infusion "
                f"{found.one.procedure} (line {found.one.index}, same day), and no modifier can unbundle it."
            )
            yield Hit(at=found.two.procedure, message=message, line=found.two, variant=found.variant)
