"""One dose of pegfilgrastim is billed with both an injection and an on-body injector.

What is wrong
    The claim bills the injection 96372 and the application of the on-body injector 96377 for one day and
    provider, but the only drug is one dose of pegfilgrastim.

Why it is refused
    A dose is given one way: by syringe or by the injector. Payers pay only one of the two
    administrations.

How to correct it
    Check the chart for how the drug was given, and remove the other administration. If another drug was
    injected as well, add its line.
"""

from collections.abc import Iterator
from decimal import Decimal

from scrubber.claim import Claim
from scrubber.claim.pairing import possible_drugs, same_day
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.days import is_by_another

edit = Edit(
    id="ADM-14",
    title="Injection and on-body injector for one dose",
    snip=7,
    severity="warn",
    to_do="Check the chart for how the dose was given, and remove the other administration (96372 or 96377).",
    sources=("S-A59126",),
    denials=("CO-151",),
    needs=("injection", "on_body_injector"),
    parameters={
        "drugs": Parameter(
            ("J2505-J2506", "Q5108", "Q5111", "Q5120", "Q5122", "Q5127", "Q5130"),
            "pegfilgrastim and its biosimilars",
        ),
        "dose": Parameter(12, "HCPCS units in one dose"),
    },
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    codes, drugs = context.codes, context.code_set("drugs")
    injectors = [line for line in claim.lines if line.is_in("on_body_injector", codes)]
    for line in claim.lines:
        if not line.is_in("injection", codes) or not any(
            same_day(line, other) and not is_by_another(claim, line, other) for other in injectors
        ):
            continue
        could_be = possible_drugs(claim, line, codes)
        units = sum((drug.units.decimal or Decimal(0) for drug in could_be), Decimal(0))
        if could_be and all(drug.hcpcs in drugs for drug in could_be) and units <= context["dose"]:
            message = (
                f"Line {line.index}: {line.procedure} is billed with the on-body injector, "
                f"but only one dose of {could_be[0].procedure} (line {could_be[0].index}) is billed."
            )
            yield Hit(at=line.procedure, message=message, line=line)
