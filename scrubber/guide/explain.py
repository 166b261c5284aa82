"""The slow look at one segment: what exactly is wrong with its elements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from scrubber.guide.fault import Fault, FaultKind
from scrubber.guide.maps import ElementRule, SegmentNode, SyntaxNote
from scrubber.guide.pattern import CHARACTERS
from scrubber.x12 import Segment
from scrubber.x12.dates import parse_date

_DECIMAL = re.compile(rb"-?[0-9]*(?:\.[0-9]+)?")
_INTEGER = re.compile(rb"-?[0-9]+")
_TIME = re.compile(rb"(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9](?:[0-9]{1,2})?)?")


def explain(segment: Segment, node: SegmentNode) -> Iterator[Fault]:
    """Every element's first fault, then the syntax notes; nothing where the segment is right after all."""
    found = list(_element_faults(segment, node))
    yield from found
    said = {fault.element for fault in found}
    for note in node.notes:
        fault = _note(segment, node, note)
        if fault and fault.element not in said:
            yield fault


def _element_faults(segment: Segment, node: SegmentNode) -> Iterator[Fault]:
    elements, rules = segment.elements, node.rules
    if len(elements) - 1 > len(rules):
        if any(elements[len(rules) + 1 :]):
            yield Fault(
                FaultKind.TOO_MANY_ELEMENTS, segment, node.loop, len(rules) + 1, expected=str(len(rules))
            )
        else:
            yield Fault(FaultKind.TRAILING_SEPARATOR, segment, node.loop)
    elif len(elements) > 1 and not elements[-1]:
        yield Fault(FaultKind.TRAILING_SEPARATOR, segment, node.loop)
    for at, rule in enumerate(rules, start=1):
        value = elements[at] if at < len(elements) else b""
        kind = _period_format(rules, at, elements)
        yield from _element(segment, node, rule, value, at, kind)


def _element(
    segment: Segment, node: SegmentNode, rule: ElementRule, value: bytes, at: int, period: str
) -> Iterator[Fault]:
    place = _Slot(segment, node.loop, at)
    if not value.strip(segment.delimiters.component):
        if rule.usage == "R":
            yield place.fault(FaultKind.MISSING_ELEMENT)
        elif value:
            yield place.fault(FaultKind.TRAILING_SEPARATOR)
    elif rule.usage == "N":
        yield place.fault(FaultKind.NOT_USED)
    elif rule.parts:
        yield from _composite(segment, rule, value, place)
    else:
        found = _simple(rule, value, segment, period)
        if found:
            yield place.fault(*found)


def _composite(segment: Segment, rule: ElementRule, value: bytes, place: _Slot) -> Iterator[Fault]:
    parts = value.split(segment.delimiters.component)
    if len(parts) > len(rule.parts):
        yield place.fault(FaultKind.TOO_MANY_COMPONENTS, str(len(rule.parts)))
    elif not parts[-1]:
        yield place.fault(FaultKind.TRAILING_SEPARATOR)
    for number, part_rule in enumerate(rule.parts, start=1):
        part = parts[number - 1] if number <= len(parts) else b""
        if not part:
            if part_rule.usage == "R":
                yield place.fault(FaultKind.MISSING_ELEMENT, component=number)
        elif part_rule.usage == "N":
            yield place.fault(FaultKind.NOT_USED, component=number)
        else:
            found = _simple(part_rule, part, segment, "")
            if found:
                yield place.fault(*found, component=number)


@dataclass(frozen=True, slots=True)
class _Slot:
    """An element of a segment, to make faults of."""

    segment: Segment
    loop: str
    element: int

    def fault(self, kind: FaultKind, expected: str = "", component: int = 0) -> Fault:
        return Fault(kind, self.segment, self.loop, self.element, component, expected)


