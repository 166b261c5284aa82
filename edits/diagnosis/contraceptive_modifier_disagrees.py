"""Medroxyprogesterone: the modifier and the diagnosis do not say the same (Alabama Medicaid).

What is wrong
    Alabama Medicaid wants to know whether the injection (J1050) is for contraception. Modifier FP says that
    it is, and then a contraceptive diagnosis (Z30.-) must be pointed at; U1 says that it is not, and then
    there must be none. Here they contradict each other, or neither modifier is on the line.

Why it is refused
    The two uses have different limits of dose and of time; without the modifier, or with the wrong one,
    Alabama Medicaid denies the line. Its notice is of 2013: if it has changed since, switch this edit off.

How to correct it
    Look in the chart what the drug was given for. For contraception: FP, and Z30.42 (or Z30.013 at the first
    time). For anything else: U1, and the gynaecological diagnosis. Whoever may decide it corrects the one
    that is wrong; nothing is repaired here.
"""

from collections.abc import Iterator

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.coverage import lines_to_support

edit = Edit(
    id="DX-16",
    title="Modifier and diagnosis of medroxyprogesterone disagree",
    snip=7,
    severity="warn",
    about="diagnoses",
    sources=("S-ALMCD",),
    denials=("CO-4", "CO-11"),
    claim_status=("A7:453",),
    needs=("contraceptive_shot",),
    parameters={
        "states": Parameter((), "the states whose Medicaid asks for the modifiers"),
        "contraception": Parameter(("Z30",), "how contraceptive diagnoses begin"),
        "yes": Parameter("FP", "the modifier that says that it is for contraception"),
        "no": Parameter("U1", "the modifier that says that it is not"),
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    yes, no = context["yes"], context["no"]
    home = claim.patient.state.strip().upper() if claim.patient else ""
    if home and home not in context["states"]:
        return  # the Medicaid of another state
    for line, codes in lines_to_support(claim, context.codes["contraceptive_shot"], ()):
        if claim.state_of(line) not in context["states"]:
            continue
        contraceptive = any(code.startswith(context["contraception"]) for code in codes)
        if line.has_modifier(yes) and line.has_modifier(no):
            fault = f"has both {yes} and {no}"
        elif not line.has_modifier(yes, no):
            fault = f"has neither modifier {yes} nor {no}"
        elif line.has_modifier(yes) and not contraceptive:
            fault = f"has {yes}, but points at no contraceptive diagnosis ({', '.join(codes)})"
        elif line.has_modifier(no) and contraceptive:
            fault = f"has {no}, but points at a contraceptive diagnosis ({', '.join(codes)})"
        else:
            continue
        yield Hit(at=line.procedure, message=f"Line {line.index} ({line.procedure}) {fault}.", line=line)
