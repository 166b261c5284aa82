"""What a line says of its service in words, and whether these words give an amount."""

from __future__ import annotations

import re

from scrubber.claim.model import Claim, ServiceLine

_UNIT = r"(MG|MCG|UG|G|GM|GMS|GRAMS?|ML|CC|UNITS?|IU|U|MEQ|MMOL|MCI|VIALS?|AMPS?|AMPULES?|SYRINGES?|TABS?|%)"
_AMOUNT = re.compile(rf"(?<![A-Z0-9])[0-9][0-9,]*(\.[0-9]+)?\s*-?{_UNIT}(?![A-Z])", re.IGNORECASE | re.ASCII)
_CONCENTRATION = re.compile(
    rf"[0-9][0-9,]*(\.[0-9]+)?\s*{_UNIT}\s*(/|\bPER\b)\s*([0-9.]+\s*)?(ML|CC)(?![A-Z])",
    re.IGNORECASE | re.ASCII,
)


def words_of(line: ServiceLine) -> str:
    """The line's description (SV101-7) and its notes (NTE)."""
    return " ".join(text.strip() for text in (line.description, *(note.text for note in line.notes))).strip()


def words_about(claim: Claim, line: ServiceLine) -> str:
    """The line's words, else the claim's notes, where some payers look for them, too."""
    return words_of(line) or " ".join(note.text.strip() for note in claim.notes).strip()


def has_amount(words: str) -> bool:
    """Whether a number with a unit of measure is among the words, such as 50 MG or 2 ML."""
    return bool(_AMOUNT.search(words))


def without_concentrations(words: str) -> str:
    """The words without amounts per millilitre, which say how strong a drug is and not how much was given."""
    return _CONCENTRATION.sub(" ", words)
