"""Readers for official reference files as published: a module for each kind, or for kinds that are alike."""

from scrubber.tables.official.aoc import AOC
from scrubber.tables.official.asp import ASP
from scrubber.tables.official.asp_limits import ASP_LIMITS
from scrubber.tables.official.hcpcs import HCPCS
from scrubber.tables.official.icd10cm import ICD10CM
from scrubber.tables.official.mcd import MCD
from scrubber.tables.official.mue import MUE
from scrubber.tables.official.ndc import NDC
from scrubber.tables.official.noc import NOC
from scrubber.tables.official.pfs import PFS
from scrubber.tables.official.providers import DEACTIVATED_KIND, LEIE_KIND, OPT_OUT_KIND, ORDER_REFER_KIND
from scrubber.tables.official.ptp import PTP
from scrubber.tables.official.release import FileKind
from scrubber.tables.official.sad import SAD
from scrubber.tables.official.taxonomy import TAXONOMY
from scrubber.tables.official.zip5 import ZIP5

KINDS: dict[str, FileKind] = {
    kind.name: kind
    for kind in (
        ICD10CM, HCPCS, ASP, MUE, PTP, NDC, MCD, PFS, AOC, ASP_LIMITS, NOC, ZIP5, TAXONOMY, SAD,
        ORDER_REFER_KIND, DEACTIVATED_KIND, LEIE_KIND, OPT_OUT_KIND,
    )
}  # fmt: skip

__all__ = ["KINDS", "FileKind"]
