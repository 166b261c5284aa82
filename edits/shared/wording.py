"""The description and notes of a service line, and whether they give an amount."""

from __future__ import annotations

import re

from scrubber.claim.model import ServiceLine
from scrubber.engine.context import Context

_UNIT = r"(MG|MCG|UG|G|GM|GMS|GRAMS?|ML|CC|UNITS?|IU|U|MEQ|MMOL|MCI|VIALS?|AMPS?|AMPULES?|SYRINGES?|TABS?|%)"
_AMOUNT = re.compile(rf"(?<![A-Z0-9])[0-9][0-9,]*(\.[0-9]+)?\s*-?{_UNIT}(?![A-Z])", re.IGNORECASE | re.ASCII)
_CONCENTRATION = re.compile(
    rf"[0-9][0-9,]*(\.[0-9]+)?\s*{_UNIT}\s*(/|\bPER\b)\s*([0-9.]+\s*)?(ML|CC)(?![A-Z])",
    re.IGNORECASE | re.ASCII,
)

_SUPPLIER = (
    r"(?:PATIENT|PT|PHARM\w*|SPECIALTY|MANUFACTURER|MFR|MFG|STATE|HEALTH DEP\w*|PAYER|PLAN|HOSPITAL|FACILITY)"
)
_GAVE = r"(?:SUPPLIED|SUPPLIES|SUPPLY|PROVIDED|BROUGHT|FURNISHED|DISPENSED|SHIPPED|SENT|BILLED)"
_OTHER_SUPPLY = re.compile(
    rf"\b{_GAVE} (?:IN )?(?:BY|FROM|VIA) (?:\w+ ){{0,3}}?{_SUPPLIER}\b|"
    rf"\b{_SUPPLIER}(?:'?S)?[ -](?:OWN )?{_GAVE}\b|"
    r"\b(?:WHITE|BROWN|CLEAR)[ -]?BAG|\b(?:PT|PATIENT)'?S? OWN\b|\bOWN (?:MED|DRUG|SUPPLY)|"
    r"\b(?:DRUG|MED) SAMPLES?\b|\bSAMPLE (?:DRUG|MED|USED|GIVEN)|\bFREE (?:DRUG|SAMPLE)|\bVFC\b|"
    r"\b(?:DRUG|MED|MEDICATION) (?:NOT BILLED|(?:AT |WITH )?NO (?:CHARGE|COST))\b|"
    r"\b(?:PATIENT|PT) ASSISTANCE\b",
    re.IGNORECASE,
)


def words_of(line: ServiceLine) -> str:
    """Return the line's description (SV101-7) and its notes (NTE)."""
    return " ".join(text.strip() for text in (line.description, *(note.text for note in line.notes))).strip()


def words_about(line: ServiceLine, context: Context) -> str:
    """Return the line's words or, if it has none, the claim's notes, which some payers also read."""
    return words_of(line) or " ".join(note.text.strip() for note in context.claim.notes).strip()


def tells_other_supply(line: ServiceLine, context: Context) -> bool:
    """Return True if the line's words or the claim's notes tell that someone else supplied the drug."""
    notes = " ".join(note.text for note in context.claim.notes)
    return bool(_OTHER_SUPPLY.search(f"{words_of(line)} {notes}"))


def has_amount(words: str) -> bool:
    """Return True if the words have a number with a unit of measure, such as 50 MG or 2 ML."""
    return bool(_AMOUNT.search(words))


def without_concentrations(words: str) -> str:
    """Return the words without amounts per milliliter, which are the strength of a drug and not its dose."""
    return _CONCENTRATION.sub(" ", words)
