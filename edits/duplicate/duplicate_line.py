"""A service line is on the claim twice.

What is wrong
    Two lines of the claim agree in everything that distinguishes services: procedure, modifiers, charge,
    units, dates, place of service, provider, diagnoses, drug and notes. Only their line item control numbers
    may differ.

Why it is refused
    The payer takes the second line for a duplicate and denies it.

How to correct it
    If the line was entered twice, delete one. If the service was given twice, report it as the payer
    requires: usually as one line with two units, or with a modifier on the second line (76, 77 or 91 for a
    repeat, 59 or an X modifier for a separate service), which only someone who has checked the chart may
    append. There is no fix for this edit: a line is never deleted.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby

from scrubber.claim import Claim, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter

edit = Edit(
    id="DUP-01",
    title="Duplicate service line",
    snip=7,
    severity="warn",
    to_do=(
        "Remove the duplicate line; if the service was repeated, combine the units or have a coder "
        "append 76, 77, 91, 59 or X{EPSU}."
    ),
    sources=("S-CSCLIST",),
    denials=("CO-18", "CO-97", "M86"),
    claim_status=("A8:746",),
    needs=("repeated procedure",),
    parameters={
        "distinct": Parameter(
            ("59", "76", "77", "78", "79", "91", "XE", "XP", "XS", "XU"),
            "modifiers that show that a line is not a duplicate",
        ),
        "elsewhere": Parameter(("96372",), "procedures whose repetition another edit reports"),
    },
)

_OWN_NUMBER = "6R"
_UNREADABLE = date.min


@edit.lines
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for group in _alike(line for line in claim.lines if _can_be_duplicate(line, context)):
        first: dict[Hashable, ServiceLine] = {}
        for line in group:
            earlier = first.setdefault(_identity(line), line)
            if earlier is not line:
                message = (
                    f"Line {line.index}: {line.procedure} is an exact duplicate of line {earlier.index}."
                )
                yield Hit(at=line.procedure, message=message, line=line)


def _can_be_duplicate(line: ServiceLine, context: Context) -> bool:
    if line.hcpcs in context["elsewhere"] or line.has_modifier(*context["distinct"]) or _is_paid(line):
        return False
    # Lines without a date cannot be compared; another edit reports the missing date.
    service = line.service
    return bool(line.procedure and service and (service.start or service.value))


def _alike(lines: Iterable[ServiceLine]) -> Iterator[Sequence[ServiceLine]]:
    """Yield together the lines of one service that may be of one day, if there are several."""
    by_service: dict[Hashable, list[ServiceLine]] = {}
    for line in lines:
        service = line.qualifier, line.procedure, line.modifier_codes, line.place, line.unit_code
        by_service.setdefault(service, []).append(line)
    for group in by_service.values():
        # Most repeats are on other days. A line whose date is unreadable is compared with all.
        if len(group) > 1 and _UNREADABLE not in map(_day, group):
            days = groupby(sorted(group, key=_day), _day)
            yield from (same for _, day in days if len(same := list(day)) > 1)
        elif len(group) > 1:
            yield group


def _day(line: ServiceLine) -> date:
    """Return the first date of service, or ``_UNREADABLE``."""
    return (line.service and line.service.start) or _UNREADABLE


def _is_paid(line: ServiceLine) -> bool:
    """Return True if another payer paid for the line, and so did not consider it a duplicate."""
    return any(adjudication.paid.decimal for adjudication in line.adjudications)


def _identity(line: ServiceLine) -> Hashable:
    """Return everything that distinguishes a line from others."""
    return (
        line.qualifier, line.procedure, frozenset(line.modifiers), line.description,
        line.charge.decimal or str(line.charge), line.unit_code, line.units.decimal or str(line.units),
        line.place, line.pointers,
        tuple((when.qualifier, when.value) for when in line.dates),
        tuple(ref for ref in line.references if ref.qualifier != _OWN_NUMBER),
        line.notes,
        tuple((drug.ndc, drug.quantity, drug.unit, drug.references) for drug in line.drugs),
        tuple((party.loop, party.id or party.name) for party in line.providers),
    )  # fmt: skip
