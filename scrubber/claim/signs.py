"""Signs of a claim: quick tests of what differs from claim to claim, as pure functions of texts.

A charge, a date of birth or a member ID is another one in nearly every claim, but whether the charges add up
is nearly always true. An edit that needs the exact values asks for the sign first. The claim model and the
engine's memory compute signs by the same functions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from scrubber.claim.field import decimal_of
from scrubber.x12.dates import parse_date

_PLAIN_CHARGE = re.compile(r"[1-9][0-9]{0,7}(?:\.[0-9]{0,2})?", re.ASCII)
_CLIA = re.compile(r"[0-9]{2}D[0-9]{7}", re.ASCII)
CLIA_QUALIFIERS = frozenset({"X4", "F4"})
"""REF01 of the CLIA number of the laboratory and of one that a test was referred to."""
_PROGRAM_WORDS = (
    r"undefined|Undefined|UNDEFINED|null|nil|None|NaN|(?i:\[object object\])|#(?:N/A|REF!|VALUE!|NAME\?)"
)
_NO_NAME = re.compile(rf" *(?:{_PROGRAM_WORDS}|(?i:unknown)) *")
_NO_ADDRESS = re.compile(rf" *(?:{_PROGRAM_WORDS}|(?i:null|none|nan|n/a)) *")
_NO_NUMBER = re.compile(
    rf" *(?:{_PROGRAM_WORDS}|(?i:null|none|nan|n/?a|tbd|unknown|unavailable|pending|self[ -]?pay)"
    r"|([0-9])\1{5,}|123456789) *",
    re.ASCII,
)
_PERHAPS = re.compile(
    rb"undefined|null|nil|none|nan|object|n/?a|#|tbd|unknown|unavailable|pending|self|([0-9])\1{5}|123456789",
    re.IGNORECASE,
)
LONGEST_LIFE = 150
"""How many years after birth a service is not possible."""
USUAL_LIFE = 119
"""How many years after birth nearly nobody lives: a date of birth before that is mostly a placeholder."""
_LETTER, _EITHER = "[AC-HJKMNP-RT-Y]", "[0-9AC-HJKMNP-RT-Y]"
_MBI = re.compile(rf"[1-9]{_LETTER}{_EITHER}[0-9]{_LETTER}{_EITHER}[0-9]{_LETTER}{{2}}[0-9]{{2}}", re.ASCII)


class Signs(NamedTuple):
    """The signs of a claim; all are true of nearly every claim.

    ``plain_charge``: the total charge is a dollar or more, plainly written. ``adds_up``: the charges of
    the lines are numbers and add up to it. ``plain_pointers``: each line points to one to four diagnoses,
    each once, and to nothing else. ``all_linked``: a line points to each diagnosis. ``all_differ``: no
    diagnosis is repeated. ``within_life``: all services are dated and within a usual life after the
    patient's date of birth, and no death is reported. ``has_mbi``: the member ID is a Medicare
    Beneficiary Identifier. ``trimmed_ids``: no element of the subscriber, the payers or the claim's
    references has spaces around it. ``valid_births``: the dates of birth of subscriber and patient are
    dates, where there are any. ``has_member_id``: the subscriber has a member ID. ``short_number``: the
    patient control number has at most 20 characters. ``lines_differ``: no two lines have the same line
    item control number. ``dates_agree``: no date of loop 2300 is later than the services or at odds with
    another one. ``clia_numbers``: the CLIA numbers of loop 2300 (REF*X4) have their form.
    ``categories_differ``: no two diagnoses are of one category, which is the first three characters of a
    code.
    """

    plain_charge: bool
    adds_up: bool
    plain_pointers: bool
    all_linked: bool
    all_differ: bool
    within_life: bool
    has_mbi: bool
    trimmed_ids: bool
    valid_births: bool
    has_member_id: bool
    short_number: bool
    lines_differ: bool
    dates_agree: bool
    clia_numbers: bool
    categories_differ: bool


def is_plain_charge(charge: str) -> bool:
    """Return True for a charge as nearly all are: a dollar or more, in dollars or dollars and cents."""
    return _PLAIN_CHARGE.fullmatch(charge) is not None


def adds_up(total: str, charges: Sequence[str]) -> bool:
    """Return True if charges are numbers that add up to a total; False if one is not a number."""
    so_far = Decimal(0)
    for charge in charges:
        number = decimal_of(str(charge))
        if number is None:
            return False
        so_far += number
    return so_far == decimal_of(str(total))


def position_of(pointer: str, positions: frozenset[int]) -> int | None:
    """Return the position of the diagnosis that a pointer (SV107) refers to, ``None`` if there is none."""
    text = pointer[1] if len(pointer) == 2 and pointer[0] == "0" else pointer
    if not (text.isascii() and text.isdigit()) or text[0] == "0" or len(text) > 2:
        return None
    position = int(text)
    return position if position in positions else None


@lru_cache(maxsize=8192)
def are_plain_pointers(pointers: tuple[str, ...], positions: frozenset[int]) -> bool:
    """Return True if a line has one to four pointers, each to another one of the first twelve diagnoses."""
    found = {position for pointer in pointers if (position := position_of(pointer, positions))}
    return 1 <= len(pointers) <= 4 and len(found) == len(pointers) and max(found) <= 12


@lru_cache(maxsize=8192)
def all_linked(pointers: frozenset[str], positions: frozenset[int]) -> bool:
    """Return True if every diagnosis is pointed at by one of the pointers of a claim."""
    return positions <= {position_of(pointer, positions) for pointer in pointers}


def all_differ(codes: Sequence[str]) -> bool:
    """Return True if no two diagnosis codes are the same, however they are written."""
    return len(plain_codes(codes)) == len(codes)


def have_own_categories(codes: Sequence[str]) -> bool:
    """Return True if no two diagnosis codes are of one category (their first three characters)."""
    different = plain_codes(codes)
    return len({code[:3] for code in different}) == len(different)


def is_among(code: str, targets: Sequence[str]) -> bool:
    """Return True if a code begins with one of the targets, or lies in one that is a range (A150-A199)."""
    return any(_is_in(code, target) for target in targets)


_is_known_among = lru_cache(maxsize=16_384)(is_among)


def _is_in(code: str, target: str) -> bool:
    first, _, last = target.partition("-")
    return first <= code[: len(first)] and code[: len(last)] <= last if last else code.startswith(first)


def codes_among(codes: Sequence[str], targets: tuple[str, ...]) -> tuple[str, ...]:
    """Return the diagnosis codes that are among targets, sorted, in uppercase without dots."""
    return tuple(sorted([code for code in plain_codes(codes) if _is_known_among(code, targets)]))


MOST_RETURNED = 20
"""The most characters of a patient control number (CLM01) that a payer must keep and return."""


def have_own_numbers(numbers: Sequence[str]) -> bool:
    """Return True if no two line item control numbers are the same; lines without one do not count."""
    present = [number for number in numbers if number]
    return len(set(present)) == len(present)


def plain_codes(codes: Sequence[str]) -> frozenset[str]:
    """Return diagnosis codes in uppercase without dots and surrounding spaces."""
    return _plain_codes(tuple(map(str, codes)))  # plain text: the cache must not keep a claim's fields


@lru_cache(maxsize=256)
def _plain_codes(codes: tuple[str, ...]) -> frozenset[str]:
    return frozenset([code.replace(".", "").strip().upper() for code in codes])


def is_within_life(birth: str, death: str, first: date | None, last: date | None) -> bool:
    """Return True if services from ``first`` to ``last`` are in a lifetime after birth, with no death.

    False also if a date is missing or unreadable.
    """
    born = parse_date(birth)
    if born is None or death or first is None or last is None:
        return False
    return born <= first and first.year - born.year <= USUAL_LIFE


def is_clia_number(text: str) -> bool:
    """Return True for the form of a CLIA number: two digits, the letter D, seven digits."""
    return _CLIA.fullmatch(text) is not None


def is_placeholder(text: str, *, in_name: bool) -> bool:
    """Return True for what a program writes where it has no value.

    Capitals and lowercase count: people are named Null, Nan and None. Addresses are not.
    """
    return (_NO_NAME if in_name else _NO_ADDRESS).fullmatch(text) is not None


def is_placeholder_number(text: str) -> bool:
    """Return True for what people and programs write in place of a member ID: PENDING, 999999999, N/A."""
    return _NO_NUMBER.fullmatch(text) is not None


def has_placeholder(body: bytes, separator: bytes) -> bool:
    """Return True if an NM1, N3 or N4 has a placeholder in place of a name, number or address."""
    if _PERHAPS.search(body) is None:
        return False
    segment_id, *elements = body.decode("latin-1").split(separator.decode("latin-1"))
    in_name = segment_id == "NM1"
    if in_name and len(elements) > 8 and is_placeholder_number(elements[8]):
        return True
    return any(is_placeholder(element, in_name=in_name) for element in elements)


def is_named_in_full(kind: str, first_name: str) -> bool:
    """Return True unless this is a person (NM102 is 1) without a first name."""
    return kind != "1" or bool(first_name.strip())


def is_mbi(number: str) -> bool:
    """Return True for a Medicare Beneficiary Identifier as CMS writes it, without hyphens."""
    return _MBI.fullmatch(number) is not None


def has_blank_edges(body: bytes, separator: bytes) -> bool:
    """Return True if an element of a segment begins or ends with a space."""
    return b" " in body and (body.endswith(b" ") or separator + b" " in body or b" " + separator in body)
