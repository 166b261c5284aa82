"""Vitamin B12 is supported only by Z codes: encounters, not diseases.

What is wrong
    Every diagnosis that the vitamin B12 line (J3420 or J3425) points to is a Z code, such as Z79.899
    (long-term drug therapy), Z51.81 (drug monitoring), Z00.00 (checkup), Z76.89 or Z23. A Z code tells why
    the patient came, not what B12 is for. There is no ICD-10-CM code for "encounter for B12 injection";
    whatever the charge slip has for that is not a diagnosis.

Why it is refused
    Without a disease there is no medical necessity. The list of the MAC for Florida, Puerto Rico and the
    Virgin Islands (A57755) has no Z codes at all, so the line is certainly denied there. Other payers deny
    it as a diagnosis that does not fit the service. Codes for the state after stomach or bowel surgery (such
    as Z90.3 or Z98.84) explain a B12 deficiency and are let through for payers without such a list.

How to correct it
    1. Check whether the disease is already on the claim and only the pointer (SV107) is wrong; the message
       names what else is on the claim. If so, point the drug line and its injection line to it; the Z code
       may follow.
    2. Otherwise check the chart for why B12 was ordered: deficiency (E53.8), pernicious or another B12
       anemia (D51.-), malabsorption (K90.-) and the like, and ask the provider to add what is documented.
    3. If nothing is documented, the injection has no covered reason. Do not make one up; tell the provider.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.ask_last import unless_supplied
from ..shared.coverage import (
    QUERY_PROVIDER,
    ArticleVerdict,
    Support,
    code_of,
    codes_to_support,
    verdict_on,
)

edit = Edit(
    id="DX-08",
    title="Vitamin B12 supported only by Z codes",
    snip=7,
    severity="warn",
    to_do=(
        "Point the line (SV107) to a covered diagnosis on the claim (the message names it), or query the "
        "provider for one the chart supports."
    ),
    about="diagnoses",
    variants={"article": "reject"},
    sources=("S-A57755", "S-HIGHMARK-I2"),
    denials=("CO-50", "CO-11", "M76"),
    claim_status=("A8:488",),
    needs=("vitamin_b12",),
    parameters={
        "encounters": Parameter(("Z",), "first characters of encounter codes (not diseases)"),
        "accepted": Parameter(
            ("Z5111", "Z903", "Z904", "Z980", "Z9884"),
            "first characters of Z codes that support B12",
        ),
        "by_article": Parameter(default=False, about="use the Medicare article where there is one"),
        "waived": Parameter(("GA", "GX", "GY", "GZ"), "modifiers that mean no payment is expected"),
    },
)


@edit.line_diagnosis
@unless_supplied
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    encounters: tuple[str, ...] = context["encounters"]
    codes = codes_to_support(line, context, context.codes["vitamin_b12"], context["waived"])
    if not codes or not all(code.startswith(encounters) for code in codes):
        return
    ruling = verdict_on(line, codes, context) if context["by_article"] else None
    if isinstance(ruling, ArticleVerdict):
        if ruling.support is not Support.NONE:
            return
        variant, why = "article", f", which Medicare article {ruling.articles[0].article} does not list"
    elif any(code.startswith(context["accepted"]) for code in codes):
        return
    else:
        variant, why = "", ""
    what = "a Z code" if len(codes) == 1 else "Z codes"
    others = _other_diagnoses(context.claim, encounters)
    message = f"Line {line.index}: {line.procedure} is supported only by {what} ({', '.join(codes)}){why}."
    to_do = "" if others else QUERY_PROVIDER
    yield Hit(at=line.pointers[0], message=message + others, line=line, variant=variant, to_do=to_do)


def _other_diagnoses(claim: Claim, encounters: tuple[str, ...]) -> str:
    """Return a sentence with the diseases on the claim, which the line may have been meant to point to."""
    found = [(dx.position, code) for dx in claim.diagnoses if (code := code_of(dx))]
    others = ", ".join(f"{code} (diagnosis {at})" for at, code in found if not code.startswith(encounters))
    return f" Also on the claim, but not linked to this line: {others}." if others else ""
