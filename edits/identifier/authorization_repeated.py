"""Prior authorization and referral numbers repeat or contradict each other.

What is wrong
    The prior authorization number (REF*G1) is the same as the referral number (REF*9F), or a service line
    has two of one kind for the payer of the claim, or repeats the claim's own.

Why it is refused
    They are numbers of two different decisions of the payer: one number in both places means that one of
    them is wrong. For a line there is one of each, except those of other payers (REF04 is 2U); one of
    the claim is not repeated.

How to correct it
    Enter the authorization in REF*G1 and the referral in REF*9F, each where the payer gave one. For a line,
    keep the number that the payer gave for that service.
"""

from collections.abc import Iterator

from scrubber.claim import Claim, Field, Reference, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit

edit = Edit(
    id="ID-12",
    title="Authorization and referral numbers repeat each other",
    snip=4,
    severity="warn",
    to_do="Enter the prior authorization in REF*G1 and the referral in REF*9F; remove the one that repeats.",
    variants={"of the claim": "info"},
    sources=("X12-837P", "S-STEDI-AUTHORIZATION"),
    denials=("CO-16", "CO-197"),
    claim_status=("A7:48",),
    needs=("referral numbers",),
)

_AUTHORIZATION, _REFERRAL = "G1", "9F"
_NAMES = {_AUTHORIZATION: "prior authorization number", _REFERRAL: "referral number"}


@edit.claim
def check_claim(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    yield from _same(claim.references, None)


@edit.line
def check_line(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    own = [
        reference for reference in line.references if reference.qualifier in _NAMES and not _payer(reference)
    ]
    yield from _same(own, line)
    seen: set[str] = set()
    for qualifier, number in own:
        name = _NAMES[qualifier]
        if qualifier in seen:
            message = f"Line {line.index}: second {name} (REF*{qualifier}) for the payer of the claim."
            to_do = (
                f"Keep one REF*{qualifier} on line {line.index}; one of another payer needs its ID in REF04."
            )
            yield Hit(at=number, message=message, line=line, to_do=to_do)
        elif (qualifier, number) in context.claim.references:
            message = f"Line {line.index}: {name} (REF*{qualifier}) repeats the claim's."
            to_do = f"Remove REF*{qualifier} from line {line.index}: that of the claim is for all lines."
            yield Hit(at=number, message=message, line=line, variant="of the claim", to_do=to_do)
        seen.add(qualifier)


def _same(
    references: list[Reference] | tuple[Reference, ...], line: ServiceLine | None
) -> Iterator[CheckResult]:
    numbers: dict[str, Field] = {}
    for qualifier, number in references:
        numbers.setdefault(qualifier, number)
    authorization, referral = numbers.get(_AUTHORIZATION), numbers.get(_REFERRAL)
    if authorization and authorization == referral:
        prefix = f"Line {line.index}: prior" if line else "Prior"
        message = f"{prefix} authorization number (REF*G1) is the same as the referral number (REF*9F)."
        yield Hit(at=authorization, message=message, line=line)


def _payer(reference: Reference) -> Field:
    """Return the ID of the other payer that a number is of (REF04-2); empty if it is the claim's payer."""
    return Field.of(reference.qualifier.segment, 4, 2, "2400")
