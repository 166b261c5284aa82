"""The NDC quantity is missing or is not a valid number.

What is wrong
    The quantity reported with an NDC (CTP04) is missing, is not a number, is zero or less, is larger than any
    package, or has more than three decimal places.

Why it is refused
    The TR3 requires a quantity with every NDC. Payers check it against the billed units and, for Medicaid,
    calculate the manufacturer's rebate from it.

How to correct it
    Enter how much was given in the unit of measure reported with it (ML for liquids, UN for vials of powder),
    with at most three decimal places. A safe fix removes spaces around the number and zeros at its end.
"""

from collections.abc import Iterator

from scrubber.claim import Field, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, safe

edit = Edit(
    id="NDC-06",
    title="NDC quantity is missing or invalid",
    snip=2,
    severity="reject",
    to_do="Enter the quantity given in CTP04, in the unit of CTP05-1, with at most three decimal places.",
    about="ndc",
    sources=("X12-837P", "S-PRIORITY"),
    denials=("CO-16", "M53", "N378"),
    claim_status=("A7:476", "A7:697"),
    needs=("ndc",),
    parameters={"most": Parameter(99999, "the largest plausible quantity")},
)

_MOST_DECIMALS = 3


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    for drug in line.drugs:
        is_ndc = drug.qualifier == "N4" or (not drug.qualifier and drug.ndc.strip())
        quantity = drug.quantity
        if not is_ndc or _is_right(quantity, context["most"]):
            continue
        trimmed = _trimmed(quantity)
        fix = safe((quantity, trimmed)) if _is_right(trimmed, context["most"]) else None
        place = quantity if quantity.segment else drug.segment
        what = f"is invalid ({quantity} reported)" if quantity else "is missing"
        message = f"Line {line.index}: NDC quantity (CTP04) {what}."
        yield Hit(at=place, message=message, line=line, fix=fix, element="CTP04", loop="2410")


def _is_right(quantity: Field, most: int) -> bool:
    number = quantity.decimal
    decimals = len(quantity.partition(".")[2])
    return number is not None and 0 < number <= most and decimals <= _MOST_DECIMALS


def _trimmed(quantity: Field) -> Field:
    text = quantity.strip()
    return Field(text.rstrip("0").rstrip(".") if "." in text else text)
