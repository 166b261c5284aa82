"""A charge or amount is negative, has fractions of a cent, or is zero where a charge is expected.

What is wrong
    A charge (SV102, or the total CLM02) is below zero, has more than two decimal places, is a hundred
    million dollars or more, or has unnecessary leading or trailing zeros. Or another amount of the claim
    or a line is below zero: what the patient paid (AMT*F5), sales tax (AMT*T), postage (AMT*F4), the
    weight or distance of a transport (CR102, CR106), the charge of a purchased service (PS102). Or the
    total is zero, though the claim is for chargeable services (BHT06 is CH); or the injection 96372 or a
    visit is billed with a zero charge, which X12 allows, but which brings no payment.

Why it is refused
    Charges are in dollars and cents, never negative, with at most ten digits including the cents. Payers
    reject other amounts before the claim enters adjudication. An injection or visit billed at zero is paid
    at zero, and several payers reject zero charges where they do not ask for them. A claim without any
    charge is a report of an encounter (BHT06 is RP); clearinghouses refuse it as a claim. Other lines at
    zero are right, as are the lines that a clinic's encounter rate (T1015, G0466 to G0470) pays, and
    prenatal visits that are only counted.

How to correct it
    Enter the charge from your fee schedule. An earlier claim is corrected with a replacement claim
    (frequency 7), not with a negative charge. A safe fix removes unnecessary leading and trailing zeros.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from scrubber.claim import Claim, Field, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, safe

from ..shared.numbers import without_leading_zeros

edit = Edit(
    id="BILL-02",
    title="Charge is negative, zero or not a valid dollar amount",
    snip=2,
    severity="reject",
    to_do=(
        "Enter the charge in SV102 or CLM02 in dollars and cents: not negative, at most two decimal places."
    ),
    variants={"zero": "warn", "zero visit": "warn", "extra zeros": "info", "zero total": "warn"},
    sources=("X12-837P", "S-X12-RFI1526", "S-BHS-837", "S-STEDI-ZERO", "S-X12-RFI2836"),
    denials=("CO-16", "M79"),
    claim_status=("A7:583", "A7:693"),
    needs=("unusual numbers",),
    parameters={
        "charged": Parameter(("96372",), "services that are never given free of charge"),
        "encounters": Parameter(
            ("T1015", "G0466-G0470"), "encounter rates that pay for all lines of a claim"
        ),
        "reported": Parameter(
            ("99024", "0500F-0503F"), "services that Medicare and others have reported without a charge"
        ),
        "counted": Parameter(("O", "Z33", "Z34", "Z39"), "first characters of diagnoses of prenatal visits"),
        "free": Parameter(("GX", "GY", "GZ", "SL"), "modifiers of visits that may be free of charge"),
    },
)

_PLAIN = re.compile(r"(?:0|[1-9][0-9]{0,7})?(?:\.[0-9]{0,2})?", re.ASCII)
_LEADING_ZEROS = re.compile(r"0+[1-9][0-9]{0,7}(?:\.[0-9]{0,2})?", re.ASCII)
_MOST = Decimal("99999999.99")
_VISITS = frozenset({"daily_visit", "preventive_visit"})
_MOST_DIGITS = 18  # a longer number is not an amount at all; another edit reports it


@edit.line
def check_line(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if not _PLAIN.fullmatch(line.charge):
        yield from _malformed(line.charge, line)
    elif line.charge.decimal == 0 and (variant := _charged(line, context)):
        message = f"Line {line.index}: {line.procedure} is billed with a zero charge."
        to_do = f"Enter the fee schedule charge for {line.procedure} in SV102."
        yield Hit(at=line.charge, message=message, line=line, variant=variant, to_do=to_do)

    for amount in (*(amount.amount for amount in line.amounts), *line.quantities):
        yield from _unusual(amount, line)


@edit.claim
def check_total(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for amount in (*(amount.amount for amount in claim.amounts), *claim.quantities):
        yield from _unusual(amount, None)
    total = claim.total_charge
    if (
        total.decimal == 0
        and "-" not in total
        and claim.transaction_type == "CH"
        and _are_charges_zero(claim)
        and not all(line.hcpcs in context.code_set("reported") for line in claim.lines)
    ):
        message = "Total charge (CLM02) is zero on a claim for chargeable services (BHT06 is CH)."
        to_do = "Enter the charges in SV102 and CLM02, or send the claim as an encounter report (BHT06 = RP)."
        yield Hit(at=total, message=message, variant="zero total", to_do=to_do)
    # A malformed total often comes from a malformed line: then the line is the fault.
    if not _PLAIN.fullmatch(total) and all(_PLAIN.fullmatch(line.charge) for line in claim.lines):
        yield from _malformed(total, None)


def _charged(line: ServiceLine, context: Context) -> str:
    """Return the variant of the fault that a service has no charge; empty if it may have none."""
    if line.hcpcs in context.code_set("charged"):
        variant = "zero"
    elif _may_be_free(line, context):
        return ""
    else:
        variant = "zero visit"
    return "" if _is_covered(context) else variant


def _may_be_free(line: ServiceLine, context: Context) -> bool:
    """Return True for what is no visit, for a report of an encounter, and for prenatal visits."""
    if _VISITS.isdisjoint(line.sets_in(context.codes)) or line.has_modifier(*context["free"]):
        return True
    claim = context.claim
    is_prenatal = any(diagnosis.code.startswith(context["counted"]) for diagnosis in claim.diagnoses)
    return is_prenatal or claim.transaction_type != "CH"


def _is_covered(context: Context) -> bool:
    """Return True if the claim's other lines pay for all, or if all of it is free, which is another fault."""
    encounters = context.code_set("encounters")
    return context.claim.total_charge.decimal == 0 or any(
        line.hcpcs in encounters for line in context.claim.lines
    )


