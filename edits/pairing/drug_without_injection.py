"""A drug that can only be injected is billed without its injection.

What is wrong
    The claim bills a drug that is only given into a muscle or under the skin, but nothing of that day that
    could have given it: no injection, no operation. A nurse's visit (99211) may take the injection's place.

Why it is refused
    The drug is usually paid. But the injection was not billed: the practice loses its fee, and in an audit
    nothing shows who gave the drug. In facilities the facility bills the drug, so it is only for information
    there; the same where the claim bills nothing but drugs.

How to correct it
    If a person of the practice gave the injection, add its line (96372, or the code that fits the drug). If
    the patient took the drug home or gave it to himself, the drug may not be billable here at all.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.pairing import is_drug, is_supplied_elsewhere, same_day, unpaired_drugs
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked

edit = Edit(
    id="PAIR-03",
    title="Injected drug without an injection",
    snip=7,
    severity="warn",
    about="drug",
    variants={"facility": "info", "drugs_only": "info"},
    sources=("S-J1885WIKI", "S-FCSO-PROLIA"),
    denials=("CO-16",),
    needs=("drug",),
    parameters={
        "routes": Parameter(("IM", "SC"), "routes by which a drug is injected and in no other way"),
        "idle": Parameter(("80047-89398", "36415-36416"), "services that give no drug: tests, blood drawing"),
        "instead": Parameter(("99211",), "visits that may be billed in place of the injection"),
        "elsewhere": Parameter(
            ("01", "04", "12", "13", "14", "16", "33", "54", "65"), "places where others may give the drug"
        ),
    },
)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    if any(not entry.drugs for entry in context.administrations):
        return  # an injection lacks its drug: PAIR-01 and PAIR-09 speak of the two
    for drug in unpaired_drugs(claim, context.administrations, context.codes):
        place = claim.place_of(drug)
        day = drug.service.start if drug.service else None
        if is_supplied_elsewhere(drug) or place in context["elsewhere"]:
            continue
        same = [line for line in claim.lines if same_day(line, drug) is not False]
        if any(_may_give(line, context) for line in same):
            continue
        if day is None:
            yield Unchecked("the date of service of a drug line is missing or unreadable")
            continue
        known = context.tables.drug(drug.hcpcs, day).value
        if known is None or not known.routes or known.first("self_administered") == "yes":
            continue
        if known.routes.issubset(context["routes"]):
            message = f"Line {drug.index} bills {drug.procedure}, which is injected, but no injection."
            yield Hit(at=drug.procedure, message=message, line=drug, variant=_variant(claim, drug, context))


def _may_give(line: ServiceLine, context: Context) -> bool:
    """Whether the drug may have been given with this line's service."""
    if line.hcpcs in context["instead"]:
        return True
    codes, code = context.codes, line.hcpcs
    apart = codes.is_in("visit", code) or codes.is_in("vaccine_administration", code)
    return not (apart or is_drug(line, codes) or code in context.code_set("idle"))


def _variant(claim: Claim, drug: ServiceLine, context: Context) -> str:
    place = claim.place_of(drug)
    known = (
        context.tables.aside.place(place, drug.service.start).value
        if drug.service and drug.service.start
        else None
    )
    if known is None or known.facility:
        return "facility"
    return "drugs_only" if all(is_drug(line, context.codes) for line in claim.lines) else ""
