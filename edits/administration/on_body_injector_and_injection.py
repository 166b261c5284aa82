"""One dose of pegfilgrastim is billed both with an injection and with an on-body injector.

What is wrong
    The claim bills the injection 96372 and applying the on-body injector 96377 for one day and provider, but
    the only drug is one dose of pegfilgrastim.

Why it is refused
    A dose is given one way: by syringe or by the injector. Payers pay one of the two administrations.

How to correct it
    Look in the record how the drug was given, and take the other administration off. If another drug was
    injected too, add its line. Nothing is repaired here.
"""

from collections.abc import Iterator
from decimal import Decimal

from scrubber.claim import Claim
from scrubber.claim.pairing import may_be_drug_of, same_day, same_provider
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="ADM-14",
    title="Injection and on-body injector for one dose",
    snip=7,
    severity="warn",
    sources=("S-A59126",),
    denials=("CO-151",),
    needs=("injection", "on_body_injector"),
    parameters={
        "drugs": Parameter(
            ("J2505-J2506", "Q5108", "Q5111", "Q5120", "Q5122", "Q5127", "Q5130"), "pegfilgrastim"
        ),
        "dose": Parameter(12, "units of one dose"),
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    codes, drugs = context.codes, context.code_set("drugs")
    injectors = [line for line in claim.lines if codes.is_in("on_body_injector", line.hcpcs)]
    for line in claim.lines:
        if not codes.is_in("injection", line.hcpcs) or not any(
            same_day(line, other) and same_provider(claim, line, other) is not False for other in injectors
        ):
            continue
        could_be = [other for other in claim.lines if may_be_drug_of(line, other, codes)]
        units = sum((drug.units.decimal or Decimal(0) for drug in could_be), Decimal(0))
        if could_be and all(drug.hcpcs in drugs for drug in could_be) and units <= context["dose"]:
            message = (
                f"Line {line.index} bills {line.procedure} beside the on-body injector, "
                f"but only one dose of {could_be[0].procedure} (line {could_be[0].index}) is billed."
            )
            yield Hit(at=line.procedure, message=message, line=line)
