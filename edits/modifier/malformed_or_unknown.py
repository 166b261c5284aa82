"""A modifier is malformed, not valid on the date of service, or repeated on its line.

What is wrong
    A modifier (SV101-3 to SV101-6) is not two uppercase letters or digits, is not in the list of modifiers
    for the date of service, or is repeated on the same line.

Why it is refused
    A modifier has two characters. A line with one that does not exist, is not yet effective or has ended is
    denied as invalid; a repeated one adds nothing and takes the place of another.

How to correct it
    A safe fix removes spaces and exact repeats and changes lowercase letters to uppercase. Otherwise check
    the chart for what the modifier was meant to report, and choose one that is valid on the date of service.
    Modifiers that began after the shipped list are unchecked until a HCPCS file is imported.
"""

import re
from collections.abc import Iterator
from datetime import date

from scrubber.claim import Field, ServiceLine
from scrubber.engine import CheckResult, Context, Edit, Hit, Parameter, Unchecked, safe
from scrubber.tables.rows import Listed, ProcedureCode

edit = Edit(
    id="MOD-05",
    title="Modifier is malformed, invalid or repeated",
    snip=5,
    severity="reject",
    to_do=(
        "Replace the modifier in SV101-3 to SV101-6 with one that is valid on the date of service, or "
        "remove it."
    ),
    sources=("X12-837P", "S-HCPCS25Q4", "S-NORTHSTAR-MOD"),
    denials=("CO-4", "N823", "CO-182"),
    claim_status=("A7:453",),
    needs=("modifiers",),
    variants={"repeated": "warn", "on no list": "warn"},
    parameters={
        "transport": Parameter(
            ("A0021-A0999", "T2001-T2007", "S0207-S0215"),
            "transport codes, whose modifiers give origin and destination",
        ),
        "places": Parameter("DEGHIJNPRSX", "letters for origins and destinations"),
        "begun_known_since": Parameter(date(2010, 1, 1), "effective dates before this one are not relied on"),
        "ended_elsewhere": Parameter(("JG",), "modifiers whose end another edit reports"),
        "own_lists": Parameter(("WC", "AM"), "claim filing codes (SBR09) of payers with their own modifiers"),
    },
)

_FORM = re.compile(r"[0-9A-Z]{2}", re.ASCII)


@edit.line
def check(line: ServiceLine, context: Context) -> Iterator[CheckResult]:
    if not line.modifiers:
        return
    wanted = list(dict.fromkeys(field.strip().upper() for field in line.modifiers))
    repeated = len(wanted) < len(line.modifiers)
    if repeated and all(_FORM.fullmatch(text) for text in wanted):
        yield _repeated(line, wanted)
    for field in line.modifiers:
        text = field.strip().upper()
        if not _FORM.fullmatch(text):
            message = f"Line {line.index}: modifier {field} is not two letters or digits."
            yield Hit(at=field, message=message, line=line)
        elif text != field and not repeated:
            message = f"Line {line.index}: modifier {field} must be {text}, in uppercase without spaces."
            to_do = f"Enter modifier {text} in uppercase without spaces ({field.name})."
            yield Hit(at=field, message=message, line=line, fix=safe((field, text)), to_do=to_do)
    yield from _unknown(line, [text for text in wanted if _FORM.fullmatch(text)], context)


def _repeated(line: ServiceLine, wanted: list[str]) -> Hit:
    """Return the hit for repeated modifiers; its fix moves the others up, so that no gap remains."""
    padded = [*wanted, *[""] * (len(line.modifiers) - len(wanted))]
    changes = [(field, text) for field, text in zip(line.modifiers, padded, strict=True) if field != text]
    entered = [field.strip().upper() for field in line.modifiers]
    repeated = ", ".join(text for text in wanted if entered.count(text) > 1)
    message = f"Line {line.index}: modifier {repeated} is repeated."
    to_do = f"Remove the repeated modifier {repeated} from SV101-3 to SV101-6."
    fix = safe(*changes)
    return Hit(at=changes[-1][0], message=message, line=line, fix=fix, variant="repeated", to_do=to_do)


def _unknown(line: ServiceLine, modifiers: list[str], context: Context) -> Iterator[CheckResult]:
    subscriber = context.claim.subscriber
    filing = subscriber.filing_code if subscriber else ""
    if not line.hcpcs or filing in context["own_lists"]:
        return
    day = line.service.start if line.service else None
    if day is None:
        yield Unchecked("the date of service of a line with a modifier is missing or unreadable")
        return
    for text in modifiers:
        if _is_journey(line, text, context) or text in context["ended_elsewhere"]:
            continue
        answer = context.tables.aside.modifier(text, day)
        if answer.uncovered and not context.tables.has_modifier(text):
            message = (
                f"Line {line.index}: {text} is on no list of modifiers known here, which may be too old."
            )
            yield Hit(at=_field(line, text), message=message, line=line, variant="on no list")
        elif answer.uncovered:
            context.tables.modifier(text, day)  # once more, so that this is reported
        elif answer.is_absent and not any(_is_older(entry, day, context) for entry in answer.elsewhen):
            yield Hit(at=_field(line, text), message=_message(text, line, day), line=line)


def _is_older(entry: Listed | ProcedureCode, day: date, context: Context) -> bool:
    """Return True if a code from before the well-known dates may have begun earlier than listed."""
    first, last = (entry.first, entry.last) if isinstance(entry, Listed) else (entry.added, entry.terminated)
    return day <= last and first < context["begun_known_since"]


def _is_journey(line: ServiceLine, text: str, context: Context) -> bool:
    return line.hcpcs in context.code_set("transport") and all(char in context["places"] for char in text)


def _field(line: ServiceLine, text: str) -> Field:
    return next(field for field in line.modifiers if field.strip().upper() == text)


def _message(text: str, line: ServiceLine, day: date) -> str:
    return f"Line {line.index}: {text} is not a valid modifier on {day}."
