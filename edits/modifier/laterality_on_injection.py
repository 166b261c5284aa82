"""An IM/SC injection has a laterality or anatomic modifier.

What is wrong
    The injection (96372) has a modifier for left, right, bilateral, an eyelid, a finger, a toe or a coronary
    artery.

Why it is refused
    In the fee schedule this service has no laterality (bilateral indicator 0): payers ignore such a modifier
    or deny the line because it does not fit the code.

How to correct it
    Remove the modifier. If two injections were given, report that with units or with the modifier that the
    payer wants for a separate service. If a joint or a lesion was injected, the code itself is wrong.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="MOD-06",
    title="Laterality or anatomic modifier on an injection",
    snip=7,
    severity="warn",
    to_do=(
        "Remove the laterality or anatomic modifier (50, LT, RT, F1 …) from SV101-3 to SV101-6 of the "
        "injection line."
    ),
    sources=("S-PFS24", "S-AAPC-BILAT"),
    denials=("CO-4",),
    claim_status=("A7:453",),
    needs=("injection", "modifiers"),
    parameters={
        "modifiers": Parameter(
            ("50", "LT", "RT", "E1-E4", "FA", "F1-F9", "TA", "T1-T9", "LC", "LD", "LM", "RC", "RI"),
            "laterality and anatomic modifiers",
        ),
    },
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if not line.is_in("injection", context.codes):
        return
    wrong = context.code_set("modifiers")
    found = line.modifiers_among(wrong)
    if found:
        message = (
            f"Line {line.index}: {line.procedure} does not take a laterality or anatomic modifier "
            f"({', '.join(found)} reported)."
        )
        yield Hit(at=found[0], message=message, line=line)
