"""An injection is billed with a visit in a hospital, a nursing facility or a home.

What is wrong
    The claim bills the injection 96372 and a visit outside the office (hospital, emergency, nursing
    facility, home) for the same day and provider. With some of these visits nothing sets the two apart; with
    others (99231-99233, 99307-99310, newborn care 99460-99465) nothing can.

Why it is refused
    The correct coding edits of Medicare and Medicaid take the injection for a part of such a visit. Where a
    modifier is allowed, it belongs on the visit: 25 says that the visit was significant and separate.

How to correct it
    In a facility its own staff gives the injection: take 96372 off. At home, if the visit stood on its own,
    a person who may decide that adds modifier 25 to the visit. Where no modifier is allowed, only one of the
    two is paid. Nothing is repaired here.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Parameter

from ..shared.ncci import STATED_SINCE, Bypass, bundled

edit = Edit(
    id="EM-04",
    title="Visit in a facility or a home with an injection",
    snip=7,
    severity="warn",
    sources=("S-NCCI24Q3",),
    denials=("CO-236", "CO-97", "M2", "M97"),
    claim_status=("A8:454",),
    needs=("injection", "facility_visit"),
    parameters={
        "procedure": Parameter(("96372",), "the injection, which is not paid beside the visit"),
        "never": Parameter(
            ("99231-99233", "99307-99310", "99460-99463", "99465"), "visits with which no modifier helps"
        ),
        "unless": Parameter(
            (
                "99221-99223", "99234-99236", "99238-99239", "99281-99285", "99291", "99304-99306",
                "99315-99316", "99341-99342", "99344-99345", "99347-99350", "99466", "99468-99469",
                "99471-99472", "99475-99480",
            ),
            "visits that a modifier sets apart",
        ),
        "visit_bypass": Parameter(
            ("24", "25", "27", "57", "58", "59", "78", "79", "91", "XE", "XP", "XS", "XU"),
            "modifiers of the visit that set it apart",
        ),
        "bypass": Parameter(("59", "XE", "XP", "XS", "XU"), "modifiers of the injection that do"),
        "program": Parameter("medicare", "whose imported NCCI pairs are asked"),
    },
)  # fmt: skip


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    shots = context["procedure"]
    yield from bundled(claim, context, context.code_set("never"), shots, since=STATED_SINCE)
    bypass = Bypass(on_either=context["bypass"], on_column_one=context["visit_bypass"])
    visits = context.code_set("unless")
    yield from bundled(claim, context, visits, shots, bypass=bypass, since=STATED_SINCE)
