"""NCCI PTP edits: which lines are bundled, and which modifiers unbundle them.

A PTP edit has a column one code, which is paid, and a column two code, which is bundled into it for the same
day and provider. Its modifier indicator allows an NCCI-associated modifier to unbundle the two (1) or does
not (0). Each edit states its own codes and modifiers. Where an imported table covers the day, it overrides
them: a pair that it does not contain, or contains with another indicator, is not bundled as the edit states.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator
from datetime import date
from typing import NamedTuple

from scrubber.claim.model import Claim, ServiceLine
from scrubber.claim.pairing import same_day
from scrubber.engine.context import Context
from scrubber.engine.edit import Edit, Parameter
from scrubber.engine.finding import CheckResult, Hit, Severity, Unchecked
from scrubber.tables.answer import Answer
from scrubber.tables.lookups import PROGRAMS
from scrubber.tables.rows import CodePair

from .days import is_by_another

EITHER_LINE_SINCE = date(2019, 7, 1)
"""Until then a modifier such as 59 counted on the column two line only (CMS, change request 11168)."""
STATED_SINCE = date(2024, 7, 1)
"""First day of the edition cited as ``S-NCCI24Q3``, from which the edits state its pairs."""
IN_FORCE: dict[str, Severity] = {"in force": "warn"}
"""The variant of an edit on pairs that it states: an imported table of the day has the pair, too."""
UNDATED = "the date of service of one of the two lines is missing or unreadable"
"""Why two lines cannot be checked as a pair."""


class Bypass(NamedTuple):
    """NCCI-associated modifiers, by the line on which they count."""

    on_either: Collection[str] = ()
    on_column_one: Collection[str] = ()
    on_column_two: Collection[str] = ()

    def unbundles(self, one: ServiceLine, two: ServiceLine) -> bool:
        """Return True if a modifier on the column one or the column two line unbundles the two."""
        on_one, on_two = one.modifier_codes, two.modifier_codes
        if not on_two.isdisjoint((*self.on_either, *self.on_column_two)):
            return True
        if not on_one.isdisjoint(self.on_column_one):
            return True
        day = one.service.start if one.service else None
        return (day is None or day >= EITHER_LINE_SINCE) and not on_one.isdisjoint(self.on_either)


class PairContext(NamedTuple):
    """A column one line and a column two line of one day and provider that no modifier unbundles.

    ``variant`` is that of the hit: ``in force`` if an imported table of the day has the pair.
    """

    one: ServiceLine
    two: ServiceLine
    variant: str = ""


def not_paid_together(
    claim: Claim,
    context: Context,
    ones: Container[str],
    twos: Container[str],
    *,
    bypass: Bypass | None = None,
    since: date = date.min,
) -> Iterator[PairContext | Unchecked]:
    """Yield each bundled column two line, with the first column one line it is bundled into.

    Without ``bypass`` no modifier is allowed (indicator 0). ``since`` is the first day for which the edit
    states the pair. The edit's parameter ``program`` selects the imported table.
    """
    # A modifier on the column two line unbundles it from every other line, so it is asked about first.
    freed_by = frozenset((*bypass.on_either, *bypass.on_column_two) if bypass else ())
    bundled = [line for line in claim.lines_billing(twos) if freed_by.isdisjoint(line.modifier_codes)]
    groups = alike(claim, claim.lines_billing(ones)) if bundled else ()
    if not groups or claim.is_void:
        return
    for two in bundled:
        stated: list[ServiceLine] = []
        days: set[bool | None] = set()
        for lines in groups:
            one = next((line for line in lines[:2] if line is not two), None)
            if one is None or is_by_another(claim, one, two):
                continue
            if bypass and bypass.unbundles(one, two):
                continue
            days.add(shared := same_day(one, two))
            if shared and _is_stated(context, one, two, "1" if bypass else "0", since):
                stated.append(one)
        if stated:
            one = min(stated, key=lambda line: line.index)
            yield PairContext(one, two, "in force" if official(context, one, two).value else "")
        elif True not in days and None in days:
            yield Unchecked(UNDATED)


def alike(claim: Claim, lines: Iterable[ServiceLine]) -> list[list[ServiceLine]]:
    """Return lines in groups in which all are alike to the NCCI: in code, modifiers, provider and dates.

    A claim may have hundreds of lines; so each need only be compared with the groups.
    """
    groups: dict[tuple[object, ...], list[ServiceLine]] = {}
    for line in lines:
        service = line.service
        # Which day it is does not matter where all lines are of the same one.
        days = (service.start, service.end) if service and not claim.single_day else None
        key = line.hcpcs, line.modifier_codes, claim.rendering[line.index - 1], days
        groups.setdefault(key, []).append(line)
    return list(groups.values())


def bundled(
    claim: Claim,
    context: Context,
    ones: Container[str],
    twos: Container[str],
    *,
    bypass: Bypass | None = None,
    since: date = date.min,
    to_do: str = "",
) -> Iterator[CheckResult]:
    """Yield a hit at the procedure of each bundled column two line; see `not_paid_together`."""
    for pair in not_paid_together(claim, context, ones, twos, bypass=bypass, since=since):
        if isinstance(pair, Unchecked):
            yield pair
        else:
            message = bundled_message(pair.one, pair.two, "1" if bypass else "0")
            yield Hit(
                at=pair.two.procedure, message=message, line=pair.two, variant=pair.variant, to_do=to_do
            )


def bundled_message(one: ServiceLine, two: ServiceLine, indicator: str) -> str:
    """Return the message for a column two line that is bundled into a column one line."""
    why = "no modifier can unbundle it" if indicator == "0" else "no NCCI-associated modifier unbundles it"
    into = f"{one.procedure} (line {one.index}, same day)"
    return f"Line {two.index}: {two.procedure} is bundled into {into}, and {why}."


def bundled_edit(
    *,
    id: str,  # noqa: A002 - as in Edit
    title: str,
    to_do: str,
    denials: tuple[str, ...],
    needs: tuple[str, ...],
    others: Parameter,
) -> Edit:
    """Return an edit that fires where 96372 is bundled into one of ``others`` (modifier indicator 1)."""
    return Edit(
        id=id,
        title=title,
        snip=7,
        severity="warn",
        to_do=to_do,
        sources=("S-NCCI24Q3",),
        denials=denials,
        claim_status=("A8:453",),
        variants=IN_FORCE,
        needs=needs,
        needs_codes=("procedure", "others"),
        parameters={
            "others": others,
            "procedure": Parameter(("96372",), "the injection, which is the column two code"),
            "bypass": Parameter(
                ("59", "XE", "XP", "XS", "XU"), "NCCI-associated modifiers that count on either line"
            ),
            "injection_bypass": Parameter(
                ("27", "58", "78", "79", "91", "LT", "RT"),
                "further NCCI-associated modifiers that count on the injection",
            ),
            "program": Parameter("medicare", "program whose imported NCCI PTP edits apply", PROGRAMS),
        },
        checks={"lines": _check_bundled},
    )


def _check_bundled(claim: Claim, context: Context) -> Iterator[CheckResult]:
    bypass = Bypass(on_either=context["bypass"], on_column_two=context["injection_bypass"])
    others = context.code_set("others")
    yield from bundled(claim, context, others, context["procedure"], bypass=bypass, since=STATED_SINCE)


def official(context: Context, one: ServiceLine, two: ServiceLine) -> Answer[CodePair]:
    """Look up two lines of one day in the imported table, column one first; not reported as unchecked."""
    assert two.service is not None
    assert two.service.start is not None
    day = two.service.start
    return context.tables.aside.ptp(one.procedure, two.procedure, day, context["program"])


def _is_stated(context: Context, one: ServiceLine, two: ServiceLine, indicator: str, since: date) -> bool:
    """Return True if the pair is bundled on that day as the edit states."""
    if two.service is None or two.service.start is None or two.service.start < since:
        return False
    answer = official(context, one, two)
    if answer.uncovered:
        return True
    return answer.value is not None and answer.value.modifier == indicator
