"""Diagnoses of a claim by themselves: their codes, and on which days they were treated."""

from __future__ import annotations

from datetime import date
from itertools import combinations

from scrubber.claim.model import Claim
from scrubber.claim.parts import Diagnosis

from .coverage import code_of


def valid_codes(claim: Claim) -> list[tuple[Diagnosis, str]]:
    """Return the diagnoses that are ICD-10-CM codes, with their codes."""
    coded = ((diagnosis, code_of(diagnosis)) for diagnosis in claim.diagnoses)
    return [(diagnosis, code) for diagnosis, code in coded if code]


def pairs_of_codes(claim: Claim) -> list[tuple[tuple[Diagnosis, str], tuple[Diagnosis, str]]]:
    """Return all pairs of different codes, in the order of HI, that may belong to one encounter."""
    if claim.single_day:
        return list(combinations(valid_codes(claim), 2))
    return [
        (one, two)
        for one, two in combinations(valid_codes(claim), 2)
        if not _are_on_different_days(claim, one[0], two[0])
    ]


def _are_on_different_days(claim: Claim, one: Diagnosis, two: Diagnosis) -> bool:
    """Return True if two diagnoses are pointed to, and never by lines of the same day."""
    days_of_one, days_of_two = _days_of(claim, one), _days_of(claim, two)
    return bool(days_of_one and days_of_two) and days_of_one.isdisjoint(days_of_two)


def _days_of(claim: Claim, diagnosis: Diagnosis) -> set[date | None]:
    return {
        line.service.start if line.service else None
        for line in claim.lines
        if diagnosis in claim.diagnoses_of(line)
    }


def dotted(code: str) -> str:
    """Return an ICD-10-CM code with its dot, as people read it."""
    return f"{code[:3]}.{code[3:]}" if code[3:] else code
