"""How codes are written: forms only, which say nothing of whether a code exists."""

from __future__ import annotations

import re

_ELEVEN = re.compile(r"[0-9]{11}", re.ASCII)
_PARTS = re.compile(r"([0-9]{4})-([0-9]{4})-([0-9]{2})|([0-9]{5})-([0-9]{3,4})-([0-9]{1,2})", re.ASCII)
_SHORTEST = 10
# FY2026 has codes with a letter as second character; which codes exist is for the table, not for a pattern.
_DIAGNOSIS = re.compile(r"[A-Z](?=.*[0-9])[0-9A-Z]{2,6}", re.ASCII)
_LEVEL_II = re.compile(r"[A-CE-V][0-9]{4}", re.ASCII)


def eleven_digits(number: str) -> str:
    """The eleven digits (labeler 5, product 4, package 2) that a number can only mean, or an empty text.

    Hyphens show which part of the ten digits is short: 4-4-2, 5-3-2 and 5-4-1 are filled up with a zero in
    that part. Ten digits without hyphens can mean three different drugs.
    """
    compact = re.sub(r"\s", "", number)
    match = _PARTS.fullmatch(compact)
    if match:
        labeler, product, package = (part for part in match.groups() if part)
        # Where two parts are short, it is no form of an NDC that is known.
        known = len(labeler + product + package) >= _SHORTEST
        return f"{labeler:0>5}{product:0>4}{package:0>2}" if known else ""
    return compact if _ELEVEN.fullmatch(compact) else ""


def has_icd10cm_form(code: str) -> bool:
    """Whether a text is written as an ICD-10-CM code: a letter, then two to six more characters, no dot."""
    return bool(_DIAGNOSIS.fullmatch(code))


def is_in_hcpcs_file(code: str) -> bool:
    """Whether a code is of a form that the HCPCS file lists: level II, or a modifier with a letter first.

    It lists neither CPT (level I) nor the dental codes (D), which are others' property.
    """
    return code[0].isalpha() if len(code) == 2 else bool(_LEVEL_II.fullmatch(code))
