"""A compounded drug is billed without its ingredients and their amounts.

What is wrong
    A line bills a compounded drug (J7999), but its description (SV101-7) and notes (NTE) name no ingredient
    with an amount, and no link number (REF*VY in loop 2410) ties it to ingredient lines; or a link number is
    on one line only, so the other ingredients are missing.

Why it is refused
    A compound has no price of its own: the payer prices it from the ingredients and their amounts. Without
    them the line is unprocessable.

How to correct it
    Enter each ingredient with its amount in the description, for example the name and 5 MG; or bill one line
    per NDC with the same link number. Some payers want only the NDC of the most expensive ingredient.
"""

from collections.abc import Iterator

from scrubber.claim import Field, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

from ..shared.dosage import is_compound
from ..shared.wording import has_amount, words_about

edit = Edit(
    id="NDC-12",
    title="Compounded drug without its ingredients",
    snip=7,
    severity="warn",
    to_do=(
        "Enter each ingredient and its amount in SV101-7, or bill one line per NDC with the same link "
        "number (REF*VY)."
    ),
    about="ndc",
    sources=("S-CGS-NOC", "S-IBX-NDC"),
    denials=("CO-16", "M123"),
    claim_status=("A7:586",),
    parameters={"compounds": Parameter(("J7999", "Q9977"), "compounded drug codes")},
)

_ADD_INGREDIENTS = (
    "Add a line for each other ingredient with the same link number (REF*VY, loop 2410), or remove the "
    "number."
)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if is_compound(line):
        yield from _unlinked(line, context)
    elif line.hcpcs in context["compounds"] and not line.is_wastage:
        words = words_about(line, context)
        # A line without any text is reported by UNIT-06.
        if words and not has_amount(words) and not _shares_prescription(line, context):
            message = (
                f"Line {line.index}: no ingredient of compounded drug {line.procedure} is named with "
                "an amount."
            )
            place = line.description or line.segment
            yield Hit(at=place, message=message, line=line, element="SV101-7")


def _unlinked(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    """Yield a hit for each link number of the line that the claim has only here."""
    numbers = [number for other in context.claim.lines for number in _links(other)]
    for number in _links(line):
        if number and numbers.count(number) == 1:
            message = (
                f"Line {line.index}: the compound has only one ingredient; its link number (REF*VY) "
                "is on no other line."
            )
            yield Hit(at=number, message=message, line=line, to_do=_ADD_INGREDIENTS)


def _shares_prescription(line: ServiceLine, context: Context) -> bool:
    """Return True if another line has the same prescription number: each ingredient has a line."""
    numbers = _numbers(line, "XZ")
    others = (other for other in context.claim.lines if other.index != line.index)
    return bool(numbers) and any(number in numbers for other in others for number in _numbers(other, "XZ"))


def _links(line: ServiceLine) -> list[Field]:
    return _numbers(line, "VY")


def _numbers(line: ServiceLine, qualifier: str) -> list[Field]:
    return [ref.value for drug in line.drugs for ref in drug.references if ref.qualifier == qualifier]
