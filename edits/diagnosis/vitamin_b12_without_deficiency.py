"""Vitamin B12 is billed for a diagnosis that does not explain why it was given.

What is wrong
    The line of the vitamin B12 (J3420 or J3425) points at none of the diagnoses for which payers usually
    accept the injection: B12 deficiency and the anaemias from it (E53.8, D51.-, D52.-, D53.-), malnutrition,
    malabsorption and diseases or operations of the stomach and bowel (K29.-, K50.-, K86.-, K90.-, K91.-),
    neuropathy from deficiency, inborn faults of its metabolism, treatment with some cancer drugs.

Why it is refused
    No law prescribes this list; each payer has its own. But they agree that B12 must be given for a
    deficiency or for what causes one. A line that only points at blood pressure, pain or fatigue is
    commonly denied as not medically necessary. In the states with a Medicare article DX-06 judges by that.

How to correct it
    Look in the chart for why B12 was given. If the deficiency or its cause is documented, put it on the
    claim and let the drug and its injection point at it (SV107). If the payer's own policy accepts the
    diagnosis as it is, send the claim; this is a warning only.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.coverage import ArticleVerdict, code_of, lines_to_support, say_unpointed, verdict_on

edit = Edit(
    id="DX-07",
    title="Vitamin B12 without a diagnosis that explains it",
    snip=7,
    severity="warn",
    about="diagnoses",
    sources=("S-A57755", "S-HIGHMARK-I2", "S-NORIDIAN-L33502", "S-SOPHIE-MCD"),
    denials=("CO-50", "CO-11"),
    needs=("vitamin_b12",),
    yields=True,
    parameters={
        "supporting": Parameter(
            (
                "B700", "D51", "D52", "D53", "D8181", "E40", "E41", "E42", "E43", "E44", "E45", "E46", "E5",
                "E63", "E64", "E711", "E721", "F02", "F1026", "F1027", "F1096", "F1097", "G312", "G32", "G60",
                "G62", "G63", "G99", "H46", "H472", "K29", "K31", "K50", "K51", "K55", "K56", "K6382", "K86",
                "K90", "K91", "K95", "O25", "O9901", "O9984", "Q41", "Q42", "Q43", "T383X5", "T451X5",
                "T470X5", "T471X5", "T50995", "C16", "C17", "C34", "C45", "C844",
                "Z5111", "Z903", "Z904", "Z980", "Z9884",
            ),
            "how diagnoses begin for which B12 is usually accepted",
        ),
        "by_article": Parameter(default=False, about="where a Medicare article decides, DX-06 speaks"),
        "waived": Parameter(("GA", "GX", "GY", "GZ"), "modifiers that say that no payment is expected"),
    },
)  # fmt: skip


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    supporting: tuple[str, ...] = context["supporting"]
    for line, codes in lines_to_support(claim, context.codes["vitamin_b12"], context["waived"]):
        if any(code.startswith(supporting) for code in codes) or _injection_says_why(line, context):
            continue
        if context["by_article"] and isinstance(verdict_on(claim, line, codes, context), ArticleVerdict):
            continue
        message = (
            f"Line {line.index} bills {line.procedure} for {', '.join(codes)}, "
            "which payers do not usually accept as a reason for vitamin B12."
        ) + say_unpointed(claim, line, lambda code: code.startswith(supporting))
        yield Hit(at=line.pointers[0], message=message, line=line)


def _injection_says_why(line: ServiceLine, context: Context) -> bool:
    """Whether its injection points at what explains it: the two lines disagree, as PAIR-10 says."""
    return any(
        code_of(diagnosis).startswith(context["supporting"])
        for entry in context.administrations
        if any(drug.index == line.index for drug in entry.drugs)
        for diagnosis in entry.diagnoses
    )
