"""A line has more than four modifiers, or a pricing modifier after an informational one.

What is wrong
    A line has four modifiers and what looks like a fifth in the description (SV101-7); or a pricing modifier
    comes after an informational one.

Why it is refused
    A line has room for four modifiers; anything after them is read as text. Many payers look for the pricing
    modifier in the first position only, and otherwise pay the line incorrectly.

How to correct it
    Remove informational modifiers that the payer does not ask for. Report pricing modifiers first, then those
    that decide whether the line is paid, then the rest. Some payers take 99 first if there are more.
"""

import re
from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="MOD-12",
    title="More than four modifiers, or in an unusual order",
    snip=7,
    severity="info",
    to_do="Move the pricing modifier to SV101-3, ahead of informational modifiers such as LT, RT or GC.",
    sources=("X12-837P", "S-AAPC-ORDER"),
    needs=("several modifiers",),
    parameters={
        "pricing": Parameter(
            ("22", "26", "50", "52-56", "62", "66", "78", "80-82", "AS", "TC"),
            "pricing modifiers",
        ),
        "informing": Parameter(
            ("E1-E4", "F1-F9", "FA", "T1-T9", "TA", "LT", "RT", "GC"), "informational modifiers"
        ),
        "words": Parameter(("IM", "IV", "SC", "SQ", "ID"), "two-letter words that are not modifiers"),
    },
)

_FORM = re.compile(r"[0-9A-Z]{2}", re.ASCII)
_MOST = 4
_DROP_FIFTH = (
    "Remove informational modifiers until at most four are left in SV101-3 to SV101-6, and clear SV101-7."
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if len(line.modifiers) < 2:
        return
    if _has_fifth(line, context["words"]):
        message = (
            f"Line {line.index}: {line.description} in SV101-7 is read as text, not as a fifth modifier."
        )
        yield Hit(at=line.description, message=message, line=line, to_do=_DROP_FIFTH)
    pricing, informing = context.code_set("pricing"), context.code_set("informing")
    late = False
    for field in line.modifiers:
        late = late or field in informing
        if late and field in pricing:
            message = f"Line {line.index}: pricing modifier {field} comes after an informational modifier."
            yield Hit(at=field, message=message, line=line)
            return


def _has_fifth(line: ServiceLine, words: tuple[str, ...]) -> bool:
    if len(line.modifiers) != _MOST:
        return False
    text = line.description
    return bool(_FORM.fullmatch(text)) and text not in words
