"""The diagnosis does not support the drug or service.

What is wrong
    None of the diagnoses that the line points to is one for which the drug or service is given: for example
    tobacco counseling (99406, 99407) without tobacco use (F17.-, Z72.0, Z87.891 and others), exercise therapy
    for peripheral artery disease (93668) without that disease (I70.2- to I70.7-), omalizumab (J2357) for mild
    asthma, medroxyprogesterone (J1050) or a fetal non-stress test (59025) for hypertension. The lists are
    wide; they come from national coverage determinations, an article, the labeling of the drugs, and what a
    procedure is done for.

Why it is refused
    The diagnosis shows the medical necessity. Without one that fits, the line is denied as not medically
    necessary, or as inconsistent with the procedure. Often the pointer is wrong.

How to correct it
    Check whether a fitting diagnosis is already on the claim and only the pointer (SV107) is missing.
    Otherwise check the chart for what the service was given for; if it is another accepted use, the claim may
    go as it is, with the documentation ready.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter
from scrubber.tables.rows import Indications

from ..shared.ask_last import unless_supplied
from ..shared.coverage import QUERY_PROVIDER, codes_to_support, unlinked_alternative
from ..shared.days import day_of

edit = Edit(
    id="DX-30",
    title="Diagnosis does not support the drug or service",
    snip=7,
    severity="warn",
    to_do=(
        "Link the line (SV107) to the diagnosis that it was given for, or query the provider for one the "
        "chart supports."
    ),
    about="diagnoses",
    sources=("S-NGS-TOBACCO", "S-NGS-ACE", "S-A52448"),
    denials=("CO-50", "CO-11"),
    claim_status=("A8:488",),
    parameters={
        "programs": Parameter((), "programs whose own lists of diagnoses apply"),
        "waived": Parameter(("GA", "GX", "GY", "GZ"), "modifiers that mean no payment is expected"),
    },
)


@edit.line_diagnosis
@unless_supplied
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    day = day_of(line)
    known = context.tables.indications(line.hcpcs, day).value if day else None
    if known is None or (known.program and known.program not in context["programs"]):
        return
    codes = codes_to_support(line, context, (line.hcpcs,), context["waived"])
    if not codes or any(code.startswith(known.diagnoses) for code in codes):
        return
    alternative = unlinked_alternative(line, context, lambda code: code.startswith(known.diagnoses))
    yield Hit(
        at=line.pointers[0],
        message=f"Line {line.index}: {line.procedure} is billed for {', '.join(codes)}, {_why(known)}."
        + alternative,
        line=line,
        to_do="" if alternative else QUERY_PROVIDER,
    )


def _why(known: Indications) -> str:
    if known.basis.startswith(("labeling", "use of")):
        return f"not for one of its uses ({known.note})"
    return f"which {known.basis} does not list ({known.note})"
