"""Testosterone is billed for a diagnosis that does not support it.

What is wrong
    The line of the testosterone (J1071, J1072, J3121, J3145) points at no diagnosis that supports it. In the
    states of Noridian (article A57615) and Palmetto (A58828), Medicare's list decides: testicular
    hypofunction (E29.1), diseases of the pituitary (E23.-) and some others, in Palmetto's states also gender
    dysphoria (F64.-). Elsewhere this is a warning that the diagnosis is not one of the usual ones.

Why it is refused
    Tiredness, loss of desire, erectile dysfunction or a low laboratory value alone are not covered reasons;
    the line is denied as not medically necessary.

How to correct it
    Look whether a supporting diagnosis is on the claim already and only the pointer (SV107) is missing. Else
    look in the chart whether hypogonadism is diagnosed (for Medicare: two low morning values and symptoms);
    then the provider adds it. The same diagnosis belongs to the injection's line.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked

from ..shared.coverage import (
    ArticleVerdict,
    Support,
    lines_to_support,
    say_unpointed,
    say_unsupported,
    verdict_on,
)

edit = Edit(
    id="DX-13",
    title="Testosterone without a supporting diagnosis",
    snip=7,
    severity="warn",
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
            "how diagnoses begin for which testosterone is usually accepted",
        ),
        "by_article": Parameter(default=False, about="a Medicare article decides where there is one"),
        "waived": Parameter(("GA", "GX", "GY", "GZ"), "modifiers that say that no payment is expected"),
    },
)  # fmt: skip


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    supporting: tuple[str, ...] = context["supporting"]
    for line, codes in lines_to_support(claim, context.codes["testosterone"], context["waived"]):
        ruling = verdict_on(claim, line, codes, context) if context["by_article"] else None
        if isinstance(ruling, Unchecked):
            yield ruling
        elif isinstance(ruling, ArticleVerdict):
            if ruling.support is Support.NONE:
                said = say_unsupported(claim, ruling)
                yield Hit(at=line.pointers[0], message=said, line=line, variant="article")
        elif not any(code.startswith(supporting) for code in codes):
            message = (
                f"Line {line.index} bills {line.procedure} for {', '.join(codes)}, "
                "which payers do not usually accept as a reason for testosterone."
            ) + say_unpointed(claim, line, lambda code: code.startswith(supporting))
            yield Hit(at=line.pointers[0], message=message, line=line)
