"""Readers for official reference files as published: one module for each kind."""

from scrubber.tables.official.asp import ASP
from scrubber.tables.official.hcpcs import HCPCS
from scrubber.tables.official.icd10cm import ICD10CM
from scrubber.tables.official.mcd import MCD
from scrubber.tables.official.mue import MUE
from scrubber.tables.official.ndc import NDC
from scrubber.tables.official.ptp import PTP
from scrubber.tables.official.release import FileKind

KINDS: dict[str, FileKind] = {kind.name: kind for kind in (ICD10CM, HCPCS, ASP, MUE, PTP, NDC, MCD)}

__all__ = ["KINDS", "FileKind"]
