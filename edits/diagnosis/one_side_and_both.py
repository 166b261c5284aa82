"""A condition is reported for one side and for both sides.

What is wrong
    The claim has the code of a condition for the right or left side and the code of the same condition for
    both sides, such as H60.331 and H60.333.

Why it is refused
    The bilateral code already includes each side, so one of the two contradicts the other. Excellus and
    EmblemHealth, among others, deny lines with both.

How to correct it
    Check the chart. Keep the bilateral code if both sides have the condition; otherwise keep the code of the
    one side. Update the pointers of the lines.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit

from ..shared.diagnoses import pairs_of_codes

edit = Edit(
    id="DX-27",
    title="Condition reported for one side and as bilateral",
    snip=7,
    severity="warn",
    to_do="Remove the one-sided or the bilateral code from HI, whichever the chart does not support.",
    about="diagnoses",
    sources=("S-ICD10GUIDE", "S-EXCELLUS-LATERALITY"),
    denials=("CO-16", "CO-11", "M64"),
    claim_status=("A7:255",),
    needs=("shared category",),
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    day = claim.first_service
    if day is None or claim.is_void:
        return
    for (one, first), (two, second) in pairs_of_codes(claim):
        if first[:3] != second[:3]:
            continue  # codes of one condition are in one category
        one_rule = context.tables.diagnosis_rule(first, day).value
        two_rule = context.tables.diagnosis_rule(second, day).value
        if one_rule is None or two_rule is None or one_rule.family != two_rule.family:
            continue
        if {one_rule.side, two_rule.side} in ({"R", "B"}, {"L", "B"}):
            message = (
                f"Diagnoses {one.position} and {two.position} ({first}, {second}) report one condition "
                "for one side and for both sides."
            )
            yield Hit(at=two.code, message=message)
