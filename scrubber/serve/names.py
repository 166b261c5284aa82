"""The names of codes, where they are free: ICD-10-CM, drugs of HCPCS level II, places of service.

Descriptions of CPT codes belong to the AMA, so there are none.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterator
from functools import cached_property
from importlib import resources

from scrubber.engine.loading.discovery import shipped_folder

_HCPCS = re.compile(r"[A-Z][0-9]{4}", re.ASCII)
_ICD10CM = re.compile(r"[A-Z][0-9A-Z]{2,6}", re.ASCII)


class CodeNames:
    """The names, each list read when a code of its kind is first looked up."""

    def diagnosis(self, code: str) -> str:
        """Return the name of an ICD-10-CM code, with or without its dot; empty if there is none."""
        plain = code.replace(".", "").upper()
        if not _ICD10CM.fullmatch(plain):
            return ""
        key = f"\n{plain}\t".encode()
        start = self._diagnoses.find(key)
        if start < 0:
            return ""
        start += len(key)
        return self._diagnoses[start : self._diagnoses.index(b"\n", start)].decode()

    def drug(self, code: str) -> str:
        """Return the name of the drug of a HCPCS level II code; empty if there is none."""
        return self._drugs.get(code.upper(), "") if _HCPCS.fullmatch(code.upper()) else ""

    def place(self, code: str) -> str:
        """Return the name of a place of service; empty if there is none."""
        return self._places.get(code, "")

    @cached_property
    def _diagnoses(self) -> bytes:
        # One block is far smaller than a dictionary of seventy thousand texts, and quick enough to search.
        packed = resources.files(__package__).joinpath("icd10cm_names.txt.gz").read_bytes()
        return b"\n" + gzip.decompress(packed)

    @cached_property
    def _drugs(self) -> dict[str, str]:
        # What is written by hand comes last: it is the better name.
        names = (row for table in ("drug_listings", "drugs") for row in _rows(table) if row["fact"] == "name")
        return {row["code"]: row["value"] for row in names}

    @cached_property
    def _places(self) -> dict[str, str]:
        return {row["code"]: row["name"] for row in _rows("places")}


def _rows(table: str) -> Iterator[dict[str, str]]:
    with (shipped_folder() / "tables" / f"{table}.csv").open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)
