"""One pattern a segment: what it matches is right by the guide.

A pattern may be stricter than the guide (29 February, a time with seconds): what it refuses is then looked at
element by element, so that it is only slower, never wrong. Patterns never back-track far: separators are in
no element, and lengths are bounded.
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
"""The basic and extended character sets of X12 (X12.6), as the guide allows them."""

# Every day but 29 February, which is left to the closer look.
_DAY = (
    rb"(?:19|20)[0-9]{2}(?:(?:0[13578]|1[02])(?:0[1-9]|[12][0-9]|3[01])"
    rb"|(?:0[469]|11)(?:0[1-9]|[12][0-9]|30)|02(?:0[1-9]|1[0-9]|2[0-8]))"
)
_TIME = rb"(?:[01][0-9]|2[0-3])[0-5][0-9]"
# What DTP03 and the like hold, by the format that stands before it (X12 data elements 1250 and 1251).
_PERIODS = {"D8": _DAY, "RD8": _DAY + b"-" + _DAY}
_FORMAT, _PERIOD = "1250", "1251"


def compile_segment(node: SegmentNode, delimiters: Delimiters) -> re.Pattern[bytes]:
    """The pattern of a whole segment body, without its terminator."""
    separator = re.escape(delimiters.element)
    pairs = {note.elements[1] for note in node.notes if _is_pair(note, node)}
    notes = b"".join(
        _note(note, delimiters)
        for note in node.notes
        if not _holds_anyway(note, node) and not _is_pair(note, node)
    )
    parts: list[tuple[bytes, str]] = []
    form: ElementRule | None = None  # a format whose date or span comes next; the two are written as one
    for at, rule in enumerate(node.rules, start=1):
        if form and rule.number == _PERIOD:
            parts[-1] = _period(form, rule, separator), form.usage
        elif at in pairs:
            parts[-1] = parts[-1][0] + separator + _value(rule, delimiters), rule.usage
        else:
            parts.append((_value(rule, delimiters), rule.usage))
        form = rule if rule.number == _FORMAT else None
    body = _sequence(parts, separator)
    return re.compile(notes + re.escape(node.id.encode()) + body + rb"(?<!" + separator + rb")")


def _sequence(parts: list[tuple[bytes, str]], separator: bytes, first: bytes | None = None) -> bytes:
    """Parts each behind a separator, those at the end optional as far as none of them is required."""
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
    by_type = {"R": _decimal(rule.longest), "DT": _DAY, "TM": _TIME}
    if rule.type.startswith("N"):
        return b"[0-9]{%d,%d}" % (rule.shortest, rule.longest)
    return by_type[rule.type] if rule.type in by_type else _text(rule, delimiters)


def _text(rule: ElementRule, delimiters: Delimiters) -> bytes:
    longest = min(rule.longest, 65_000)
    any_character, no_blank = _classes(delimiters)
    return any_character + b"{%d,%d}" % (max(rule.shortest - 1, 0), longest - 1) + no_blank


@cache
def _classes(delimiters: Delimiters) -> tuple[bytes, bytes]:
    """Character classes: all that may stand in a text, and the same without the blank."""
    marks = delimiters.element + delimiters.component + delimiters.terminator + delimiters.repetition
    allowed = bytes(sorted(CHARACTERS - set(marks)))
    escaped = b"".join(re.escape(bytes([byte])) for byte in allowed)
    without = b"".join(re.escape(bytes([byte])) for byte in allowed if byte != ord(" "))
    return b"[" + escaped + b"]", b"[" + without + b"]"


def _decimal(longest: int) -> bytes:
    if longest < 6:
        return b"-?[0-9]{1,%d}" % longest
    return b"-?[0-9]{1,%d}(?:\\.[0-9]{1,4})?" % (longest - 4)


def _period(form: ElementRule, period: ElementRule, separator: bytes) -> bytes:
    """A format and its date or span as one value; other formats are left to the closer look."""
    known = [code for code in sorted(form.codes) if code in _PERIODS]
    pairs = b"|".join(code.encode() + separator + _PERIODS[code] for code in known)
    if not known:
        return rb"(?!)"
    return b"(?:" + pairs + b")" if period.usage != "N" else rb"(?!)"


def _trie(words: Iterable[bytes]) -> bytes:
    """An alternation that looks at each character once."""
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


def _is_pair(note: SyntaxNote, node: SegmentNode) -> bool:
    """Whether a note says that two neighbours come together or not at all: they are written as one."""
    if note.kind != "P" or len(note.elements) != 2 or note.elements[1] > len(node.rules):
        return False
    first, second = note.elements
    usages = {node.rules[first - 1].usage, node.rules[second - 1].usage}
    return second == first + 1 and usages == {"S"}


def _holds_anyway(note: SyntaxNote, node: SegmentNode) -> bool:
    """Whether the elements' usage alone makes a note hold, so that it need not be looked at."""
    usages = [node.rules[at - 1].usage if at <= len(node.rules) else "N" for at in note.elements]
    if note.kind == "P":
        return len(set(usages)) == 1 and usages[0] != "S"
    if note.kind == "R":
        return "R" in usages
    if note.kind == "E":
        return sum(usage != "N" for usage in usages) <= 1
    return usages[0] == "N"


def _note(note: SyntaxNote, delimiters: Delimiters) -> bytes:
    """A look ahead for a syntax note."""
    separator = re.escape(delimiters.element)
    any_element = b"[^" + separator + b"]*"

    def is_there(element: int) -> bytes:
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

    here = [b"(?=" + is_there(element) + b")" for element in note.elements]
    gone = [b"(?!" + is_there(element) + b")" for element in note.elements]
    if note.kind == "P":
        return b"(?:" + b"".join(here) + b"|" + b"".join(gone) + b")"
    if note.kind == "R":
        return b"(?:" + b"|".join(here) + b")"
    if note.kind == "E":
        return b"(?:" + b"|".join(b"".join(gone[:at] + gone[at + 1 :]) for at in range(len(gone))) + b")"
    if note.kind == "C":
        return b"(?:" + gone[0] + b"|" + b"".join(here[1:]) + b")"
    return b"(?:" + gone[0] + b"|" + b"|".join(here[1:]) + b")"