def _simple(rule: ElementRule, value: bytes, segment: Segment, period: str) -> tuple[FaultKind, str] | None:
    """The first thing wrong with a present, simple value, and what was expected."""
    marks = segment.delimiters
    if marks.component in value or (marks.repetition and marks.repetition in value):
        return FaultKind.BAD_CHARACTER, "one value, not several"
    if not CHARACTERS.issuperset(value):
        return FaultKind.BAD_CHARACTER, "characters of X12's basic and extended sets"
    if rule.codes or rule.form:
        is_right = value.decode() in rule.codes or (rule.form and re.fullmatch(rule.form, value.decode()))
        return None if is_right else (FaultKind.BAD_CODE, _listed(rule))
    length = len(value.replace(b"-", b"").replace(b".", b"")) if rule.type[:1] in ("R", "N") else len(value)
    if length > rule.longest:
        return FaultKind.TOO_LONG, f"at most {rule.longest}"
    if length < rule.shortest:
        return FaultKind.TOO_SHORT, f"at least {rule.shortest}"
    return _typed(rule, value, period)


def _typed(rule: ElementRule, value: bytes, period: str) -> tuple[FaultKind, str] | None:
    text = value.decode()
    found: tuple[FaultKind, str] | None = None
    if rule.type == "R":
        found = None if _DECIMAL.fullmatch(value) else (FaultKind.BAD_CHARACTER, "a number")
    elif rule.type.startswith("N"):
        found = None if _INTEGER.fullmatch(value) else (FaultKind.BAD_CHARACTER, "a whole number")
    elif rule.type == "DT" or period == "D8":
        found = None if parse_date(text) else (FaultKind.BAD_DATE, "a date CCYYMMDD")
    elif period == "RD8":
        first, _, last = text.partition("-")
        is_right = parse_date(first) and parse_date(last)
        found = None if is_right else (FaultKind.BAD_DATE, "two dates CCYYMMDD-CCYYMMDD")
    elif rule.type == "TM" or period == "TM":
        found = None if _TIME.fullmatch(value) else (FaultKind.BAD_TIME, "a time HHMM")
    elif text[-1] == " " and len(text.rstrip()) >= rule.shortest:
        found = FaultKind.TRAILING_BLANK, "no blanks at the end"
    return found


def _period_format(rules: tuple[ElementRule, ...], at: int, elements: list[bytes]) -> str:
    """The format (D8, RD8 …) that the element before this date or span names."""
    if at < 2 or rules[at - 1].number != "1251" or rules[at - 2].number != "1250" or at > len(elements):
        return ""
    return elements[at - 1].decode("latin-1")


def _listed(rule: ElementRule) -> str:
    """The codes that may stand there, where they are few enough to say."""
    if rule.form:
        return f"a value of the form {rule.form}"
    return ", ".join(sorted(rule.codes)) if len(rule.codes) <= 12 else "a code of the guide's list"


def _note(segment: Segment, node: SegmentNode, note: SyntaxNote) -> Fault | None:
    """The fault of a syntax note that does not hold, at the element that is missing or too many."""
    elements = segment.elements
    there = {at: at < len(elements) and bool(elements[at]) for at in note.elements}
    present = [at for at in note.elements if there[at]]
    absent = [at for at in note.elements if not there[at]]
    first = note.elements[0]
    names = ", ".join(f"{node.id}{at:02d}" for at in note.elements)

    def fault(kind: FaultKind, element: int, expected: str) -> Fault:
        return Fault(kind, segment, node.loop, element, expected=expected)

    if note.kind == "P" and present and absent:
        return fault(FaultKind.CONDITION, absent[0], f"all of {names}, or none")
    if note.kind == "R" and not present:
        return fault(FaultKind.CONDITION, first, f"at least one of {names}")
    if note.kind == "E" and len(present) > 1:
        return fault(FaultKind.EXCLUSION, present[1], f"only one of {names}")
    if note.kind == "C" and there[first] and absent:
        return fault(FaultKind.CONDITION, absent[0], f"with {node.id}{first:02d} also the others of {names}")
    if note.kind == "L" and there[first] and len(present) == 1:
        return fault(FaultKind.CONDITION, absent[0], f"with {node.id}{first:02d} one more of {names}")
    return None
