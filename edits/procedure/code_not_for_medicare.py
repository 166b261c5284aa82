"""The code is not valid for Medicare, which has another one for the service.

What is wrong
    In the physician fee schedule the procedure has status I: consultations (99242-99255), telephone and
    video visits (98000-98015), prolonged service (99358, 99417, 99418), drug tests by class (80320-80377),
    allergy shots with the extract (95120-95134), home visits of nurses (99500-99602) and others. Or it is an
    H, S or T code of level II: those are for Medicaid and commercial payers.

Why it is refused
    Medicare uses another code for reporting and paying the service, and denies this one.

How to correct it
    Bill the code that Medicare uses: a visit of the setting for a consultation, G2212 for 99417, G0316 to
    G0318 for 99418, G0480-G0483 for drug tests, 95115 or 95117 with 95144-95170 for allergy shots, an office
    visit with its place of service for a video visit.
"""

from collections.abc import Iterator

from scrubber.claim import ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.days import day_of

edit = Edit(
    id="PROC-21",
    title="Code that is not valid for Medicare",
    snip=7,
    severity="warn",
    to_do="Replace the code in SV101-2 with the one that Medicare uses (a visit for 99243, G2212 for 99417).",
    sources=("S-PFS25Q4",),
    denials=("CO-16", "M51", "N56"),
    claim_status=("A8:454",),
    needs=("medicare",),
    yields=True,
    parameters={
        "accepted": Parameter(("GY", "GZ"), "modifiers of lines that expect a denial"),
        "of_others": Parameter(
            ("H0001-H2041", "S0000-S9999", "T1000-T5999"), "codes of level II for other payers only"
        ),
    },
)

_NOT_VALID = "I"


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    day = day_of(line)
    if day is None or line.has_modifier(*context["accepted"]):
        return
    # An unclassified code has edits of its own.
    if line.is_in("unclassified_drug", context.codes):
        return
    policy = context.tables.aside.payment_policy(line.hcpcs, day).value
    is_of_others = line.hcpcs in context.code_set("of_others")
    if is_of_others or (policy and policy.status == _NOT_VALID):
        message = f"Line {line.index}: {line.procedure} is not valid for Medicare, which uses another code."
        yield Hit(at=line.procedure, message=message, line=line)
