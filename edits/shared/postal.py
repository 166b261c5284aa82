"""The forms of postal codes by country (N404), as the countries' postal services publish them."""

from __future__ import annotations

import re
from collections.abc import Mapping

# 9 is a digit, A a letter. A country that is not listed is not checked.
_SHAPES: Mapping[str, str] = {
    "A9A9A9": "CA",
    "A99AA A999AA AA99AA AA999AA A9A9AA AA9A9AA": "GB",
    "9999": "AT AU BE BG CH CY DK HU LU NO NZ PH SI ZA",
    "99999": "CZ DE EE EG ES FI FR GR HR IT KR MX MY SE SK TH TR UA",
    "999999": "CN IN RO RU SG",
    "9999999": "JP PT",
    "99999999": "BR",
    "99999 9999999": "IL SA",
    "9999AA": "NL",
}
_BY_COUNTRY = {
    country: shapes.split() for shapes, countries in _SHAPES.items() for country in countries.split()
}
_COUNTRY_BEFORE = re.compile(r"\A[A-Z]{1,2}[- ](?=[0-9])", re.ASCII)


def has_form_of(country: str, code: str) -> bool:
    """Return True if a postal code has the form of a country's codes, or their form is not known here.

    Spaces and hyphens do not count, nor do the country's letters before a number (D-50667).
    """
    shapes = _BY_COUNTRY.get(country)
    if shapes is None:
        return True
    plain = re.sub(r"[ -]", "", _COUNTRY_BEFORE.sub("", code.strip().upper()))
    shape = re.sub(r"[A-Z]", "A", re.sub(r"[0-9]", "9", plain))
    return shape in shapes
