"""An injection is billed with a hospital, nursing facility or home visit.

What is wrong
    The claim bills the injection 96372 and a visit outside the office (hospital, emergency, nursing
    facility, home) for the same day and provider. For some of these visits no NCCI-associated modifier is
    reported; for others (99231-99233, 99307-99310, newborn care 99460-99465) none is allowed.

Why it is refused
    The NCCI PTP edits of Medicare and Medicaid bundle the injection into such a visit. Where a modifier
    is allowed, it belongs on the visit: 25 states that the visit was significant and separately
    identifiable.

How to correct it
    In a facility, its own staff gives the injection: remove 96372. At home, if the visit was separate,
    the provider or a coder may append modifier 25 to the visit. Where no modifier is allowed, only one of
    the two is paid.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Parameter
from scrubber.tables.lookups import PROGRAMS

from ..shared.ncci import IN_FORCE, STATED_SINCE, Bypass, bundled

edit = Edit(
    id="EM-04",
    title="Facility or home visit with an injection",
    snip=7,
    severity="warn",
    to_do=(
        "Remove 96372 if facility staff gave it; at home, append 25 to the visit if the note supports a "
        "separate E/M."
    ),
    sources=("S-NCCI24Q3",),
    denials=("CO-236", "CO-97", "M2", "M97"),
    claim_status=("A8:454",),
    variants=IN_FORCE,
    needs=("injection", "facility_visit"),
    needs_codes=(("never", "unless"), "procedure"),
    parameters={
        "procedure": Parameter(("96372",), "the injection, which is bundled into the visit"),
        "never": Parameter(
            ("99231-99233", "99307-99310", "99460-99463", "99465"), "visits with modifier indicator 0"
        ),
        "unless": Parameter(
            (
                "99221-99223", "99234-99236", "99238-99239", "99281-99285", "99291", "99304-99306",
                "99315-99316", "99341-99342", "99344-99345", "99347-99350", "99466", "99468-99469",
                "99471-99472", "99475-99480",
            ),
            "visits with modifier indicator 1",
        ),
        "visit_bypass": Parameter(
            ("24", "25", "27", "57", "58", "59", "78", "79", "91", "XE", "XP", "XS", "XU"),
            "NCCI-associated modifiers on the visit",
        ),
        "bypass": Parameter(("59", "XE", "XP", "XS", "XU"), "NCCI-associated modifiers on the injection"),
        "program": Parameter("medicare", "program whose imported NCCI PTP edits apply", PROGRAMS),
    },
)  # fmt: skip


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    injections = context["procedure"]
    never, to_do = context.code_set("never"), "Remove 96372: no modifier allows payment with this visit."
    yield from bundled(claim, context, never, injections, since=STATED_SINCE, to_do=to_do)
    bypass = Bypass(on_either=context["bypass"], on_column_one=context["visit_bypass"])
    visits = context.code_set("unless")
    yield from bundled(claim, context, visits, injections, bypass=bypass, since=STATED_SINCE)
