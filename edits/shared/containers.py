"""Containers: whether a drug came from a single-dose or a multiple-dose package."""

from __future__ import annotations

from datetime import date

from scrubber.claim.model import ServiceLine
from scrubber.engine.context import Context
from scrubber.tables.drugs import Drug

from .dosage import number_of

SINGLE, MULTIPLE = "single-dose", "multi-dose"


def container_of(line: ServiceLine, drug: Drug, day: date, context: Context) -> str:
    """Return ``single-dose`` or ``multi-dose``, or an empty text if neither drug nor package is conclusive.

    What is known of the package (NDC) takes precedence over what is known of the drug in general.
    """
    packages = [number_of(entry) for entry in line.drugs if entry.qualifier == "N4"]
    candidates = {_of_package(ndc, drug, day, context) for ndc in packages} or {drug.container()}
    container = candidates.pop() if len(candidates) == 1 else ""
    return container if container in (SINGLE, MULTIPLE) else ""


def _of_package(ndc: str, drug: Drug, day: date, context: Context) -> str:
    known = drug.container(ndc)
    if known in (SINGLE, MULTIPLE) and known != drug.container():
        return known
    # Look up aside first: without the NDC directory, what is known of the drug applies.
    package = context.tables.aside.ndc(ndc, day).value if ndc else None
    if package is None:
        return known
    context.tables.ndc(ndc, day)
    text = package.package.upper()
    single = "SINGLE-DOSE" in text or "SINGLE-USE" in text
    multiple = "MULTI-DOSE" in text or "MULTIPLE-DOSE" in text
    if single == multiple:
        return known
    return SINGLE if single else MULTIPLE


def is_single_dose(line: ServiceLine, context: Context) -> bool:
    """Return True if all containers of a line's drug are single-dose, as far as is known."""
    day = line.service.start if line.service else None
    if day is None:
        return False
    drug = context.tables.aside.drug(line.hcpcs, day).value
    if drug is not None and drug.container():
        return container_of(line, drug, day, context) == SINGLE
    return bool(context.tables.aside.single_dose(line.hcpcs, day).records)
