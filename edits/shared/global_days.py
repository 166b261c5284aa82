"""Global periods: the days after an operation whose care is paid with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from scrubber.claim.model import Claim, ServiceLine
from scrubber.engine.context import Context

from .days import day_of, is_by_another

_PERIODS = {"010": 10, "090": 90}


class Operation(NamedTuple):
    """An operation whose global period a later service of the same provider is in."""

    procedure: str
    place: str
    """where it is billed"""
    days: int
    """how long before the later service"""


def operations_before(claim: Claim, line: ServiceLine, context: Context) -> Iterator[Operation]:
    """Yield the operations whose global period a line is in: of its claim, then of others.

    The edit's parameter ``not_followed`` has the modifiers of operations without the care that follows.
    """
    day = day_of(line)
    if day is None:
        return
    not_followed = context.code_set("not_followed")
    for other in () if claim.single_day else claim.lines:
        operated = day_of(other)
        if operated is None or any(modifier in not_followed for modifier in other.modifier_codes):
            continue
        days = _days_after(other.hcpcs, operated, day, context)
        if days and not is_by_another(claim, line, other):
            yield Operation(other.procedure, f"line {other.index}", days)
    if claim.frequency not in ("", "1"):
        return  # the earlier claim may be the one that it corrects
    for service in context.earlier:
        if days := _days_after(service.procedure, service.day, day, context):
            yield Operation(service.procedure, "in another claim of the file", days)


def _days_after(procedure: str, operated: date, day: date, context: Context) -> int:
    """Return how many days a day is after an operation; 0 if it is not within its global period."""
    if not operated < day:
        return 0
    policy = context.tables.aside.payment_policy(procedure, operated).value
    period = _PERIODS.get(policy.global_days, 0) if policy else 0
    after = (day - operated).days if period else 0
    return after if after <= period else 0
