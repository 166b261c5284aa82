"""An injection and its drug are billed on different dates, or by different providers.

What is wrong
    The claim bills the injection 96372 and a drug, but the drug has another date of service; or it is on the
    same date, but with a different rendering provider.

Why it is refused
    Payers match the two by date. An injection on a date without a drug, and a drug on a date without an
    injection, are both denied as incomplete. Different providers of one group are common: one gives what
    another ordered. Some payers question whether the two lines are one service, so this is information only.

How to correct it
    Compare the dates of service (DTP*472) of both lines with the chart and correct the one that is wrong.
    For different providers, compare loop 2420A of the two lines. There is no automatic fix, because it is
    not known which line is right.
"""

from collections.abc import Iterator

from scrubber.claim import Administration, Claim
from scrubber.claim.pairing import (
    may_serve_a_procedure,
    possible_drugs,
    same_day,
    unpaired_drugs,
)
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked

from ..shared.days import is_by_another

edit = Edit(
    id="PAIR-09",
    title="Injection and drug on different dates or by different providers",
    snip=7,
    severity="warn",
    to_do=(
        "Check the chart, and correct the date of service (DTP*472) of the injection "
        "line or of the drug line."
    ),
    about="drug",
    variants={"provider": "info"},
    sources=("S-NGS-PSD",),
    denials=("CO-16", "M52", "CO-107"),
    claim_status=("A8:187",),
    needs=("administrations",),
    needs_codes=("procedures",),
    parameters={"procedures": Parameter(("96372",), "administration codes that need a drug line")},
)

_PROVIDER = (
    "Check the chart, and correct the rendering provider (loop 2420A) of the injection or the drug line."
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    entries = [entry for entry in context.administrations if entry.line.hcpcs in context["procedures"]]
    if any(_is_undated(entry) for entry in entries):
        yield Unchecked("a date of service of the injection or of its drug is missing or unreadable")
    alone = [entry.line for entry in entries if not entry.drugs]
    if not alone:
        return
    unpaired = unpaired_drugs(claim, context.administrations, context.codes)
    strays = [drug for drug in unpaired if not may_serve_a_procedure(claim, drug, context.codes)]
    for line in alone:
        near = possible_drugs(claim, line, context.codes)
        if near:
            if all(other in unpaired and is_by_another(claim, line, other) for other in near):
                message = (
                    f"Line {line.index}: {line.procedure} and its drug (line {near[0].index}) "
                    "have different rendering providers."
                )
                yield Hit(at=line.segment, message=message, line=line, variant="provider", to_do=_PROVIDER)
        elif line.service and strays:
            message = (
                f"Line {line.index}: {line.procedure} and its drug (line {strays[0].index}) "
                "have different dates of service."
            )
            yield Hit(at=line.service.value, message=message, line=line)


def _is_undated(entry: Administration) -> bool:
    """Return True if the injection has drugs, and no date shows that one of them is of the same day."""
    return bool(entry.drugs) and all(same_day(entry.line, drug) is None for drug in entry.drugs)
