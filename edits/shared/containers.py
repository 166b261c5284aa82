"""From what container a drug of a line came: a single dose, or several."""

from __future__ import annotations

from datetime import date

from scrubber.claim.model import ServiceLine
from scrubber.engine.context import Context
from scrubber.tables.drugs import Drug

from .dosage import number_of

SINGLE, MULTIPLE = "single-dose", "multi-dose"


def container_of(line: ServiceLine, drug: Drug, day: date, context: Context) -> str:
    """``single-dose`` or ``multi-dose``; empty where neither the drug nor its package tells.

    What is known of the package (NDC) goes before what holds for the drug in general.
    """
    packages = [number_of(entry) for entry in line.drugs if entry.qualifier == "N4"]
    told = {_of_package(ndc, drug, day, context) for ndc in packages} or {drug.container()}
    container = told.pop() if len(told) == 1 else ""
    return container if container in (SINGLE, MULTIPLE) else ""


def _of_package(ndc: str, drug: Drug, day: date, context: Context) -> str:
    known = drug.container(ndc)
    if known in (SINGLE, MULTIPLE) and known != drug.container():
        return known
    # Asked without account first: where the directory is not there, the general word holds.
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
