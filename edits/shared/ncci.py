"""Pairs of procedures that are not paid beside each other (NCCI): which lines, and which modifiers help.

A pair has a column one code, which is paid, and a column two code, which is not paid beside it on the same
day for the same provider. Its indicator says whether a modifier may set the two apart (1) or never does (0).
Which codes and modifiers those are is for the edits to say. Where an imported table covers the day, it has
the last word: a pair that it does not have, or has with another indicator, is not as the edit states it.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator
from datetime import date
from typing import NamedTuple

from scrubber.claim.model import Claim, ServiceLine
from scrubber.claim.pairing import same_day, same_provider
from scrubber.engine.context import Context
from scrubber.engine.edit import Edit, Parameter
from scrubber.engine.finding import CheckResult, Hit, Unchecked
from scrubber.tables.answer import Answer
from scrubber.tables.records import CodePair

EITHER_LINE_SINCE = date(2019, 7, 1)
"""Before, a modifier such as 59 counted on the column two line only (CMS, change request 11168)."""
STATED_SINCE = date(2024, 7, 1)
"""The first day of the edition that `S-NCCI24Q3` cites; the edits state its pairs from then on."""


class Bypass(NamedTuple):
    """The modifiers that say that two services were separate, by the line on which they count."""

    on_either: Collection[str] = ()
    on_column_one: Collection[str] = ()
    on_column_two: Collection[str] = ()

    def sets_apart(self, one: ServiceLine, two: ServiceLine) -> bool:
        """Whether a modifier of the column one or of the column two line parts them."""
        on_one, on_two = one.modifier_codes, two.modifier_codes
        if not on_two.isdisjoint((*self.on_either, *self.on_column_two)):
            return True
        if not on_one.isdisjoint(self.on_column_one):
            return True
        day = one.service.start if one.service else None
        return (day is None or day >= EITHER_LINE_SINCE) and not on_one.isdisjoint(self.on_either)


class PairContext(NamedTuple):
    """A column one line and a column two line of one day and provider that nothing sets apart."""

    one: ServiceLine
    two: ServiceLine


def is_void(claim: Claim) -> bool:
    """Whether the claim takes back what was sent before (CLM05-3): it repeats that, right or wrong."""
    return claim.frequency == "8"


def not_paid_together(
    claim: Claim,
    context: Context,
    ones: Container[str],
    twos: Container[str],
    *,
    bypass: Bypass | None = None,
    since: date = date.min,
) -> Iterator[PairContext | Unchecked]:
    """Each column two line that stands beside a column one line, with the first such line.

    Without ``bypass`` no modifier helps (indicator 0). ``since`` is the first day for which the edit states
    the pair. The edit's parameter ``program`` says whose table is asked.
    """
    if is_void(claim):
        return
    lines = [line for line in claim.lines if line.hcpcs in ones]
    for two in claim.lines if lines else ():
        if two.hcpcs not in twos:
            continue
        near = [
            one
            for one in lines
            if one is not two
            and same_provider(claim, one, two) is not False
            and not (bypass and bypass.sets_apart(one, two))
        ]
        beside = [one for one in near if same_day(one, two)]
        stated = [one for one in beside if _is_stated(context, one, two, "1" if bypass else "0", since)]
        if stated:
            yield PairContext(stated[0], two)
        elif not beside and any(same_day(one, two) is None for one in near):
            yield Unchecked("a date of service of one of two lines is missing or unreadable")


def bundled(
    claim: Claim,
    context: Context,
    ones: Container[str],
    twos: Container[str],
    *,
    bypass: Bypass | None = None,
    since: date = date.min,
) -> Iterator[CheckResult]:
    """The same as outcomes: a finding at the procedure of each column two line."""
    for pair in not_paid_together(claim, context, ones, twos, bypass=bypass, since=since):
        if isinstance(pair, Unchecked):
            yield pair
        else:
            help_of = "without a modifier that sets the two apart" if bypass else "where no modifier helps"
            message = (
                f"Line {pair.two.index} bills {pair.two.procedure} on the day of {pair.one.procedure} "
                f"(line {pair.one.index}), {help_of}."
            )
            yield Hit(at=pair.two.procedure, message=message, line=pair.two)


def bundled_edit(
    *,
    id: str,  # noqa: A002 - the name that Edit has for it
    title: str,
    to_do: str,
    denials: tuple[str, ...],
    needs: tuple[str, ...],
    others: Parameter,
) -> Edit:
    """Return an edit that fires on 96372 bundled into a service of ``others`` (modifier indicator 1)."""
    return Edit(
        id=id,
        title=title,
        snip=7,
        severity="warn",
        to_do=to_do,
        sources=("S-NCCI24Q3",),
        denials=denials,
        claim_status=("A8:453",),
        needs=needs,
        parameters={
            "others": others,
            "procedure": Parameter(("96372",), "the injection, which is not paid beside them"),
            "bypass": Parameter(
                ("59", "XE", "XP", "XS", "XU"), "modifiers of either line that set the two apart"
            ),
            "injection_bypass": Parameter(
                ("27", "58", "78", "79", "91", "LT", "RT"), "further modifiers of the injection that do"
            ),
            "program": Parameter("medicare", "whose imported NCCI pairs are asked"),
        },
        check_claim=_check_bundled,
    )


def _check_bundled(claim: Claim, context: Context) -> Iterator[CheckResult]:
    bypass = Bypass(on_either=context["bypass"], on_column_two=context["injection_bypass"])
    others = context.code_set("others")
    yield from bundled(claim, context, others, context["procedure"], bypass=bypass, since=STATED_SINCE)


def official(context: Context, one: ServiceLine, two: ServiceLine) -> Answer[CodePair]:
    """What the imported table says of two lines of a day, in this order; no account of what it lacks."""
    assert two.service is not None
    assert two.service.start is not None
    day = two.service.start
    return context.tables.aside.ptp(one.procedure, two.procedure, day, context["program"])


def _is_stated(context: Context, one: ServiceLine, two: ServiceLine, indicator: str, since: date) -> bool:
    """Whether the pair holds on the day as the edit states it."""
    if two.service is None or two.service.start is None or two.service.start < since:
        return False
    answer = official(context, one, two)
    if answer.uncovered:
        return True
    return answer.value is not None and answer.value.modifier == indicator
