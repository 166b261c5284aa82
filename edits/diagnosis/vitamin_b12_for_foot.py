"""Vitamin B12 is billed to Medicare for tendons, ligaments or pain of the foot.

What is wrong
    Every diagnosis that the vitamin B12 line (J3420 or J3425) points to is one of the foot or ankle: tendon,
    fascia, ligament, joint, sprain or pain.

Why it is refused
    A national coverage determination (NCD 150.6) says that Medicare does not pay for B12 injected to
    strengthen tendons or ligaments of the foot, in any state.

How to correct it
    If B12 was given for a documented deficiency, point the drug line and its injection line to that
    diagnosis; the foot is not the reason for it. If it was given for the foot, Medicare does not pay, and
    the patient can be billed only after an ABN was signed beforehand (modifier GA).
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.ask_last import unless_supplied
from ..shared.coverage import ArticleVerdict, Support, codes_to_support, verdict_on

edit = Edit(
    id="DX-11",
    title="Vitamin B12 billed for a foot condition",
    snip=7,
    severity="warn",
    to_do=(
        "Link the line (SV107) to a deficiency the chart documents; "
        "if B12 was for the foot, report GA if an ABN was signed."
    ),
    about="diagnoses",
    variants={"article": "reject"},
    sources=("S-NCD150.6", "S-L33967", "S-A57755"),
    denials=("CO-50", "N386"),
    claim_status=("A8:488",),
    needs=("vitamin_b12",),
    parameters={
        "foot": Parameter(
            (
                "G575", "G576", "M201", "M202", "M203", "M204", "M205", "M206", "M214", "M216", "M2457",
                "M2537", "M2557", "M6587", "M6687", "M722", "M766", "M767", "M7682", "M773", "M774", "M775",
                "M7967", "S86", "S93", "S96",
            ),
            "first characters of foot and ankle diagnoses",
        ),
        "waived": Parameter(("GA", "GX", "GY", "GZ"), "modifiers that mean no payment is expected"),
    },
)  # fmt: skip


@edit.line_diagnosis
@unless_supplied
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    codes = codes_to_support(line, context, context.codes["vitamin_b12"], context["waived"])
    if not codes or not all(code.startswith(context["foot"]) for code in codes):
        return
    ruling = verdict_on(line, codes, context)
    refused = isinstance(ruling, ArticleVerdict) and ruling.support is Support.NONE
    message = (
        f"Line {line.index}: Medicare does not cover vitamin B12 ({line.procedure}) "
        f"for the foot ({', '.join(codes)})."
    )
    yield Hit(at=line.pointers[0], message=message, line=line, variant="article" if refused else "")
