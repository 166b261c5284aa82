"""Cancer treatment is explained by history codes only.

What is wrong
    A line bills chemotherapy (96401-96549), and every diagnosis that it points to is a personal history of
    cancer (Z85.-). No diagnosis of the claim is a neoplasm.

Why it is refused
    Z85 says that the cancer was removed and is not treated any more. While treatment is directed at it, the
    official guidelines (I.C.2.m) ask for the code of the neoplasm itself, and payers find no reason to pay
    for chemotherapy in a history.

How to correct it
    Check the chart. If the treatment is still directed at the cancer, the provider reports its code
    (C00-D49); preventive treatment has codes of its own, such as Z79.81-.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="DX-32",
    title="Cancer treatment explained by history codes only",
    snip=7,
    severity="info",
    to_do="Check the chart; replace the history code in HI with the neoplasm's if it is still being treated.",
    about="diagnoses",
    sources=("S-ICD10GUIDE",),
    denials=("CO-11", "CO-50"),
    claim_status=("A8:488",),
    needs=("antineoplastic_administration",),
    parameters={
        "history": Parameter(("Z85",), "first characters of history codes"),
        "treated": Parameter(("C", "D0", "D1", "D2", "D3", "D4"), "first characters of neoplasms"),
    },
)


@edit.line_diagnosis
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if not line.is_in("antineoplastic_administration", context.codes):
        return
    claim = context.claim
    diagnoses = claim.diagnoses_of(line)
    if not diagnoses or not all(diagnosis.code.startswith(context["history"]) for diagnosis in diagnoses):
        return
    if any(diagnosis.code.startswith(context["treated"]) for diagnosis in claim.diagnoses):
        return
    codes = ", ".join(diagnosis.code for diagnosis in diagnoses)
    message = f"Line {line.index}: {line.procedure} points to history codes only ({codes})."
    yield Hit(at=line.pointers[0], message=message, line=line)
