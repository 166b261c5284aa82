"""The statuses of a claim or a line in a 277CA: the status pairs of the edits that hold it.

Categories are from X12's external code source 507, statuses from 508: by number only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from scrubber.engine.finding import Finding

PAIR = re.compile(r"(A[0-9]):([0-9]{1,3})(?::([0-9A-Z]{2,3}))?", re.ASCII)
"""The format of an edit's ``claim_status``: category, code, and entity if it is always the same."""

REJECTIONS = frozenset({"A3", "A4", "A6", "A7", "A8"})
"""Categories that return a claim before adjudication; others would accept it."""

ENTITIES = frozenset(
    {"03", "1P", "1Z", "40", "41", "71", "72", "73", "77", "82", "85", "87", "DK", "DN", "DQ", "FA", "GB",
     "HK", "IL", "LI", "MSC", "PR", "PRP", "QB", "QC", "QD", "SEP", "TL", "TTP", "TU"}
)  # fmt: skip
"""STC01-3 of claims and lines (pyx12's map)."""

_OF_ENTITY = frozenset({"145", "164", "500", "501", "502", "503", "562"})
"""Statuses about an entity's ID, taxonomy code or address, so the entity must be reported."""

_BY_LOOP = {
    "1000A": "41", "1000B": "40", "2000A": "85", "2010AA": "85", "2010AB": "87", "2010BA": "IL",
    "2010BB": "PR", "2010CA": "QC", "2310A": "DN", "2310B": "82", "2310C": "77", "2310D": "DQ",
    "2330A": "GB", "2420A": "82", "2420B": "QB", "2420C": "77", "2420D": "DQ", "2420E": "DK", "2420F": "DN",
}  # fmt: skip
"""The entity in each loop of the 837P."""


class ClaimStatus(NamedTuple):
    """One status: category, code and entity (may be empty)."""

    category: str
    code: str
    entity: str = ""


RECEIVED = ClaimStatus("A1", "19", "AY")
"""The transaction was received and accepted."""
ACCEPTED = ClaimStatus("A2", "20")
GENERAL = ClaimStatus("A3", "0")
"""For an edit without a status pair, one that failed, and one that could not be evaluated in a strict run:
rejected; the report has the reason.
"""


def statuses(findings: Iterable[Finding]) -> list[ClaimStatus]:
    """Return the distinct statuses of the findings, in order."""
    return list(dict.fromkeys(status for finding in findings for status in _of(finding)))


def _of(finding: Finding) -> Iterator[ClaimStatus]:
    """Yield the rejecting status pairs of a finding's edit; the general one if there are none."""
    is_rejected = False
    for pair in finding.claim_status:
        match = PAIR.fullmatch(pair)
        if match is None or match[1] not in REJECTIONS:
            continue
        entity = match[3] or ""
        if not entity and match[2] in _OF_ENTITY:
            entity = _BY_LOOP.get(finding.where.loop or "", "")
        is_rejected = True
        yield ClaimStatus(match[1], match[2], entity if entity in ENTITIES else "")
    if not is_rejected:
        yield GENERAL
