"""The only reason given for vitamin B12 is a Z-code: an encounter, not a disease.

What is wrong
    Every diagnosis that the line of the vitamin B12 (J3420 or J3425) points at is a Z-code, such as Z79.899
    (long-term drug therapy), Z51.81 (drug monitoring), Z00.00 (check-up), Z76.89 or Z23. A Z-code says why
    the patient came, not what B12 is for. There is no ICD-10-CM code for "encounter for B12 injection":
    whatever stands on the charge slip for that is not a diagnosis.

Why it is refused
    No disease, no medical necessity. The list of the Medicare contractor of Florida, Puerto Rico and the
    Virgin Islands (A57755) holds no Z-code at all, so there the line is denied for certain. Other payers
    deny it as a diagnosis that does not fit the service. States after an operation of stomach or bowel (such
    as Z90.3 or Z98.84) explain a lack of B12 and are let pass for payers without such a list.

How to correct it
    1. Look whether the disease is on the claim already and only the pointer (SV107) is wrong; the message
       names what else is on the claim. Then point the drug and its injection at it; the Z-code may follow.
    2. Else find in the chart why B12 was ordered: deficiency (E53.8), pernicious or another B12 anaemia
       (D51.-), malabsorption (K90.-) and the like, and ask the provider to add what is documented.
    3. If nothing is documented, the injection has no covered reason. Do not invent one; tell the provider.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.coverage import ArticleVerdict, Support, code_of, lines_to_support, verdict_on

edit = Edit(
    id="DX-08",
    title="Vitamin B12 is explained by Z-codes only",
    snip=7,
    severity="warn",
    about="diagnoses",
    variants={"article": "reject"},
    sources=("S-A57755", "S-HIGHMARK-I2"),
    denials=("CO-50", "CO-11", "M76"),
    claim_status=("A8:488",),
    needs=("vitamin_b12",),
    parameters={
        "encounters": Parameter(("Z",), "how codes begin that give a reason for contact, not a disease"),
        "accepted": Parameter(
            ("Z5111", "Z903", "Z904", "Z980", "Z9884"), "how those begin that explain a lack of B12"
        ),
        "by_article": Parameter(default=False, about="a Medicare article decides where there is one"),
        "waived": Parameter(("GA", "GX", "GY", "GZ"), "modifiers that say that no payment is expected"),
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    encounters: tuple[str, ...] = context["encounters"]
    for line, codes in lines_to_support(claim, context.codes["vitamin_b12"], context["waived"]):
        if not all(code.startswith(encounters) for code in codes):
            continue
        ruling = verdict_on(claim, line, codes, context) if context["by_article"] else None
        if isinstance(ruling, ArticleVerdict):
            if ruling.support is not Support.NONE:
                continue
            variant, why = "article", f"; article {ruling.articles[0].article} lists none of them"
        elif any(code.startswith(context["accepted"]) for code in codes):
            continue
        else:
            variant, why = "", ""
        what = "a Z-code" if len(codes) == 1 else "only Z-codes"
        message = (
            f"Line {line.index} gives {what} ({', '.join(codes)}) as the reason for {line.procedure}{why}."
        )
        message += _others(claim, encounters)
        yield Hit(at=line.pointers[0], message=message, line=line, variant=variant)


def _others(claim: Claim, encounters: tuple[str, ...]) -> str:
    """The diseases on the claim, which the line may have been meant to point at."""
    found = [(dx.position, code) for dx in claim.diagnoses if (code := code_of(dx))]
    others = ", ".join(f"{code} (diagnosis {at})" for at, code in found if not code.startswith(encounters))
    return f" Also on the claim, but not pointed at: {others}." if others else ""
