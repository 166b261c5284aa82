"""Procedures that are for patients of certain ages."""

from __future__ import annotations

from scrubber.claim import ServiceLine
from scrubber.engine import Context

from .days import day_of, years_between


def conflicting_ages(line: ServiceLine, context: Context) -> str:
    """Return the ages that a procedure is for, in words, if the patient was of another one; else nothing."""
    day = day_of(line)
    ranges = context.tables.aside.ages(line.hcpcs, day).records if day else ()
    # The patient differs from claim to claim, so is asked about only where the code names an age.
    patient = context.claim.patient if ranges else None
    born = patient.birth_date.date if patient else None
    if day is None or born is None or born > day:
        return ""
    years, days = years_between(born, day), (day - born).days
    if any(ages.contains(years, days) for ages in ranges):
        return ""
    return " or ".join(sorted(str(ages) for ages in ranges))
