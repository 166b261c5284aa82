"""More units of a code are billed than the payer pays.

What is wrong
    The units (SV104) of a code are more than its unit limit (the medically unlikely edits of Medicare or
    Medicaid) of the quarter. Where the limit counts the day, all lines of one provider and day are added up,
    those for discarded drug (JW) too; where it counts the line, each line stands by itself. Over a range of
    dates the limit counts for each day of the range. The injection 96372 has an edit of its own.

Why it is refused
    What is over the limit is denied: for one provider and day nothing of the code is paid until an appeal
    shows that it was right.

How to correct it
    Compare the units with what the record shows, and with how much one unit of the code is: often milligrams
    or millilitres were entered instead of units. Where so much was really given, be ready to prove it in an
    appeal. Nothing is repaired here, since how much was given cannot be known.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from scrubber.claim import Claim, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked
from scrubber.tables.records import UnitLimit

from ..shared.ncci import is_void

edit = Edit(
    id="PAIR-07",
    title="More units than the limit of the code",
    snip=7,
    severity="warn",
    sources=("S-NORTHSTAR-MUE24", "S-MUE26Q2", "S-SOPHIE-MUE26", "S-SJANOE-MCDMUE26"),
    denials=("CO-151", "N362"),
    claim_status=("A7:476",),
    variants={"line": "warn", "policy": "warn", "clinical": "warn"},
    needs=("several units",),
    parameters={
        "program": Parameter("medicare", "whose unit limits are asked"),
        "since": Parameter(date(2007, 1, 1), "first day of service for which there were limits"),
        "elsewhere": Parameter(("96372",), "codes of which another edit speaks"),
    },
)

_VARIANTS = {"2": "policy", "3": "clinical"}  # any other counts the line: 1, and Medicaid's, which has none


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    lines = [line for line in claim.lines if line.hcpcs and line.hcpcs not in context["elsewhere"]]
    if not _is_worth_asking(lines) or is_void(claim):
        return
    together: dict[tuple[str, str, date | None], list[ServiceLine]] = {}
    for line in lines:
        if line.unit_code == "MJ":  # minutes of anaesthesia
            continue
        if line.units.decimal is None:
            yield Unchecked("the units of a line are missing or unreadable")
            continue
        day = line.service.start if line.service else None
        together.setdefault((line.hcpcs, _provider(claim, line), day), []).append(line)
    for (code, _, day), same in together.items():
        if _total(same) <= 1:
            continue
        if day is None:
            yield Unchecked("the date of service of a line is missing or unreadable")
        elif day < context["since"]:
            continue
        elif limit := context.tables.mue(code, day, context["program"]).value:
            yield from _over(limit, same)


def _is_worth_asking(lines: list[ServiceLine]) -> bool:
    """Whether a code has more than one unit at all: no limit is below that for what may be billed."""
    return any(line.units != "1" for line in lines) or len({line.hcpcs for line in lines}) < len(lines)


def _provider(claim: Claim, line: ServiceLine) -> str:
    """Who rendered the line; an unknown provider is not taken for that of another line."""
    party = claim.rendering_of(line)
    return str(party.id) if party and party.id else f"line {line.index}"


def _over(limit: UnitLimit, lines: list[ServiceLine]) -> Iterator[CheckResult]:
    variant = _VARIANTS.get(limit.indicator, "line")
    groups = [[line] for line in lines] if variant == "line" else [lines]
    for group in groups:
        total, allowed = _total(group), limit.limit * max(map(_days, group))
        if total > allowed:
            line = _first_over(group, allowed)
            counted = "for the day" if variant != "line" else "on one line"
            message = f"{total:f} units of {line.procedure} are billed {counted}; the limit is {allowed}."
            yield Hit(at=line.units, message=message, line=line, variant=variant)


def _first_over(lines: list[ServiceLine], allowed: int) -> ServiceLine:
    return next(line for at, line in enumerate(lines, start=1) if _total(lines[:at]) > allowed)


def _total(lines: list[ServiceLine]) -> Decimal:
    return sum((line.units.decimal or Decimal(0) for line in lines), Decimal(0))


def _days(line: ServiceLine) -> int:
    service = line.service
    return (service.end - service.start).days + 1 if service and service.start and service.end else 1