def _are_charges_zero(claim: Claim) -> bool:
    """Return True if the total is no typing error: the lines have no charge either."""
    return all(line.charge.decimal == 0 for line in claim.lines)


def _unusual(amount: Field, line: ServiceLine | None) -> Iterator[CheckResult]:
    """Yield what is wrong with an amount other than a charge: it is negative, or has leading zeros."""
    if _LEADING_ZEROS.fullmatch(amount):
        prefix = f"Line {line.index}: amount" if line else "Amount"
        plain = without_leading_zeros(amount)
        message = f"{prefix} ({amount.name}) has leading zeros: {amount}."
        to_do = f"Remove the leading zeros from {amount.name} and enter {plain}."
        yield Hit(
            at=amount,
            message=message,
            line=line,
            fix=safe((amount, plain)),
            variant="extra zeros",
            to_do=to_do,
        )
    elif amount.startswith("-") and amount.decimal is not None:
        prefix = f"Line {line.index}: amount" if line else "Amount"
        message = f"{prefix} ({amount.name}) is negative: {amount}."
        to_do = f"Enter the amount in {amount.name} as zero or more, or remove the segment."
        yield Hit(at=amount, message=message, line=line, to_do=to_do)


def _malformed(charge: Field, line: ServiceLine | None) -> Iterator[CheckResult]:
    number = charge.decimal
    if number is None or sum(character.isdigit() for character in charge) > _MOST_DIGITS:
        return
    trimmed = _trimmed(charge)
    fix, to_do = None, ""
    if number < 0:
        fault = "is negative"
        to_do = (
            f"Enter a positive charge in {charge.name}, or bill a replacement claim (CLM05-3 = 7) "
            "to correct an earlier claim."
        )
    elif charge.startswith("-"):
        fault, to_do = "is zero with a minus sign", f"Enter 0 in {charge.name}, without the minus sign."
    elif number > _MOST:
        fault = "is larger than any amount a claim can carry"
    elif _PLAIN.fullmatch(trimmed):
        fault, fix = "has unnecessary zeros", safe((charge, trimmed))
        to_do = f"Remove the unnecessary zeros from {charge.name} and enter {trimmed}."
    else:
        fault = "has more than two decimal places"
    subject = f"Line {line.index}: charge" if line else "Total charge"
    message = f"{subject} ({charge.name}) {fault}: {charge}."
    variant = "extra zeros" if fix else ""
    yield Hit(at=charge, message=message, line=line, fix=fix, variant=variant, to_do=to_do)


def _trimmed(charge: str) -> str:
    """Return the same amount without unnecessary zeros."""
    whole, _, cents = charge.partition(".")
    cents = cents.rstrip("0")
    return (whole.lstrip("0") + (f".{cents}" if cents else "")) or "0"
