"""A line has both 59 and an X{EPSU} modifier, or two X{EPSU} modifiers.

What is wrong
    A line has modifier 59 together with XE, XP, XS or XU, or more than one of those four.

Why it is refused
    The four are more specific forms of 59. CMS calls it incorrect to report both on one line, and several
    payers do not accept it.

How to correct it
    Keep the one modifier that says why the service was separate: XE another encounter, XP another
    practitioner, XS another part of the body, XU otherwise no overlap. Keep 59 only if none of them fits or
    the payer does not accept them. Have a certified coder decide.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="MOD-08",
    title="59 and X{EPSU} both reported",
    snip=7,
    severity="warn",
    to_do="Keep the one of 59, XE, XP, XS and XU that the chart supports, and remove the others.",
    sources=("S-CMS8863", "S-HMSA-59"),
    denials=("CO-4", "N519"),
    claim_status=("A7:453",),
    needs=("several modifiers",),
    parameters={
        "separate": Parameter(("59", "XE", "XP", "XS", "XU"), "modifiers of which a line may have only one"),
    },
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    # Keyed by text: a repeated modifier is reported by MOD-05.
    found = {field.strip().upper(): field for field in line.modifiers}
    separate = [field for text, field in found.items() if text in context["separate"]]
    if len(separate) > 1:
        message = f"Line {line.index}: {' and '.join(separate)} are reported together; only one is allowed."
        yield Hit(at=separate[1], message=message, line=line)
