"""An excision of skin is billed for another kind of lesion than the diagnosis.

What is wrong
    A line bills the excision or destruction of a malignant lesion (11600-11646, 17260-17286), and every
    diagnosis that it points to is benign; or the excision of a benign lesion (11400-11446), and every
    diagnosis is a skin cancer.

Why it is refused
    The code is chosen by the pathology report: benign and malignant lesions have codes of their own. Payers
    compare code and diagnosis and deny what contradicts.

How to correct it
    Check the pathology report. Bill the code of the lesion that it names, or correct the diagnosis. A lesion
    of uncertain behavior (D48.5) does not fire.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="DX-33",
    title="Skin excision code contradicts the diagnosis",
    snip=7,
    severity="warn",
    to_do="Check the pathology report; correct the excision code in SV101-2 or the diagnosis in HI.",
    about="diagnoses",
    sources=("S-AAPC-LESION",),
    denials=("CO-11", "N657"),
    claim_status=("A8:488",),
    needs=("surgery",),
    parameters={
        "malignant": Parameter(("11600-11646", "17260-17286"), "procedures on malignant lesions"),
        "benign": Parameter(("11400-11446",), "procedures on benign lesions"),
        "cancers": Parameter(("C43", "C44", "C4A", "D03"), "first characters of skin cancers"),
        "harmless": Parameter(
            ("B07", "B081", "D17", "D18", "D22", "D23", "L72", "L82", "L91"),
            "first characters of benign lesions",
        ),
    },
)


@edit.line_diagnosis
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if line.hcpcs in context.code_set("malignant"):
        kind, contradicting = "malignant", context["harmless"]
    elif line.hcpcs in context.code_set("benign"):
        kind, contradicting = "benign", context["cancers"]
    else:
        return
    codes = [diagnosis.code for diagnosis in context.claim.diagnoses_of(line)]
    if codes and all(code.startswith(contradicting) for code in codes):
        only = ", ".join(codes)
        message = f"Line {line.index}: {line.procedure} is for {kind} lesions, but points to {only} only."
        yield Hit(at=line.procedure, message=message, line=line)
