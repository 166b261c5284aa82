"""Medroxyprogesterone is billed with a modifier and a diagnosis that conflict (Alabama Medicaid).

What is wrong
    Alabama Medicaid requires a modifier that tells whether the injection (J1050) is for contraception.
    Modifier FP means contraception, and the line must point to a contraceptive diagnosis (Z30.-); modifier
    U1 means any other use, and the line must not point to one. Here the two conflict, or the line has
    neither modifier.

Why it is refused
    The two uses have different dose and frequency limits. Without the modifier, or with the wrong one,
    Alabama Medicaid denies the line. Its notice is from 2013; if the rule has changed since, turn this edit
    off.

How to correct it
    Check the chart for the reason the drug was given. For contraception, report FP and Z30.42 (Z30.013 for
    the first injection). For any other use, report U1 and the gynecological diagnosis. A certified coder or
    the provider decides which of the two is wrong.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.ask_last import unless_supplied
from ..shared.coverage import codes_to_support

edit = Edit(
    id="DX-16",
    title="Medroxyprogesterone modifier and diagnosis conflict",
    snip=7,
    severity="warn",
    to_do=(
        "Correct the modifier (FP for contraception, U1 for any other use) or the "
        "diagnosis to match the chart."
    ),
    about="diagnoses",
    sources=("S-ALMCD",),
    denials=("CO-4", "CO-11"),
    claim_status=("A7:453",),
    needs=("contraceptive_shot",),
    parameters={
        "states": Parameter((), "states whose Medicaid program requires the modifiers"),
        "contraception": Parameter(("Z30",), "first characters of contraceptive diagnosis codes"),
        "yes": Parameter("FP", "modifier for contraceptive use"),
        "no": Parameter("U1", "modifier for any other use"),
    },
)


@edit.line_diagnosis
@unless_supplied
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    patient = context.claim.patient
    home = patient.state.strip().upper() if patient else ""
    if home and home not in context["states"]:
        return  # another state's Medicaid
    codes = codes_to_support(line, context, context.codes["contraceptive_shot"])
    if not codes or context.claim.state_of(line) not in context["states"]:
        return
    yes, no = context["yes"], context["no"]
    contraceptive = any(code.startswith(context["contraception"]) for code in codes)
    if line.has_modifier(yes) and line.has_modifier(no):
        fault = f"has both {yes} and {no}"
    elif not line.has_modifier(yes, no):
        fault = f"is missing modifier {yes} or {no}"
    elif line.has_modifier(yes) and not contraceptive:
        fault = f"has {yes} but points to no contraceptive diagnosis ({', '.join(codes)})"
    elif line.has_modifier(no) and contraceptive:
        fault = f"has {no} but points to a contraceptive diagnosis ({', '.join(codes)})"
    else:
        return
    yield Hit(at=line.procedure, message=f"Line {line.index}: {line.procedure} {fault}.", line=line)
