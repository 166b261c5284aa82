"""Vitamin B12 is billed to Aetna for a diagnosis that is not in its clinical policy bulletin.

What is wrong
    The vitamin B12 line (J3420) points to none of the diagnoses that Aetna's bulletin on B12 (CPB 0536)
    names: pernicious anemia (D51.0), macrocytic or megaloblastic anemia (D53.1) and fish tapeworm (B70.0).
    A deficiency alone (E53.8) is not among them; this is reported for information only.

Why it is refused
    Aetna covers B12 injections only for a documented deficiency along with one of the conditions in the
    bulletin. The bulletin is known here from a summary only, and it names more conditions in words (such as
    diseases of the stomach and bowel, surgery on them, or neuropathy), so those are let through.

How to correct it
    If the chart shows the anemia or the disease that causes the deficiency, the provider adds it, and the
    drug line and its injection line point to it first. Otherwise compare with the bulletin itself, and have
    the lab value ready for a review.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.ask_last import unless_supplied
from ..shared.coverage import codes_to_support, unlinked_alternative

edit = Edit(
    id="DX-10",
    title="Vitamin B12 diagnosis is not in Aetna's policy bulletin",
    snip=7,
    severity="warn",
    to_do=(
        "Link the line (SV107) to the anemia or the cause of the deficiency that the chart documents; "
        "check Aetna CPB 0536."
    ),
    about="diagnoses",
    variants={"deficiency alone": "info"},
    sources=("S-AETNA0536",),
    denials=("CO-50",),
    needs=("vitamin_b12",),
    parameters={
        "named": Parameter(
            (
                "B700", "D510", "D531", "D51", "D52", "E711", "E721", "F02", "G32", "G60", "G62",
                "G63", "H46", "K31", "K50", "K51", "K55", "K56", "K6382", "K86", "K90", "K91", "K95",
                "T451X5", "T50995", "C34", "C45", "C844", "Z5111", "Z903", "Z904", "Z980", "Z9884",
            ),
            "first characters of the diagnoses in the bulletin, listed or in words",
        ),
        "drugs": Parameter(("J3420",), "drugs in the bulletin"),
        "deficiency": Parameter("E538", "deficiency alone: reported for information only"),
        "encounters": Parameter(("Z",), "encounter codes, which DX-08 reports where there are no others"),
        "waived": Parameter(("GA", "GX", "GY", "GZ"), "modifiers that mean no payment is expected"),
    },
)  # fmt: skip


@edit.line_diagnosis
@unless_supplied
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    named: tuple[str, ...] = context["named"]
    codes = codes_to_support(line, context, context["drugs"], context["waived"])
    only_encounters = all(code.startswith(context["encounters"]) for code in codes)
    if not codes or only_encounters or any(code.startswith(named) for code in codes):
        return
    message = (
        f"Line {line.index}: no diagnosis from Aetna CPB 0536 for vitamin B12 "
        f"({line.procedure} is billed for {', '.join(codes)})."
    ) + unlinked_alternative(line, context, lambda code: code.startswith(named))
    variant = "deficiency alone" if context["deficiency"] in codes else ""
    yield Hit(at=line.pointers[0], message=message, line=line, variant=variant)
