"""Vitamin B12 is billed to Aetna for another diagnosis than the anaemias of its bulletin.

What is wrong
    The line of the vitamin B12 (J3420) points at none of the diagnoses that Aetna's bulletin on B12 (CPB
    0536) names: pernicious anaemia (D51.0), macrocytic or megaloblastic anaemia (D53.1) and fish tapeworm
    (B70.0). A deficiency alone (E53.8) is not among them, which is said for information only.

Why it is refused
    Aetna covers B12 injections only where a documented deficiency goes with one of the conditions of the
    bulletin. We know the bulletin by a summary only, and it names more conditions in words (such as diseases
    of stomach and bowel, operations on them, or neuropathy), so those are let pass.

How to correct it
    If the chart shows the anaemia or the disease behind the deficiency, the provider adds it, and the drug
    and its injection point at it first. Else compare with the bulletin itself, and have the laboratory value
    ready for a review.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.coverage import lines_to_support, say_unpointed

edit = Edit(
    id="DX-10",
    title="Vitamin B12 for a diagnosis that Aetna's bulletin does not name",
    snip=7,
    severity="warn",
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
            "how the diagnoses begin that the bulletin names, in codes or in words",
        ),
        "drugs": Parameter(("J3420",), "the drugs of the bulletin"),
        "deficiency": Parameter("E538", "the deficiency by itself: only said for information"),
        "encounters": Parameter(("Z",), "codes that DX-08 speaks of, where there are no others"),
        "waived": Parameter(("GA", "GX", "GY", "GZ"), "modifiers that say that no payment is expected"),
    },
)  # fmt: skip


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    named: tuple[str, ...] = context["named"]
    for line, codes in lines_to_support(claim, context["drugs"], context["waived"]):
        only_encounters = all(code.startswith(context["encounters"]) for code in codes)
        if only_encounters or any(code.startswith(named) for code in codes):
            continue
        message = f"Line {line.index} bills {line.procedure} for {', '.join(codes)}, not named by Aetna."
        message += say_unpointed(claim, line, lambda code: code.startswith(named))
        variant = "deficiency alone" if context["deficiency"] in codes else ""
        yield Hit(at=line.pointers[0], message=message, line=line, variant=variant)
