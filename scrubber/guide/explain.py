"""Examine one segment in detail: find what exactly is wrong with its elements.

This is slow; only segments that the fast pattern refused are examined.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from scrubber.guide.fault import Fault, FaultKind
from scrubber.guide.maps import ElementRule, SegmentNode, SyntaxNote
from scrubber.guide.pattern import CHARACTERS
from scrubber.x12 import Segment
from scrubber.x12.dates import parse_date

_DECIMAL = re.compile(rb"-?[0-9]*(?:\.[0-9]+)?")
_INTEGER = re.compile(rb"-?[0-9]+")
_TIME = re.compile(rb"(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9](?:[0-9]{1,2})?)?")


def explain(segment: Segment, node: SegmentNode) -> Iterator[Fault]:
    """Yield the first fault of each element, then the broken syntax notes; nothing for a valid segment."""
    faults = list(_segment_faults(segment, node))
    yield from faults
    faulty_elements = {fault.element for fault in faults}
    for note in node.notes:
        if note.kind != "R" and min(note.elements) >= len(segment.elements):
            continue  # nothing that the note is about is reported
        fault = _note_fault(segment, node, note)
        if fault and fault.element not in faulty_elements:
            yield fault


def _segment_faults(segment: Segment, node: SegmentNode) -> Iterator[Fault]:
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
    # Beyond what is reported and what is required, nothing can be wrong.
    last = max(len(elements) - 1, node.last_required)
    for number, rule in enumerate(rules[:last], start=1):
        value = elements[number] if number < len(elements) else b""
        if not value and rule.usage != "R":
            continue
        date_format = _date_format(rules, number, elements)
        yield from _element_faults(segment, node, rule, value, number, date_format)


def _element_faults(
    segment: Segment, node: SegmentNode, rule: ElementRule, value: bytes, number: int, date_format: str
) -> Iterator[Fault]:
    place = _ElementPlace(segment, node.loop, number)
    if not value.strip(segment.delimiters.component):
        if rule.usage == "R":
            yield place.fault(FaultKind.MISSING_ELEMENT)
        elif value:
            yield place.fault(FaultKind.TRAILING_SEPARATOR)
    elif rule.usage == "N":
        yield place.fault(FaultKind.NOT_USED)
    elif rule.parts:
        yield from _composite_faults(segment, rule, value, place)
    else:
        wrong = _value_fault(rule, value, segment, date_format)
        if wrong:
            yield place.fault(*wrong)


def _composite_faults(
    segment: Segment, rule: ElementRule, value: bytes, place: _ElementPlace
) -> Iterator[Fault]:
    components = value.split(segment.delimiters.component)
    if len(components) > len(rule.parts):
        yield place.fault(FaultKind.TOO_MANY_COMPONENTS, str(len(rule.parts)))
    elif not components[-1]:
        yield place.fault(FaultKind.TRAILING_SEPARATOR)
    for number, component_rule in enumerate(rule.parts, start=1):
        component = components[number - 1] if number <= len(components) else b""
        if not component:
            if component_rule.usage == "R":
                yield place.fault(FaultKind.MISSING_ELEMENT, component=number)
        elif component_rule.usage == "N":
            yield place.fault(FaultKind.NOT_USED, component=number)
        else:
            wrong = _value_fault(component_rule, component, segment, "")
            if wrong:
                yield place.fault(*wrong, component=number)


class _ElementPlace(Struct, frozen=True):
    """An element of a segment in its loop, from which faults are made."""

    segment: Segment
    loop: str
    element: int

    def fault(self, kind: FaultKind, expected: str = "", component: int = 0) -> Fault:
        return Fault(kind, self.segment, self.loop, self.element, component, expected)


def _value_fault(
    rule: ElementRule, value: bytes, segment: Segment, date_format: str
) -> tuple[FaultKind, str] | None:
    """Return the first fault of a simple value that is present, with what was expected."""
    marks = segment.delimiters
    if marks.component in value or (marks.repetition and marks.repetition in value):
        return FaultKind.BAD_CHARACTER, "a single value without delimiters"
    if not CHARACTERS.issuperset(value):
        return FaultKind.BAD_CHARACTER, "characters of the X12 basic and extended sets"
    if rule.codes or rule.form:
        is_valid = value.decode() in rule.codes or (rule.form and re.fullmatch(rule.form, value.decode()))
        return None if is_valid else (FaultKind.BAD_CODE, _expected_codes(rule))
    return _length_fault(rule, value) or _type_fault(rule, value, date_format)


def _length_fault(rule: ElementRule, value: bytes) -> tuple[FaultKind, str] | None:
    """Return what is wrong with the length of a value; signs and decimal points do not count."""
    is_number = rule.type[:1] in ("R", "N")
    length = len(value.replace(b"-", b"").replace(b".", b"")) if is_number else len(value)
    unit = "digits" if is_number else "characters"
    if length > rule.longest:
        return FaultKind.TOO_LONG, f"at most {rule.longest} {unit}"
    if length < rule.shortest:
        return FaultKind.TOO_SHORT, f"at least {rule.shortest} {unit}"
    if rule.decimals is not None and len(value.partition(b".")[2]) > rule.decimals:
        return FaultKind.TOO_LONG, f"at most {rule.decimals} decimal places"
    return None


def _type_fault(rule: ElementRule, value: bytes, date_format: str) -> tuple[FaultKind, str] | None:
    text = value.decode()
    wrong: tuple[FaultKind, str] | None = None
    if rule.type == "R":
        wrong = None if _DECIMAL.fullmatch(value) else (FaultKind.BAD_CHARACTER, "a number")
    elif rule.type.startswith("N"):
        wrong = None if _INTEGER.fullmatch(value) else (FaultKind.BAD_CHARACTER, "a whole number")
    elif rule.type == "DT" or date_format == "D8":
        wrong = None if parse_date(text) else (FaultKind.BAD_DATE, "a valid date (CCYYMMDD)")
    elif date_format == "RD8":
        first, _, last = text.partition("-")
        is_valid = parse_date(first) and parse_date(last)
        wrong = None if is_valid else (FaultKind.BAD_DATE, "a valid date range (CCYYMMDD-CCYYMMDD)")
    elif rule.type == "TM" or date_format == "TM":
        wrong = None if _TIME.fullmatch(value) else (FaultKind.BAD_TIME, "a valid time (HHMM)")
    elif text[-1] == " " and len(text.rstrip()) >= rule.shortest:
        wrong = FaultKind.TRAILING_BLANK, "no trailing spaces"
    return wrong


def _date_format(rules: tuple[ElementRule, ...], number: int, elements: list[bytes]) -> str:
    """Return the format (D8, RD8 …) that the element before this date or date range gives, else ``""``."""
    if number < 2 or rules[number - 1].number != "1251" or rules[number - 2].number != "1250":
        return ""
    return elements[number - 1].decode("latin-1") if number <= len(elements) else ""


def _expected_codes(rule: ElementRule) -> str:
    """Return the valid codes where they are few enough to list."""
    if rule.form:
        return f"a value of the form {rule.form}"
    if len(rule.codes) > 12:
        return "a code in the TR3's list"
    return ("one of " if len(rule.codes) > 1 else "") + ", ".join(sorted(rule.codes))


def _note_fault(segment: Segment, node: SegmentNode, note: SyntaxNote) -> Fault | None:
    """Return the fault of a broken syntax note, at the element that is missing or one too many."""
    elements = segment.elements
    is_present = {number: number < len(elements) and bool(elements[number]) for number in note.elements}
    present = [number for number in note.elements if is_present[number]]
    absent = [number for number in note.elements if not is_present[number]]
    first, *others = note.elements

    def names(numbers: Sequence[int], conjunction: str = "and") -> str:
        *head, last = [f"{node.id}{number:02d}" for number in numbers]
        return f"{', '.join(head)} {conjunction} {last}" if head else last

    def fault(kind: FaultKind, element: int, expected: str) -> Fault:
        return Fault(kind, segment, node.loop, element, expected=expected)

    if note.kind == "P" and present and absent:
        return fault(FaultKind.CONDITION, absent[0], f"{names(note.elements)} must be reported together")
    if note.kind == "R" and not present:
        expected = f"at least one of {names(note.elements)} must be reported"
        return fault(FaultKind.CONDITION, first, expected)
    if note.kind == "E" and len(present) > 1:
        expected = f"only one of {names(note.elements)} may be reported"
        return fault(FaultKind.EXCLUSION, present[1], expected)
    if note.kind == "C" and is_present[first] and absent:
        return fault(FaultKind.CONDITION, absent[0], f"{names([first])} requires {names(others)}")
    if note.kind == "L" and is_present[first] and len(present) == 1:
        expected = f"{names([first])} requires {names(others, 'or')}"
        return fault(FaultKind.CONDITION, absent[0], expected)
    return None
