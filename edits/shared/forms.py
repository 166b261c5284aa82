"""The forms of numbers that many edits meet: one check for each kind."""

from __future__ import annotations

import re
from typing import NamedTuple

from scrubber.claim.signs import is_clia_number

_SEPARATORS = re.compile(r"[ \-./()]")
_NINE_DIGITS = re.compile(r"[0-9]{9}", re.ASCII)
_MAMMOGRAPHY = re.compile(r"[0-9]{6}", re.ASCII)
_EXTENSION = re.compile(r"(?:X|EXT\.?|#) *[0-9]+\Z", re.ASCII | re.IGNORECASE)
_ABROAD = re.compile(r"\+ *[02-9]|011(?=[ -]?[0-9]{9})", re.ASCII)
_PHONE = re.compile(r"[2-9][0-9]{2}[2-9][0-9]{6}", re.ASCII)


class Form(NamedTuple):
    """What is wrong with a number; empty if nothing is. ``plain`` is the same number well written."""

    fault: str = ""
    plain: str = ""


def without_separators(text: str) -> str:
    """Return a number without the spaces, hyphens, periods and parentheses that people write in it."""
    return _SEPARATORS.sub("", text)


def tax_id_form(text: str) -> Form:
    """Check an EIN or a Social Security number: nine digits, no separators."""
    if _NINE_DIGITS.fullmatch(text):
        return Form("has only zeros" if text == "000000000" else "")
    plain = without_separators(text)
    if _NINE_DIGITS.fullmatch(plain):
        return Form("has separators", plain if plain != "000000000" else "")
    return Form(_of_digits(plain, 9))


def clia_form(text: str) -> Form:
    """Check a CLIA number: two digits, the letter D, seven digits."""
    if is_clia_number(text):
        return Form()
    plain = without_separators(text).upper()
    if is_clia_number(plain):
        return Form("has separators or lowercase letters", plain)
    return Form("is not two digits, the letter D and seven digits")


def mammography_form(text: str) -> Form:
    """Check a mammography facility's FDA certification number: six digits."""
    return Form("" if _MAMMOGRAPHY.fullmatch(text) else "does not have six digits")


def phone_form(text: str) -> Form:
    """Check a telephone number of the North American plan: area code, exchange and line, ten digits.

    A number that is dialed with another country code is not checked.
    """
    if _PHONE.fullmatch(text):
        return Form("is one digit ten times" if len(set(text)) == 1 else "")
    if _ABROAD.match(text):
        return Form()
    if _EXTENSION.search(text):
        return Form("has an extension in it")
    plain = re.sub(r"\A\+?1(?=[0-9]{10}\Z)", "", without_separators(text).lstrip("+"), flags=re.ASCII)
    if _PHONE.fullmatch(plain):
        return Form("has separators or a country code", plain)
    if len(plain) == 10 and plain.isascii() and plain.isdigit():
        return Form("has an area code or exchange that begins with 0 or 1")
    return Form(_of_digits(plain, 10))


def _of_digits(text: str, count: int) -> str:
    if not text:
        return "is empty"
    if not (text.isascii() and text.isdigit()):
        return f"has other characters than {count} digits"
    return f"has {len(text)} digits, not {count}"
