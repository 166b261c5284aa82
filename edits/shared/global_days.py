"""Global periods: the days after an operation whose care is paid with it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from scrubber.claim.model import Claim, ServiceLine
from scrubber.engine.context import Context

from .days import day_of, is_by_another

_PERIODS = {"010": 10, "090": 90}


class Operation(NamedTuple):
    """A procedure with a global period, of the claim (``line``) or of an earlier claim of the file."""

    procedure: str
    day: date
    period: int
    """days after it"""
    line: ServiceLine | None = None

    @property
    def place(self) -> str:
        """Return where it is billed, in words."""
        return f"line {self.line.index}" if self.line else "in another claim of the file"


class Following(NamedTuple):
    """A line within the global period of an operation of the same provider."""

    operation: Operation
    days: int
    """how long after it"""


def operations_of(claim: Claim, context: Context) -> list[Operation]:
    """Return the operations that the lines of a claim may follow: its own, then those of other claims.

    The edit's parameter ``not_followed`` has the modifiers of operations without the care that follows.
    """
    found: dict[object, Operation] = {}
    not_followed = context.code_set("not_followed")
    for line in () if claim.single_day else claim.lines:
        day = day_of(line)
        if day is None or any(modifier in not_followed for modifier in line.modifier_codes):
            continue
        if period := _period(line.hcpcs, day, context):
            key = line.hcpcs, day, claim.rendering[line.index - 1]
            found.setdefault(key, Operation(line.procedure, day, period, line))
    if claim.frequency in ("", "1"):  # otherwise the earlier claim may be the one that it corrects
        for service in context.earlier:
            if period := _period(service.procedure, service.day, context):
                found[service] = Operation(service.procedure, service.day, period)
    return list(found.values())


def following(claim: Claim, line: ServiceLine, operations: Iterable[Operation]) -> Following | None:
    """Return the first operation whose global period a line is in, or ``None``."""
    day = day_of(line)
    if day is None:
        return None
    for operation in operations:
        days = (day - operation.day).days
        if not 0 < days <= operation.period:
            continue
        if operation.line is None or not is_by_another(claim, line, operation.line):
            return Following(operation, days)
    return None


def _period(procedure: str, day: date, context: Context) -> int:
    """Return how many days after a procedure are paid with it."""
    policy = context.tables.aside.payment_policy(procedure, day).value
    return _PERIODS.get(policy.global_days, 0) if policy else 0
