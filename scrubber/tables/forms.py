"""The formats of codes: formats only, which do not show whether a code exists."""

from __future__ import annotations

import re

_ELEVEN = re.compile(r"[0-9]{11}", re.ASCII)
_PARTS = re.compile(r"([0-9]{4})-([0-9]{4})-([0-9]{2})|([0-9]{5})-([0-9]{3,4})-([0-9]{1,2})", re.ASCII)
_SHORTEST = 10
# FY2026 has codes with a letter as second character; which codes exist is up to the table, not a pattern.
_DIAGNOSIS = re.compile(r"[A-Z](?=.*[0-9])[0-9A-Z]{2,6}", re.ASCII)
_LEVEL_II = re.compile(r"[A-CE-V][0-9]{4}", re.ASCII)


def eleven_digits(number: str) -> str:
    """Return the NDC in 11 digits (labeler 5, product 4, package 2), or an empty string if it is ambiguous.

    Hyphens show which part of a 10-digit NDC is short: in 4-4-2, 5-3-2 and 5-4-1 that part is padded with a
    zero. Ten digits without hyphens can mean three different drugs.
    """
    compact = re.sub(r"\s", "", number)
    match = _PARTS.fullmatch(compact)
    if match:
        labeler, product, package = (part for part in match.groups() if part)
        # No known NDC format has two short parts.
        known = len(labeler + product + package) >= _SHORTEST
        return f"{labeler:0>5}{product:0>4}{package:0>2}" if known else ""
    return compact if _ELEVEN.fullmatch(compact) else ""


def has_icd10cm_form(code: str) -> bool:
    """Return True if a text has the format of an ICD-10-CM code: a letter, 2 to 6 more characters, no dot."""
    return bool(_DIAGNOSIS.fullmatch(code))


def is_in_hcpcs_file(code: str) -> bool:
    """Return True if the HCPCS file lists codes of this format: level II, or modifiers with a letter first.

    It lists neither CPT (level I) nor dental codes (D), which are proprietary.
    """
    return code[0].isalpha() if len(code) == 2 else bool(_LEVEL_II.fullmatch(code))
