"""There are too many modifiers, or those that change the price come late.

What is wrong
    A line has four modifiers and what looks like a fifth in the place of the description (SV101-7); or a
    modifier that changes the price stands behind one that only informs.

Why it is refused
    A line has room for four modifiers; what stands behind them is read as text. Many payers look for the
    modifier that changes the price in the first place only, and pay the line wrongly otherwise.

How to correct it
    Leave out what only informs and the payer does not ask for. Put first what changes the price, then what
    decides whether the line is paid, then the rest. Some payers take 99 first for more.
"""

import re
from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="MOD-12",
    title="More than four modifiers, or in an unusual order",
    snip=7,
    severity="info",
    sources=("X12-837P", "S-AAPC-ORDER"),
    needs=("several modifiers",),
    parameters={
        "pricing": Parameter(
            ("22", "26", "50", "52-56", "62", "66", "78", "80-82", "AS", "TC"),
            "modifiers that change the price",
        ),
        "informing": Parameter(
            ("E1-E4", "F1-F9", "FA", "T1-T9", "TA", "LT", "RT", "GC"), "modifiers that only inform"
        ),
        "words": Parameter(("IM", "IV", "SC", "SQ", "ID"), "descriptions of two letters that are words"),
    },
)

_FORM = re.compile(r"[0-9A-Z]{2}", re.ASCII)
_MOST = 4


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    pricing, informing = context.code_set("pricing"), context.code_set("informing")
    for line in claim.lines:
        if len(line.modifiers) < 2:
            continue
        if _has_fifth(line, context["words"]):
            message = (
                f"{line.description} of line {line.index} is read as text: there is room for four modifiers."
            )
            yield Hit(at=line.description, message=message, line=line)
        late = False
        for field in line.modifiers:
            late = late or field in informing
            if late and field in pricing:
                message = (
                    f"{field} of line {line.index} changes the price and stands behind one that informs."
                )
                yield Hit(at=field, message=message, line=line)
                break


def _has_fifth(line: ServiceLine, words: tuple[str, ...]) -> bool:
    text = line.description
    return len(line.modifiers) == _MOST and bool(_FORM.fullmatch(text)) and text not in words
