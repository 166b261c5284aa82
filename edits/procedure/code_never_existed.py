"""The procedure code is a number that no code set ever had.

What is wrong
    The procedure has five digits and lies outside every section of CPT (99998, 02000, 80001); or it is a
    letter and four digits, and the letter begins no HCPCS Level II code (for Medicare also W to Z, which are
    local codes of state programs), or the number is 0000.

Why it is refused
    Payers accept only codes that were valid on the date of service. This one never was, so it is a typing
    error, a code of the practice itself, or a local code, which HIPAA ended in 2003 for most payers.

How to correct it
    Look up the service in the charge master or the chart, and enter its code. A charge without a code does
    not belong on a claim.
"""

import re
from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="PROC-13",
    title="Procedure code that never existed",
    snip=5,
    severity="warn",
    to_do="Replace the code in SV101-2 with the CPT or HCPCS code of the service that was done.",
    sources=("S-PFS25Q4", "S-HCPCS25Q4"),
    denials=("CO-181", "CO-16", "M51"),
    claim_status=("A7:507",),
    yields=True,
    parameters={
        "sections": Parameter(
            ("00100-01999", "10004-69990", "70010-79999", "80047-89398", "90281-99607"),
            "numbers from the first to the last code of each section of CPT",
        ),
        # State programs still have local codes with W to Z.
        "letters": Parameter("ABCDEGHJKLMPQRSTUVWXYZ", "first letters of codes that there are"),
    },
)

_NUMBER, _LEVEL_II = re.compile(r"[0-9]{5}", re.ASCII), re.compile(r"[A-Z][0-9]{4}", re.ASCII)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    code = line.hcpcs
    if _NUMBER.fullmatch(code):
        is_code = code in context.code_set("sections")
    elif _LEVEL_II.fullmatch(code):
        is_code = code[0] in context["letters"] and not code.endswith("0000")
    else:
        return
    if not is_code:
        message = f"Line {line.index}: {code} has never been a CPT or HCPCS code."
        yield Hit(at=line.procedure, message=message, line=line)
