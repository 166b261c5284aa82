"""What a check of a service line asks last: its charge, and what the earlier lines of the claim have.

Charges and combinations of lines differ from claim to claim. A check that asks for them only when it would
fire has the same outcome for many lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps

from scrubber.claim.model import ServiceLine
from scrubber.claim.pairing import is_supplied_elsewhere
from scrubber.engine.context import Context
from scrubber.engine.edit import LineCheck
from scrubber.engine.finding import CheckResult


def unless_supplied(check: LineCheck) -> LineCheck:
    """Drop what a check yields for a drug that someone else supplied (a decorator).

    Such a check looks up aside (``context.tables.aside``) and yields itself what a table does not cover:
    ``Unchecked(answer.uncovered)``.
    """

    @wraps(check)
    def check_unless_supplied(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
        for result in check(line, context):
            if is_supplied_elsewhere(line):
                return
            yield result

    return check_unless_supplied


def is_on_earlier_line(line: ServiceLine, context: Context, has_fault: Callable[[ServiceLine], bool]) -> bool:
    """Return True if an earlier line of the claim has the same fault, so that it is reported there."""
    return any(has_fault(other) for other in context.claim.lines[: line.index - 1])
