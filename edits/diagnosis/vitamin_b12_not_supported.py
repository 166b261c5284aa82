"""Vitamin B12 is billed for a diagnosis that does not support it.

What is wrong
    The vitamin B12 line (J3420 or J3425) points to none of the diagnoses for which payers usually accept the
    injection: B12 deficiency and the anemias from it (E53.8, D51.-, D52.-, D53.-), malnutrition,
    malabsorption, diseases and surgery of the stomach and bowel (K29.-, K50.-, K86.-, K90.-, K91.-),
    neuropathy from deficiency, inborn errors of its metabolism, treatment with some cancer drugs.

Why it is refused
    No law prescribes this list, and each payer has its own. But they agree that B12 must be given for a
    deficiency or for what causes one. A line that points only to hypertension, pain or fatigue is commonly
    denied as not medically necessary. In states with a Medicare article, DX-06 applies its list instead.

How to correct it
    Check the chart for why B12 was given. If the deficiency or its cause is documented, add it to the claim,
    and point the drug line and its injection line to it (SV107). If the payer's own policy accepts the
    diagnosis as it is, send the claim; this is only a warning.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.pairing import is_supplied_elsewhere
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.coverage import ArticleVerdict, code_of, codes_to_support, unlinked_alternative, verdict_on

edit = Edit(
    id="DX-07",
    title="Vitamin B12 without a supporting diagnosis",
    snip=7,
    severity="warn",
    to_do=(
        "Link the line (SV107) to the deficiency or its cause if the chart documents it, or check the "
        "payer's policy on B12."
    ),
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
            "first characters of diagnoses that usually support B12",
        ),
        "by_article": Parameter(default=False, about="leave lines that a Medicare article covers to DX-06"),
        "waived": Parameter(("GA", "GX", "GY", "GZ"), "modifiers that mean no payment is expected"),
    },
)  # fmt: skip


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    supporting: tuple[str, ...] = context["supporting"]
    for line in claim.lines:
        codes = codes_to_support(line, context, context.codes["vitamin_b12"], context["waived"])
        if not codes or any(code.startswith(supporting) for code in codes):
            continue
        if _is_injection_supported(line, context) or is_supplied_elsewhere(line):
            continue
        if context["by_article"] and isinstance(verdict_on(line, codes, context), ArticleVerdict):
            continue
        message = (
            f"Line {line.index}: no supporting diagnosis for vitamin B12 "
            f"({line.procedure} is billed for {', '.join(codes)})."
        ) + unlinked_alternative(line, context, lambda code: code.startswith(supporting))
        yield Hit(at=line.pointers[0], message=message, line=line)


def _is_injection_supported(line: ServiceLine, context: Context) -> bool:
    """Return True if its injection has a supporting diagnosis: the lines disagree, see PAIR-10."""
    return any(
        code_of(diagnosis).startswith(context["supporting"])
        for entry in context.administrations
        if any(drug.index == line.index for drug in entry.drugs)
        for diagnosis in entry.diagnoses
    )
