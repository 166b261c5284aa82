"""A screening colonoscopy is coded to Medicare as for other payers.

What is wrong
    A colonoscopy with biopsy or removal (45379-45398) has modifier 33, which Medicare does not use for
    it; or a plain colonoscopy (45378) points to a screening diagnosis (Z12.11, Z12.12) first.

Why it is refused
    Medicare knows a colonoscopy as a screening by its own codes and modifier. Otherwise it pays it as a
    diagnostic test: the patient owes the deductible and coinsurance, or the line is denied.

How to correct it
    Bill a screening without any procedure as G0121, or as G0105 for a patient at high risk, with KX after
    a positive stool test. If something was removed or biopsied, bill the CPT code with modifier PT
    instead of 33.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="PROC-28",
    title="Screening colonoscopy coded as for other payers",
    snip=7,
    severity="warn",
    to_do="Replace modifier 33 with PT on the procedure, or bill the plain screening as G0121 or G0105.",
    sources=("S-AAPC-PT", "S-ASGE-COLON"),
    denials=("CO-4", "N519"),
    claim_status=("A7:453",),
    needs_codes=(("procedures", "plain"),),
    parameters={
        "procedures": Parameter(("45379-45398",), "colonoscopies with a procedure"),
        "plain": Parameter(("45378",), "colonoscopy without any"),
        "screening": Parameter(("Z1211", "Z1212"), "first characters of diagnoses of a screening"),
    },
)


@edit.line_diagnosis
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if line.has_modifier("PT"):
        return
    if line.hcpcs in context.code_set("procedures"):
        if wrong := line.modifiers_among(("33",)):
            message = f"Line {line.index}: modifier 33 on {line.procedure}; Medicare takes PT for it."
            yield Hit(at=wrong[0], message=message, line=line)
    elif line.hcpcs in context.code_set("plain"):
        first = next(iter(context.claim.diagnoses_of(line)), None)
        if first is not None and first.code.replace(".", "").startswith(context["screening"]):
            message = (
                f"Line {line.index}: {line.procedure} is billed for a screening ({first.code}), which "
                "Medicare has as G0121 or G0105."
            )
            yield Hit(at=line.procedure, message=message, line=line)
