"""A drug is billed without its National Drug Code.

What is wrong
    A drug line has no NDC: loop 2410 is missing, or its LIN03 is empty. Vaccines, discarded drug (modifier
    JW) and drugs that someone else supplied (charge 0.01 or less) are exempt.

Why it is refused
    Federal law makes every state's Medicaid collect the NDC of drugs that practitioners administer, to claim
    the manufacturers' rebates; without it nothing is paid. Many commercial payers require it too, some only
    for unclassified drug codes (J3490 and the like). Medicare Part B does not for drugs that have a code of
    their own. TRICARE, VA, the Federal Employee Program, workers' compensation and auto insurers (SBR09) are
    not known to require it, and payers differ on RSV antibodies, which are sold as vaccines are: there this
    is for information only.

How to correct it
    Take the NDC from the package that was used, with its quantity and unit of measure, and enter it on the
    drug's line. There is no automatic fix: only the package shows the NDC.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.claim.pairing import is_supplied_elsewhere, same_day
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="NDC-01",
    title="Drug without NDC",
    snip=7,
    severity="info",
    to_do=(
        "Enter the 11-digit NDC from the package in loop 2410 (LIN03), with its quantity (CTP04) and "
        "unit (CTP05-1)."
    ),
    about="ndc",
    sources=("S-UHCNDC17", "S-BCBSAL-INJ"),
    denials=("CO-16", "M119"),
    claim_status=("A7:218",),
    # An unclassified code: only the NDC identifies the drug.
    variants={"unclassified": "info", "payers differ": "info"},
    needs=("drug",),
    parameters={
        "programs": Parameter(
            ("AM", "CH", "FI", "LM", "OF", "VA", "WC"),
            "claim filing codes (SBR09) of payers that are not known to require the NDC",
        ),
        "waste": Parameter(default=False, about="the line of discarded drug (JW) needs the NDC, too"),
    },
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if not line.is_in("drug", context.codes) or _has_ndc(line):
        return
    if line.is_wastage and not context["waste"]:
        return
    # What differs from claim to claim is asked last.
    if _is_on_administration_line(line, context) or is_supplied_elsewhere(line):
        return
    nearest = line.drugs[0].segment if line.drugs else line.segment
    message = f"Line {line.index}: NDC is missing for drug {line.procedure}."
    yield Hit(nearest, message, line, element="LIN03", loop="2410", variant=_variant(line, context))


def _variant(line: ServiceLine, context: Context) -> str:
    subscriber = context.claim.subscriber
    is_other_program = subscriber is not None and subscriber.filing_code in context["programs"]
    if is_other_program or line.is_in("rsv_antibody", context.codes):
        return "payers differ"
    return "unclassified" if _is_unclassified(line, context) else ""


def _has_ndc(line: ServiceLine) -> bool:
    return any(drug.ndc.strip() for drug in line.drugs)


def _is_unclassified(line: ServiceLine, context: Context) -> bool:
    start = line.service.start if line.service else None
    return start is not None and context.tables.unclassified(line.hcpcs, start).value is not None


def _is_on_administration_line(line: ServiceLine, context: Context) -> bool:
    """Return True if the NDC is on the administration line instead, which NDC-10 reports."""
    return any(
        other.drugs
        and other.is_in("administration", context.codes)
        and same_day(line, other) is not False
        and _has_ndc(other)
        for other in context.claim.lines
    )
