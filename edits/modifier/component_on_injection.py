"""An injection has modifier 26 or TC, or one for an assistant at surgery or co-surgeon.

What is wrong
    The injection (96372) has a modifier for the professional or technical component (26, TC), or one for an
    assistant at surgery, a co-surgeon or a surgical team (62, 66, 80, 81, 82, AS).

Why it is refused
    In the fee schedule the injection has no components (PC/TC indicator 5), and no assistant at surgery and
    no co-surgeon is paid for it (indicators 0). Medicare rejects a modifier that does not fit the code.

How to correct it
    Remove the modifier. If the place of service was a hospital, the practice cannot bill the injection at
    all, with or without 26.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="MOD-07",
    title="26/TC or assistant-at-surgery modifier on an injection",
    snip=7,
    severity="warn",
    to_do="Remove the 26/TC, assistant or co-surgeon modifier from SV101-3 to SV101-6 of the injection line.",
    sources=("S-PFS25Q4",),
    denials=("CO-4",),
    claim_status=("A7:453",),
    needs=("injection", "modifiers"),
    parameters={
        "modifiers": Parameter(
            ("26", "TC", "62", "66", "80", "81", "82", "AS"),
            "modifiers for a component, an assistant at surgery, a co-surgeon or a surgical team",
        ),
    },
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if not line.is_in("injection", context.codes):
        return
    found = line.modifiers_among(context["modifiers"])
    if found:
        message = (
            f"Line {line.index}: {line.procedure} does not take a 26/TC, assistant or co-surgeon "
            f"modifier ({', '.join(found)} reported)."
        )
        yield Hit(at=found[0], message=message, line=line)
