"""Two anesthesia codes are billed for one session.

What is wrong
    The claim bills two different anesthesia codes (00100-01999) for the same day and provider, and no
    modifier states that there were two sessions.

Why it is refused
    For several procedures in one session, anesthesia is billed once: the code with the most base units and
    the time of all of them. Only add-on codes (01953, 01968, 01969) and daily management (01996) are billed
    in addition.

How to correct it
    Keep the code with the most base units, enter the whole time on it and remove the other. If there were
    two sessions, the second has 59, XE, 76 to 79 as the record supports.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.days import by_provider_and_day

edit = Edit(
    id="PROC-05",
    title="Two anesthesia codes for one session",
    snip=7,
    severity="warn",
    to_do="Keep the code with the most base units with all minutes (SV104), and remove the other line.",
    sources=("S-OPTUM-ACE", "S-MCPM12-50"),
    denials=("CO-97", "CO-59"),
    claim_status=("A8:454",),
    needs=("anesthesia", "several lines"),
    parameters={
        "in_addition": Parameter(("01953", "01968-01969", "01996"), "codes that are billed in addition"),
        "apart": Parameter(
            ("59", "XE", "XS", "XP", "XU", "58", "76-79"), "modifiers that state another session"
        ),
    },
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    apart, in_addition = context.code_set("apart"), context.code_set("in_addition")
    codes = [
        line
        for line in claim.lines
        if line.is_in("anesthesia", context.codes)
        and line.hcpcs not in in_addition
        and not any(modifier in apart for modifier in line.modifier_codes)
    ]
    for lines in by_provider_and_day(claim, [] if claim.is_void else codes):
        first = lines[0]
        for line in lines[1:]:
            if line.hcpcs != first.hcpcs and line.service and line.service.start:
                one = f"{first.procedure} (line {first.index}, same day)"
                message = f"Line {line.index}: anesthesia {line.procedure} is billed in addition to {one}."
                yield Hit(at=line.procedure, message=message, line=line)
                break
