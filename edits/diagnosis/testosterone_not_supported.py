"""Testosterone is billed for a diagnosis that does not support it.

What is wrong
    The testosterone line (J1071, J1072, J3121, J3145) points to no supporting diagnosis. In the states of
    Noridian (article A57615) and Palmetto (A58828), the Medicare list decides: testicular hypofunction
    (E29.1), pituitary disorders (E23.-) and some others, and in the Palmetto states also gender dysphoria
    (F64.-). Elsewhere this is a warning that the diagnosis is not one of the usual ones.

Why it is refused
    Fatigue, low libido, erectile dysfunction or a low lab value alone is not a covered reason; the line is
    denied as not medically necessary.

How to correct it
    Check whether a supporting diagnosis is already on the claim and only the pointer (SV107) is missing.
    Otherwise check the chart for a diagnosis of hypogonadism (for Medicare: two low morning levels and
    symptoms); if it is documented, the provider adds it. The injection line must point to it as well.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked

from ..shared.ask_last import unless_supplied
from ..shared.coverage import (
    ArticleVerdict,
    Support,
    codes_to_support,
    unlinked_alternative,
    unsupported_hit,
    verdict_on,
)

edit = Edit(
    id="DX-13",
    title="Testosterone without a supporting diagnosis",
    snip=7,
    severity="warn",
    to_do=(
        "Link the line (SV107) to a supporting diagnosis on the claim, or query the "
        "provider for one the chart supports."
    ),
    about="diagnoses",
    variants={"article": "reject"},
    sources=("S-A57615", "S-A58828"),
    denials=("CO-50", "N115"),
    claim_status=("A8:488",),
    needs=("testosterone",),
    parameters={
        "supporting": Parameter(
            (
                "B20", "B222", "C50", "C61", "C62", "C75", "D352", "D353", "D443", "D444", "E22", "E23",
                "E236", "E250", "E28", "E29", "E300", "E343", "E345", "E8311", "E89", "F64", "N44", "N45",
                "N50", "Q53", "Q55", "Q56", "Q871", "Q98", "R64", "Z790", "Z7981", "Z7989", "Z8789", "Z8547",
                "Z907", "Z923",
            ),
            "first characters of diagnoses that usually support testosterone",
        ),
        "by_article": Parameter(default=False, about="use the Medicare article where there is one"),
        "waived": Parameter(("GA", "GX", "GY", "GZ"), "modifiers that mean no payment is expected"),
    },
)  # fmt: skip


@edit.line_diagnosis
@unless_supplied
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    codes = codes_to_support(line, context, context.codes["testosterone"], context["waived"])
    if not codes:
        return
    supporting: tuple[str, ...] = context["supporting"]
    ruling = verdict_on(line, codes, context) if context["by_article"] else None
    if isinstance(ruling, Unchecked):
        yield ruling
    elif isinstance(ruling, ArticleVerdict):
        if ruling.support is Support.NONE:
            yield unsupported_hit(ruling, context, variant="article")
    elif not any(code.startswith(supporting) for code in codes):
        message = (
            f"Line {line.index}: no supporting diagnosis for testosterone "
            f"({line.procedure} is billed for {', '.join(codes)})."
        ) + unlinked_alternative(line, context, lambda code: code.startswith(supporting))
        yield Hit(at=line.pointers[0], message=message, line=line)
