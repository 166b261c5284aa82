"""A drug that is not antineoplastic is billed with a chemotherapy injection.

What is wrong
    The only drugs that the injection 96401 or 96402 can belong to are biologics or growth factors for
    which payers have stated that the injection is billed with 96372. Or the only drugs of a chemotherapy
    injection, push or infusion (96401-96413) are plain ones: vitamins, iron, antibiotics, steroids.

Why it is refused
    96401 and 96402 pay for the risks of antineoplastic drugs and of some biologics. First Coast,
    Independence Blue Cross and AmeriHealth list 96372 for these drugs. NGS did from 2021-05-01 on, until
    CMS told the MACs to stop changing 96401 to 96372 by such lists (CR 13468): in its states this is for
    information only.

How to correct it
    Bill 96372 for these drugs, or follow your payer's list where it says otherwise.
"""

from collections.abc import Iterator
from datetime import date

from scrubber.claim import Claim, ServiceLine
from scrubber.claim.pairing import possible_drugs, same_day
from scrubber.claim.procedures import CodeSet
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="ADM-04",
    title="Chemotherapy administration with another kind of drug",
    snip=7,
    severity="warn",
    to_do="Replace the code with 96372, 96374 or 96365, unless your payer's list says otherwise.",
    about="drug",
    sources=("S-A58620", "S-IBX2022", "S-FCSO-PROLIA", "S-CR13468"),
    denials=("CO-16", "N56", "N657", "CO-4"),
    claim_status=("A8:454",),
    variants={"paused": "info"},
    needs=("antineoplastic_administration", "drug"),
    needs_codes=(("procedures", "plain_procedures"),),
    parameters={
        "procedures": Parameter(("96401", "96402"), "chemotherapy injections"),
        "drugs": Parameter(
            (
                "J0517", "J0638", "J0717", "J0896", "J0897", "J1442", "J1447", "J2182", "J2353", "J2357",
                "J2505", "J2506", "J2793", "J3245", "Q5101", "Q5108", "Q5110", "Q5111", "Q5120", "Q5122",
            ),
            "drugs that are injected with 96372 instead",
        ),
        "plain_procedures": Parameter(
            ("96401-96402", "96409", "96413"), "chemotherapy administrations that plain drugs never have"
        ),
        "plain": Parameter(
            (
                "J0690", "J0692", "J0694", "J0696", "J0744", "J1010", "J1100", "J1200", "J1335", "J1437",
                "J1439", "J1580", "J1720", "J1750", "J1756", "J1885", "J1940", "J1956", "J2405", "J2469",
                "J2543", "J2550", "J2765", "J2916", "J2919", "J3301", "J3370", "J3420", "J3425", "J3475",
                "J3480", "J3489",
            ),
            "drugs that are neither antineoplastic nor complex biologics",
        ),
        "states": Parameter(
            ("CT", "IL", "MA", "ME", "MN", "NH", "NY", "RI", "VT", "WI"),
            "states of the MAC whose list was stopped",
        ),
        "since": Parameter(date(2021, 5, 1), "first day of service"),
    },
)  # fmt: skip


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    drugs, plain = context.code_set("drugs"), context.code_set("plain")
    for line in claim.lines:
        day = line.service.start if line.service else None
        is_injection = line.hcpcs in context["procedures"]
        if not is_injection and line.hcpcs not in context.code_set("plain_procedures"):
            continue
        if day is None or day < context["since"]:
            continue
        could_be = possible_drugs(claim, line, context.codes)
        is_plain = bool(could_be) and all(drug.hcpcs in plain for drug in could_be)
        if is_plain and _has_another(line, context):
            continue  # the drug belongs to that one
        if is_plain or (is_injection and could_be and all(_is_one(drug, drugs, plain) for drug in could_be)):
            drug = could_be[0]
            message = (
                f"Line {line.index}: {line.procedure} is a chemotherapy administration, but its drug "
                f"{drug.procedure} (line {drug.index}) is not antineoplastic."
            )
            billing = None if is_plain else claim.billing_provider
            variant = "paused" if billing and billing.state in context["states"] else ""
            yield Hit(at=line.procedure, message=message, line=line, variant=variant)


def _is_one(drug: ServiceLine, *sets: CodeSet) -> bool:
    return any(drug.hcpcs in codes for codes in sets)


def _has_another(line: ServiceLine, context: Context) -> bool:
    """Return True if an injection or infusion that is not chemotherapy is billed that day."""
    chemotherapy = context.codes["antineoplastic_administration"]
    others = (entry.line for entry in context.administrations if entry.line.hcpcs not in chemotherapy)
    return any(same_day(line, other) is not False for other in others)
