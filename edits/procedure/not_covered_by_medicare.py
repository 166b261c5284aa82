"""A service that Medicare Part B does not cover is billed without GY.

What is wrong
    In the physician fee schedule the procedure has status N: preventive visits (99381-99397), preventive
    counseling (99401-99412), manipulation of other regions (98943), refraction (92015), hearing aids and
    others; or it is a vaccine of Part D (90750, 90678 …). The line has none of GA, GX, GY, GZ.

Why it is refused
    Medicare never pays for it under Part B. The patient may be billed, or a secondary payer after a denial,
    which GY asks for.

How to correct it
    Bill the patient, or Part D for a vaccine. If a denial is wanted for a secondary payer, append GY. For a
    wellness visit of Medicare bill G0438 or G0439 instead of a preventive visit.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="PROC-24",
    title="Service that Medicare Part B does not cover, without GY",
    snip=7,
    severity="warn",
    to_do="Append GY if a denial is wanted; otherwise remove the line and bill the patient or Part D.",
    sources=("S-PFS25Q4",),
    denials=("PR-96", "N425"),
    claim_status=("A8:454",),
    needs=("medicare",),
    needs_codes=(("of_part_d", "not_covered"),),
    yields=True,
    parameters={
        "not_covered": Parameter(
            (
                "92015", "92310", "92314", "92340-92342", "92551", "92590-92595", "98943", "99172-99174",
                "99177", "99188", "99381-99387", "99391-99397", "99401-99404", "99411-99412", "58300",
                "A9270", "J3520", "J3535", "J3570", "J8499", "V2025", "V5008-V5298",
            ),
            "procedures of status N",
        ),
        "of_part_d": Parameter(
            (
                "90619-90623", "90632-90636", "90651", "90678-90679", "90683", "90691", "90707", "90710",
                "90716", "90717", "90734", "90738", "90750",
            ),
            "vaccines that Part D covers",
        ),
        "accepted": Parameter(
            ("GA", "GX", "GY", "GZ"), "modifiers of lines that expect a denial, or have a waiver"
        ),
    },
)  # fmt: skip


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    is_of_part_d = line.hcpcs in context.code_set("of_part_d")
    if not is_of_part_d and line.hcpcs not in context.code_set("not_covered"):
        return
    if not line.has_modifier(*context["accepted"]) and not line.is_supplied_elsewhere:
        whose = "Part D, not Part B, covers it" if is_of_part_d else "Medicare does not cover it (status N)"
        message = f"Line {line.index}: {line.procedure} is billed without GY, but {whose}."
        yield Hit(at=line.procedure, message=message, line=line)
