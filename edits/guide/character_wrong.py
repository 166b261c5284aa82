"""A data element contains an invalid character.

What is wrong
    A numeric element contains something other than digits, a simple element contains a delimiter, or text
    contains characters outside the X12 character sets (accents, tabs, control characters).

Why it is refused
    A receiver that validates against the implementation guide (TR3) rejects the transaction set (999);
    others drop the character or show a different one.

How to correct it
    Retype the value with plain letters, digits and common punctuation.
"""

import unicodedata

from scrubber.engine import Edit
from scrubber.guide.fault import Fault, FaultKind

from ..shared.guide_faults import place_of, reports

_LAST_ASCII = 126
_PLAIN = (
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
    | dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u202f", "a space")
    | {"\u2026": "...", "\u2022": "-", "\u00d7": "x", "\u00df": "ss", "\u00d8": "O", "\u00f8": "o"}
    | {"\u00c6": "AE", "\u00e6": "ae", "\u0141": "L", "\u0142": "l"}
)
"""What stands for characters that word processors put in."""

edit = Edit(
    id="GUIDE-07",
    title="Invalid character in data element",
    snip=1,
    severity="reject",
    to_do="Retype the value of the element with plain letters, digits and common punctuation.",
    sources=("X12-837P",),
    claim_status=("A7:511",),
    yields=True,
    needs=("faults",),
)


def _to_do(fault: Fault) -> str:
    """Return what to enter in place of the character."""
    name, found = place_of(fault).name, _character(fault)
    if not found:
        return f"Replace the invalid character in {name}: enter {fault.expected}."
    plain = plain_character(found)
    return f"Replace {found} in {name} with {plain or 'a plain letter, digit or punctuation mark'}."


@reports(edit, FaultKind.BAD_CHARACTER, to_do=_to_do)
def message(fault: Fault) -> str:
    name, found = place_of(fault).name, _character(fault)
    if not found:
        return f"{name} contains an invalid character; expected {fault.expected}."
    if found.isascii():
        return f"{name} contains {found}, which is a separator in this file."
    return f"{name} contains {found} ({_described(found)}), which is not in the X12 character sets."


def _character(fault: Fault) -> str:
    """Return the printable character that does not belong in the value; empty if it is none, or a number is
    expected.
    """
    marks = fault.segment.delimiters
    separators = (marks.component + (marks.repetition or b"")).decode("latin-1")
    for character in place_of(fault):
        if character.isprintable() and (character in separators or ord(character) > _LAST_ASCII):
            return character
    return ""


def _described(character: str) -> str:
    return unicodedata.name(character, f"U+{ord(character):04X}").lower()


def plain_character(character: str) -> str:
    """Return a character of X12 that stands for another one: ``'`` for a curly quote; empty if none does."""
    if character in _PLAIN:
        return _PLAIN[character]
    base = unicodedata.normalize("NFKD", character)[0]
    return base if base.isascii() and base.isalnum() else ""
