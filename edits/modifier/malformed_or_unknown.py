"""A modifier is not written as one, is no modifier on that day, or stands twice on its line.

What is wrong
    A modifier (SV101-3 to SV101-6) is not two capitals or digits, is not in the list of modifiers for the
    day of service, or is repeated on the same line.

Why it is refused
    A modifier is read as two characters. A line with one that does not exist, not yet or no longer, is
    denied as invalid; a repeated one says nothing and takes the place of another.

How to correct it
    Blanks are removed, small letters are made capitals and exact repetitions are dropped. Otherwise look
    up in the record what the modifier was to say and choose one that is valid on that day. Modifiers that
    began after the shipped list are unchecked until a HCPCS file is imported.
"""

import re
from collections.abc import Iterator
from datetime import date

from scrubber.claim import Claim, Field, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked, safe
from scrubber.tables.records import Listed, ProcedureCode

edit = Edit(
    id="MOD-05",
    title="Modifier is malformed, unknown or repeated",
    snip=5,
    severity="reject",
    sources=("X12-837P", "S-NORTHSTAR-MOD"),
    denials=("CO-4", "N823", "CO-182"),
    claim_status=("A7:453",),
    needs=("modifiers",),
    variants={"repeated": "warn"},
    parameters={
        "transport": Parameter(
            ("A0021-A0999", "T2001-T2007", "S0207-S0215"),
            "transports, whose modifiers say from where and to where",
        ),
        "places": Parameter("DEGHIJNPRSX", "the letters of those places"),
        "begun_known_since": Parameter(date(2010, 1, 1), "first days before this one are not relied on"),
        "ended_elsewhere": Parameter(("JG",), "modifiers of whose end another edit speaks"),
        "own_lists": Parameter(("WC", "AM"), "filing codes (SBR09) of payers with modifiers of their own"),
    },
)

_FORM = re.compile(r"[0-9A-Z]{2}", re.ASCII)


@edit.claim
def check(claim: Claim, context: Context) -> Iterator[CheckResult]:
    for line in claim.lines:
        if not line.modifiers:
            continue
        wanted = list(dict.fromkeys(field.strip().upper() for field in line.modifiers))
        repeated = len(wanted) < len(line.modifiers)
        if repeated and all(_FORM.fullmatch(text) for text in wanted):
            yield _repeated(line, wanted)
        for field in line.modifiers:
            text = field.strip().upper()
            if not _FORM.fullmatch(text):
                message = f"Modifier {field} of line {line.index} is not two letters or digits."
                yield Hit(at=field, message=message, line=line)
            elif text != field and not repeated:
                message = f"Modifier {field} of line {line.index} is written {text}."
                yield Hit(at=field, message=message, line=line, fix=safe((field, text)))
        yield from _unknown(claim, line, [text for text in wanted if _FORM.fullmatch(text)], context)


def _repeated(line: ServiceLine, wanted: list[str]) -> Hit:
    """The others move up, so that no gap remains."""
    padded = [*wanted, *[""] * (len(line.modifiers) - len(wanted))]
    changes = [(field, text) for field, text in zip(line.modifiers, padded, strict=True) if field != text]
    message = f"A modifier of line {line.index} stands there twice."
    return Hit(at=changes[-1][0], message=message, line=line, fix=safe(*changes), variant="repeated")


def _unknown(
    claim: Claim, line: ServiceLine, modifiers: list[str], context: Context
) -> Iterator[CheckResult]:
    filing = claim.subscriber.filing_code if claim.subscriber else ""
    if not line.hcpcs or filing in context["own_lists"]:
        return
    day = line.service.start if line.service else None
    if day is None:
        yield Unchecked("the date of service of a line with a modifier is missing or unreadable")
        return
    for text in modifiers:
        if _is_journey(line, text, context) or text in context["ended_elsewhere"]:
            continue
        answer = context.tables.modifier(text, day)
        if answer.is_absent and not any(_is_older(entry, day, context) for entry in answer.elsewhen):
            yield Hit(at=_field(line, text), message=_message(text, line, day), line=line)


def _is_older(entry: Listed | ProcedureCode, day: date, context: Context) -> bool:
    """Whether a code of before the days that are well known may have begun earlier than is listed."""
    first, last = (entry.first, entry.last) if isinstance(entry, Listed) else (entry.added, entry.terminated)
    return day <= last and first < context["begun_known_since"]


def _is_journey(line: ServiceLine, text: str, context: Context) -> bool:
    return line.hcpcs in context.code_set("transport") and all(char in context["places"] for char in text)


def _field(line: ServiceLine, text: str) -> Field:
    return next(field for field in line.modifiers if field.strip().upper() == text)


def _message(text: str, line: ServiceLine, day: date) -> str:
    return f"{text} of line {line.index} is no valid modifier on {day}."
