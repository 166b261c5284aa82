"""An injectable drug is billed without its injection.

What is wrong
    The claim bills a drug that is given only IM or SC, or by a procedure into a joint, an eye or a nerve, but
    no service on that date that could have given it: no injection, no procedure. A nurse visit (99211) may
    take the place of the injection.

Why it is refused
    The drug is usually paid. But the injection was not billed: the practice loses its fee, and in an audit
    nothing shows who gave the drug. In a facility, the facility bills the drug, so this is for information
    only there, as it is if the claim bills nothing but drugs outside an office.

How to correct it
    If staff of the practice gave the injection, add its line (96372, or the code that fits the drug). If the
    patient took the drug home or self-administered it, the drug may not be billable here at all.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.pairing import is_drug, is_supplied_elsewhere, same_day, unpaired_drugs
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked

from ..shared.days import day_of

edit = Edit(
    id="PAIR-03",
    title="Injectable drug without an injection",
    snip=7,
    severity="warn",
    to_do=(
        "Add the injection line (96372, or the code that fits the drug) if staff gave the drug; "
        "otherwise verify that the drug is billable here."
    ),
    about="drug",
    variants={"facility": "info", "drugs_only": "info"},
    sources=("S-J1885WIKI", "S-FCSO-PROLIA"),
    denials=("CO-16",),
    needs=("drug",),
    parameters={
        "offices": Parameter(("11", "20"), "places where nothing but drugs is not expected"),
        "routes": Parameter(("IM", "SC"), "routes of drugs that are only injected"),
        "procedural": Parameter(
            (
                "J0177-J0179",
                "J0585-J0589",
                "J2777-J2779",
                "J3301",
                "J3304",
                "J7318",
                "J7320-J7332",
                "Q5124",
                "Q5128",
                "Q5147",
                "Q5149",
                "Q5150",
                "Q5153",
            ),
            "drugs that are injected into a joint, an eye or a nerve by a procedure",
        ),
        "idle": Parameter(("80047-89398", "36415-36416"), "services that give no drug: tests, blood draws"),
        "instead": Parameter(("99211",), "visits that may take the place of the injection"),
        "elsewhere": Parameter(
            ("01", "04", "12", "13", "14", "16", "33", "54", "65"),
            "places where others may give the drug",
        ),
    },
)


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    if any(not entry.drugs for entry in context.administrations):
        return  # an injection without its drug: PAIR-01 and PAIR-09 report the two
    for drug in unpaired_drugs(claim, context.administrations, context.codes):
        if claim.place_of(drug) in context["elsewhere"]:
            continue
        same = [line for line in claim.lines if same_day(line, drug) is not False]
        if any(_may_give(line, context) for line in same) or is_supplied_elsewhere(drug):
            continue
        day = day_of(drug)
        if day is None:
            yield Unchecked("the date of service of a drug line is missing or unreadable")
            continue
        if _is_injected(drug, day, context):
            message = (
                f"Line {drug.index}: {drug.procedure} is an injectable drug, "
                "but no injection is billed on that date."
            )
            yield Hit(at=drug.procedure, message=message, line=drug, variant=_variant(drug, day, context))


def _is_injected(drug: ServiceLine, day: date, context: Context) -> bool:
    """Return True for a drug that is only injected: by IM/SC, or by a procedure."""
    if drug.hcpcs in context.code_set("procedural"):
        return True
    known = context.tables.drug(drug.hcpcs, day).value
    if known is None or not known.routes or known.first("self_administered") == "yes":
        return False
    return known.routes.issubset(context["routes"])


def _may_give(line: ServiceLine, context: Context) -> bool:
    """Return True if the service of this line may have given the drug."""
    if line.hcpcs in context["instead"]:
        return True
    codes, code = context.codes, line.hcpcs
    apart = codes.is_in("visit", code) or codes.is_in("vaccine_administration", code)
    return not (apart or is_drug(line, codes) or code in context.code_set("idle"))


def _variant(drug: ServiceLine, day: date, context: Context) -> str:
    claim = context.claim
    place = context.tables.aside.place(claim.place_of(drug), day).value
    if place is None or place.facility:
        return "facility"
    if claim.place_of(drug) in context["offices"]:
        return ""
    return "drugs_only" if all(is_drug(line, context.codes) for line in claim.lines) else ""
