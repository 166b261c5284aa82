"""Dated reference data: shipped if free to distribute, imported otherwise, never silently absent."""

from scrubber.tables.answer import Answer, CoveredDays, VintageName
from scrubber.tables.forms import eleven_digits, has_icd10cm_form
from scrubber.tables.lookups import Lookups, Tables
from scrubber.tables.opening import open_tables

__all__ = [
    "Answer",
    "CoveredDays",
    "Lookups",
    "Tables",
    "VintageName",
    "eleven_digits",
    "has_icd10cm_form",
    "open_tables",
]
