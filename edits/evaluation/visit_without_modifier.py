"""An office visit is billed with an injection or infusion without modifier 25.

What is wrong
    The claim bills an office visit (99202-99205, 99212-99215), advance care planning (99497), cognitive
    assessment (99483) or a clinic visit (G0463) and an injection or infusion (96372, 96374, 96365, 96413 …)
    for the same day and provider, and the visit has no NCCI-associated modifier. With 96372 the same holds
    for prolonged service (99358, 99359) and disability examinations (99455, 99456).

Why it is refused
    The NCCI PTP edits of Medicare and Medicaid bundle the visit into the injection unless modifier 25
    (or, more rarely, another NCCI-associated modifier) states that it was significant and separately
    identifiable. Without it the visit is denied as included.

How to correct it
    Check the note of that day. If it supports a separate visit, the provider or a coder may append
    modifier 25 to the visit; if the patient came for the injection only, remove the visit from the claim.
    Modifier 25 is a statement about what was done: append it only where the note supports it.
"""

from collections.abc import Iterator
from itertools import chain

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked
from scrubber.tables.lookups import PROGRAMS

from ..shared.ncci import IN_FORCE, Bypass, not_paid_together

edit = Edit(
    id="EM-02",
    title="Office visit with an injection or infusion, without modifier 25",
    snip=7,
    severity="warn",
    to_do="Append modifier 25 to the visit if the note supports a separate E/M; otherwise remove the visit.",
    sources=("CMS-100-04-12-30.6.7", "S-NCCI24Q3", "S-CMS2005EM"),
    denials=("CO-97", "M15", "CO-236", "CO-4"),
    claim_status=("A8:453",),
    variants=IN_FORCE,
    needs=("administration", "visit"),
    needs_codes=(("visits", "with_injection"),),
    parameters={
        "visits": Parameter(
            ("99202-99205", "99212-99215", "99483", "99497", "G0463"), "visits that need a modifier"
        ),
        "with_injection": Parameter(
            ("99358-99359", "99455-99456"), "services that need a modifier with 96372 only"
        ),
        "procedure": Parameter(
            (
                "96360", "96365", "96369", "96372-96374", "96377", "96401-96402", "96409", "96413", "96416",
            ),
            "injections and infusions",
        ),
        "bypass": Parameter(
            ("24", "25", "27", "57", "58", "59", "78", "79", "91", "XE", "XP", "XS", "XU"),
            "NCCI-associated modifiers on the visit",
        ),
        "injection_bypass": Parameter(
            ("59", "XE", "XP", "XS", "XU"), "NCCI-associated modifiers on the injection"
        ),
        "program": Parameter("medicare", "program whose imported NCCI PTP edits apply", PROGRAMS),
    },
)  # fmt: skip


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    bypass = Bypass(on_either=context["injection_bypass"], on_column_two=context["bypass"])
    visits, givers = context.code_set("visits"), context.code_set("procedure")
    injections, others = context.codes["injection"], context.code_set("with_injection")
    for found in chain(
        not_paid_together(claim, context, givers, visits, bypass=bypass),
        not_paid_together(claim, context, injections, others, bypass=bypass),
    ):
        if isinstance(found, Unchecked):
            yield found
        elif found.variant or not found.one.has_modifier("25"):  # on the wrong line: EM-03
            message = (
                f"Line {found.two.index}: visit {found.two.procedure} without modifier 25 is bundled into "
                f"the injection or infusion {found.one.procedure} (line {found.one.index}, same day)."
            )
            yield Hit(at=found.two.procedure, message=message, line=found.two, variant=found.variant)
