"""A screening is billed to Medicare with the code or modifier that other payers want.

What is wrong
    A colonoscopy with biopsy or removal (45379-45398) has modifier 33, which Medicare does not use for
    it; or the plain code of a test (45378, 45330, 84153, 88142 and so on) points to a screening diagnosis
    first.

Why it is refused
    Medicare knows these screenings by codes of its own. Otherwise it pays them as diagnostic tests: the
    patient owes the deductible and coinsurance, or the line is denied.

How to correct it
    Bill the screening code that the message names. A colonoscopy without any procedure is G0121, or G0105
    for a patient at high risk, with KX after a positive stool test. If something was removed or biopsied,
    bill the CPT code with modifier PT instead of 33.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from scrubber.claim import ServiceLine
from scrubber.claim.procedures import CodeSet
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="PROC-28",
    title="Medicare screening with another payer's code or modifier",
    snip=7,
    severity="warn",
    to_do="Replace SV101-2 with Medicare's code of the screening, or modifier 33 with PT on a procedure.",
    sources=("S-AAPC-PT", "S-ASGE-COLON", "S-MCPM18"),
    denials=("CO-4", "N519"),
    claim_status=("A7:453",),
    needs_codes=(("procedures", "plain"),),
    parameters={
        "procedures": Parameter(("45379-45398",), "colonoscopies with a procedure"),
        "plain": Parameter(
            (
                "45330", "45378", "84153", "88142-88143", "88147-88148", "88150", "88152-88153",
                "88164-88167", "88174-88175",
            ),
            "codes of tests that have another one as a screening",
        ),
        "screenings": Parameter(
            (
                "45378 for Z1211 Z1212: G0121 or G0105",
                "45330 for Z1211 Z1212: G0104",
                "84153 for Z125: G0103",
                "88142-88153,88164-88175 for Z124 Z0141 Z1272: G0123, G0143-G0145, G0147-G0148 or P3000",
            ),
            "tests, diagnoses of a screening, and Medicare's codes for it",
        ),
    },
)  # fmt: skip


class _Screening(NamedTuple):
    codes: CodeSet
    diagnoses: tuple[str, ...]
    instead: str


@edit.line_diagnosis
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if line.has_modifier("PT"):
        return
    if line.hcpcs in context.code_set("procedures"):
        if wrong := line.modifiers_among(("33",)):
            message = f"Line {line.index}: modifier 33 on {line.procedure}; Medicare requires PT instead."
            yield Hit(at=wrong[0], message=message, line=line)
        return
    for screening in _screenings(context["screenings"]):
        if line.hcpcs not in screening.codes:
            continue
        first = next(iter(context.claim.diagnoses_of(line)), None)
        if first is not None and first.code.replace(".", "").startswith(screening.diagnoses):
            message = (
                f"Line {line.index}: {line.procedure} is billed for a screening ({first.code}); "
                f"Medicare's code for it is {screening.instead}."
            )
            yield Hit(at=line.procedure, message=message, line=line)


@lru_cache(maxsize=16)
def _screenings(texts: tuple[str, ...]) -> tuple[_Screening, ...]:
    found = []
    for text in texts:
        codes, _, rest = text.partition(" for ")
        diagnoses, _, instead = rest.partition(": ")
        found.append(_Screening(CodeSet.of(codes.split(",")), tuple(diagnoses.split()), instead))
    return tuple(found)
