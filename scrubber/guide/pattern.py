"""One regular expression for each segment: what it matches is valid by the TR3.

A pattern may be stricter than the TR3 (February 29, a time with seconds): what it refuses is then examined
element by element, which is slower but never wrong. Patterns do not backtrack far: no element contains a
separator, and lengths are bounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from scrubber.guide.maps import ElementRule, SegmentNode, SyntaxNote
from scrubber.x12 import Delimiters

CHARACTERS = frozenset(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklmnopqrstuvwxyz !\"&'()*+,-./:;?=%~@[]_{}\\|<>#$^`"
)
"""The basic and extended character sets of X12 (X12.6), as the TR3 allows them."""

# Every date except February 29, which is left to the detailed examination.
_DAY = (
    rb"(?:19|20)[0-9]{2}(?:(?:0[13578]|1[02])(?:0[1-9]|[12][0-9]|3[01])"
    rb"|(?:0[469]|11)(?:0[1-9]|[12][0-9]|30)|02(?:0[1-9]|1[0-9]|2[0-8]))"
)
_TIME = rb"(?:[01][0-9]|2[0-3])[0-5][0-9]"
# The values of DTP03 and similar elements by the format before them (X12 data elements 1250 and 1251).
_PERIODS = {"D8": _DAY, "RD8": _DAY + b"-" + _DAY}
_FORMAT, _PERIOD = "1250", "1251"


def compile_segment(node: SegmentNode, delimiters: Delimiters) -> re.Pattern[bytes]:
    """Return the pattern of a whole segment body, without its terminator."""
    separator = re.escape(delimiters.element)
    pairs = {note.elements[1] for note in node.notes if _is_adjacent_pair(note, node)}
    notes = b"".join(
        _note_lookahead(note, delimiters)
        for note in node.notes
        if not _always_holds(note, node) and not _is_adjacent_pair(note, node)
    )
    parts: list[tuple[bytes, str]] = []
    date_format: ElementRule | None = None  # a format followed by its date or range; the two become one part
    for at, rule in enumerate(node.rules, start=1):
        if date_format and rule.number == _PERIOD:
            parts[-1] = _period(date_format, rule, separator), date_format.usage
        elif at in pairs:
            parts[-1] = parts[-1][0] + separator + _value(rule, delimiters), rule.usage
        else:
            parts.append((_value(rule, delimiters), rule.usage))
        date_format = rule if rule.number == _FORMAT else None
    body = _sequence(parts, separator)
    return re.compile(notes + re.escape(node.id.encode()) + body + rb"(?<!" + separator + rb")")


def _sequence(parts: list[tuple[bytes, str]], separator: bytes, first: bytes | None = None) -> bytes:
    """Join parts with separators; those after the last required one are optional."""
    tail, needed = b"", False
    for at in range(len(parts) - 1, -1, -1):
        text, usage = parts[at]
        lead = (first if first is not None else separator) if at == 0 else separator
        value = text if usage == "R" else b"" if usage == "N" else b"(?:" + text + b")?"
        needed = needed or usage == "R"
        tail = lead + value + tail if needed else b"(?:" + lead + value + tail + b")?"
    return tail


def _value(rule: ElementRule, delimiters: Delimiters) -> bytes:
    if rule.parts:
        mark = re.escape(delimiters.component)
        parts: list[tuple[bytes, str]] = [(_value(part, delimiters), part.usage) for part in rule.parts]
        return b"(?:" + _sequence(parts, mark, first=b"") + rb"(?<!" + mark + rb"))"
    if rule.form:
        return b"(?:" + rule.form.encode() + b")"
    if rule.codes:
        usable = [code for code in sorted(rule.codes) if rule.shortest <= len(code) <= rule.longest]
        return _trie(code.encode() for code in usable)
    by_type = {"R": _decimal(rule), "DT": _DAY, "TM": _TIME}
    if rule.type.startswith("N"):
        return b"[0-9]{%d,%d}" % (rule.shortest, rule.longest)
    return by_type[rule.type] if rule.type in by_type else _text(rule, delimiters)


def _text(rule: ElementRule, delimiters: Delimiters) -> bytes:
    longest = min(rule.longest, 65_000)
    any_character, no_space = _character_classes(delimiters)
    return any_character + b"{%d,%d}" % (max(rule.shortest - 1, 0), longest - 1) + no_space


@cache
def _character_classes(delimiters: Delimiters) -> tuple[bytes, bytes]:
    """Return the character class of all characters valid in text, and the same without the space."""
    marks = delimiters.element + delimiters.component + delimiters.terminator + delimiters.repetition
    allowed = bytes(sorted(CHARACTERS - set(marks)))
    escaped = b"".join(re.escape(bytes([byte])) for byte in allowed)
    without = b"".join(re.escape(bytes([byte])) for byte in allowed if byte != ord(" "))
    return b"[" + escaped + b"]", b"[" + without + b"]"


def _decimal(rule: ElementRule) -> bytes:
    places = 4 if rule.decimals is None else rule.decimals
    if rule.longest < places + 2:
        return b"-?[0-9]{1,%d}" % rule.longest
    return b"-?[0-9]{1,%d}(?:\\.[0-9]{1,%d})?" % (rule.longest - places, places)


def _period(date_format: ElementRule, period: ElementRule, separator: bytes) -> bytes:
    """Return a format and its date or range as one part; other formats need the detailed examination."""
    known = [code for code in sorted(date_format.codes) if code in _PERIODS]
    pairs = b"|".join(code.encode() + separator + _PERIODS[code] for code in known)
    if not known:
        return rb"(?!)"
    return b"(?:" + pairs + b")" if period.usage != "N" else rb"(?!)"


def _trie(words: Iterable[bytes]) -> bytes:
    """Return an alternation of words that examines each character once."""
    heads: dict[bytes, list[bytes]] = {}
    whole = False
    for word in words:
        if word:
            heads.setdefault(word[:1], []).append(word[1:])
        else:
            whole = True
    if not heads:
        return b""
    branches = []
    letters = [head for head, tails in heads.items() if tails == [b""]]
    if len(letters) > 1:
        branches.append(b"[" + b"".join(re.escape(letter) for letter in letters) + b"]")
    for head, tails in heads.items():
        if len(letters) <= 1 or head not in letters:
            branches.append(re.escape(head) + _trie(tails))
    return b"(?:" + b"|".join(branches) + b")" + (b"?" if whole else b"")


def _is_adjacent_pair(note: SyntaxNote, node: SegmentNode) -> bool:
    """Return True if a note requires both or neither of two adjacent elements: they become one part."""
    if note.kind != "P" or len(note.elements) != 2 or note.elements[1] > len(node.rules):
        return False
    first, second = note.elements
    usages = {node.rules[first - 1].usage, node.rules[second - 1].usage}
    return second == first + 1 and usages == {"S"}


def _always_holds(note: SyntaxNote, node: SegmentNode) -> bool:
    """Return True if the usage of the elements alone satisfies a note, so that it need not be checked."""
    usages = [node.rules[at - 1].usage if at <= len(node.rules) else "N" for at in note.elements]
    if note.kind == "P":
        return len(set(usages)) == 1 and usages[0] != "S"
    if note.kind == "R":
        return "R" in usages
    if note.kind == "E":
        return sum(usage != "N" for usage in usages) <= 1
    return usages[0] == "N"


def _note_lookahead(note: SyntaxNote, delimiters: Delimiters) -> bytes:
    """Return a lookahead for a syntax note."""
    separator = re.escape(delimiters.element)
    any_element = b"[^" + separator + b"]*"

    def has_value(element: int) -> bytes:
        return (
            any_element
            + b"(?:"
            + separator
            + any_element
            + b"){%d}" % (element - 1)
            + separator
            + b"[^"
            + separator
            + b"]"
        )

    present = [b"(?=" + has_value(element) + b")" for element in note.elements]
    absent = [b"(?!" + has_value(element) + b")" for element in note.elements]
    if note.kind == "P":
        return b"(?:" + b"".join(present) + b"|" + b"".join(absent) + b")"
    if note.kind == "R":
        return b"(?:" + b"|".join(present) + b")"
    if note.kind == "E":
        others_absent = (b"".join(absent[:at] + absent[at + 1 :]) for at in range(len(absent)))
        return b"(?:" + b"|".join(others_absent) + b")"
    if note.kind == "C":
        return b"(?:" + absent[0] + b"|" + b"".join(present[1:]) + b")"
    return b"(?:" + absent[0] + b"|" + b"|".join(present[1:]) + b")"
