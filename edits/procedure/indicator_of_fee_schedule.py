"""A modifier does not fit the procedure in Medicare's physician fee schedule.

What is wrong
    In the fee schedule the procedure has no professional or technical component, and the line has 26 or TC;
    or it is not bilateral, or bilateral as it is, and the line has 50; or no assistant, no second surgeon or
    no team is paid for it, and the line has 80-82 or AS, 62 or 66.

Why it is refused
    The indicators of the fee schedule decide which modifiers a procedure takes. Medicare, and others who
    follow it, deny a line with a modifier that the procedure does not take.

How to correct it
    Remove the modifier, or correct the procedure: a code of its own often describes the interpretation
    alone (93010), the recording alone (93005) or both sides. If the assistant or co-surgeon is not paid,
    the line belongs to the surgeon alone.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit
from scrubber.tables.rows import PaymentPolicy

from ..shared.days import day_of

edit = Edit(
    id="PROC-11",
    title="Modifier does not fit the procedure in the fee schedule",
    snip=7,
    severity="warn",
    to_do="Remove the modifier (SV101-3 to SV101-6), or replace the code in SV101-2 with one that takes it.",
    # Other payers take 50 on some codes that Medicare regards as bilateral as they are (69210, 30901).
    variants={"bilateral": "info"},
    sources=("S-PFS25Q4",),
    denials=("CO-4", "N519", "CO-54"),
    claim_status=("A7:453",),
    needs=("modifiers",),
    yields=True,
)

# PC/TC 1: a diagnostic test with both components; 6 and 8: 26 only, for an interpretation.
_NO_26, _NO_TC = "0234579", "02345679"
_NOT_ASSISTED, _NOT_SHARED = "19", "09"
_ASSISTANTS = frozenset({"80", "81", "82", "AS"})
_MODIFIERS = frozenset({"26", "TC", "50", "51", "62", "66"}) | _ASSISTANTS


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if _MODIFIERS.isdisjoint(line.modifier_codes) or line.is_in("injection", context.codes):
        return
    day = day_of(line)
    policy = context.tables.aside.payment_policy(line.hcpcs, day).value if day else None
    if policy is None:
        return
    for field in line.modifiers:
        modifier = field.strip().upper()
        if fault := _fault(modifier, policy):
            message = f"Line {line.index}: {line.procedure} does not take modifier {field}: {fault}."
            yield Hit(at=field, message=message, line=line, variant="bilateral" if modifier == "50" else "")


def _fault(modifier: str, policy: PaymentPolicy) -> str:
    """Return why a procedure does not take a modifier, or nothing if it does."""
    faults = (
        (modifier == "26" and policy.pctc in _NO_26, f"no professional component (PC/TC {policy.pctc})"),
        (modifier == "TC" and policy.pctc in _NO_TC, f"no technical component (PC/TC {policy.pctc})"),
        (modifier == "50" and policy.bilateral == "0", "it cannot be bilateral (bilateral indicator 0)"),
        (modifier == "50" and policy.bilateral == "2", "it is already bilateral (bilateral indicator 2)"),
        (modifier == "51" and policy.global_days == "ZZZ", "it is an add-on code, which is never reduced"),
        (
            modifier in _ASSISTANTS and policy.assistant in _NOT_ASSISTED,
            f"no assistant is paid (indicator {policy.assistant})",
        ),
        (
            modifier == "62" and policy.co_surgeon in _NOT_SHARED,
            f"no co-surgeon is paid (indicator {policy.co_surgeon})",
        ),
        (modifier == "66" and policy.team in _NOT_SHARED, f"no team is paid (indicator {policy.team})"),
    )
    return next((words for applies, words in faults if applies), "")
