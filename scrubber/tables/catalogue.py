"""Where each imported table comes from: the title of the official page and the name of the file.

Nothing here fetches anything: the user downloads the file and imports it.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from scrubber.tables.answer import CoveredDays

_END = 12 * (date.max.year + 1)
_QUARTERLY = ("{quarter}", "{letter}", "{month}", "{mon}", "{mon_upper}", "{first}", "{ncci}")


def _first_of(month: int) -> date:
    """Return the first day of a month, counted from the year 0."""
    return date(month // 12, month % 12 + 1, 1) if month >= 12 else date.min


class OfficialSource(NamedTuple):
    """The source of one kind of table, for one program if it has a table for each.

    ``page`` is the title of the page that has it, ``pattern`` the name of the file, in which the parts in
    braces depend on the day. ``needed`` tells whether claims of injections are checked against it; the others
    are reported only if they were once imported.
    """

    kind: str
    page: str
    pattern: str
    needed: bool = True
    program: str = ""

    def file_for(self, day: date) -> str:
        """Return the name of the file that covers a day."""
        quarter = (day.month - 1) // 3
        month = date(day.year, 3 * quarter + 1, 1)
        return self.pattern.format(
            year=day.year,
            yy=f"{day.year % 100:02}",
            fiscal=day.year + (day.month >= 10),
            quarter=quarter + 1,
            letter="ABCD"[quarter],
            month=f"{month:%B}",
            mon=f"{month:%b}",
            mon_upper=f"{month:%b}".upper(),
            first=f"{month:%m-%d-%Y}",
            # NCCI counts years from 1994 and quarters from 0.
            ncci=f"v{day.year - 1994}{quarter}r0",
            nucc=f"{day.year % 100}{int(day.month >= 7)}",
        )

    def period_of(self, day: date) -> CoveredDays:
        """Return the days around a day for which the same file is needed."""
        year, first_month, months = day.year, 1, 12
        if any(part in self.pattern for part in _QUARTERLY):
            first_month, months = day.month - (day.month - 1) % 3, 3
        elif "{nucc}" in self.pattern:
            first_month, months = day.month - (day.month - 1) % 6, 6
        elif "{fiscal}" in self.pattern:
            year, first_month = year - (day.month < 10), 10
        elif "{year}" not in self.pattern and "{yy}" not in self.pattern:
            return CoveredDays()
        begins, ends = 12 * year + first_month - 1, 12 * year + first_month - 1 + months
        return CoveredDays(_first_of(begins), _first_of(ends) - timedelta(1) if ends < _END else date.max)

    @property
    def command(self) -> str:
        """The command that imports the file."""
        return f"scrubber tables import {self.kind} FILE"

    @property
    def table(self) -> str:
        """The table's name."""
        return f"{self.kind}-{self.program}" if self.program else self.kind

    def get_for(self, day: date) -> str:
        """Return what to do to have the table for a day: the file, the page that has it, the command."""
        return f"get {self.file_for(day)} ({self.page}), then run `{self.command}`"


SOURCES: dict[str, OfficialSource] = {
    source.table: source
    for source in (
        OfficialSource(
            "icd10cm",
            "CMS: ICD-10, ICD-10-CM files",
            "icd10cm_order_{fiscal}.txt, in “{fiscal} Code Descriptions in Tabular Order”",
        ),
        OfficialSource(
            "hcpcs", "CMS: HCPCS Quarterly Update", "HCPC{year}_{mon_upper}_ANWEB, .zip, .txt or .xlsx"
        ),
        OfficialSource(
            "asp", "CMS: ASP Pricing Files", "{month} {year} ASP NDC-HCPCS Crosswalk, .zip or .csv"
        ),
        OfficialSource(
            "mue",
            "CMS: Medicare NCCI Medically Unlikely Edits (MUEs)",
            "MCR_MUE_PractitionerServices_Eff_{first}, .zip or .csv",
            program="medicare",
        ),
        OfficialSource(
            "ptp",
            "CMS: Medicare NCCI Procedure to Procedure (PTP) Edits",
            "ccipra-{ncci}-f1.zip to ccipra-{ncci}-f4.zip",
            program="medicare",
        ),
        OfficialSource("ndc", "FDA: National Drug Code Directory", "ndctext.zip"),
        OfficialSource("mcd", "CMS: Medicare Coverage Database, Downloads", "current_article.zip"),
        OfficialSource("sad", "CMS: Medicare Coverage Database, Downloads", "current_article.zip"),
        OfficialSource(
            "pfs",
            "CMS: PFS Relative Value Files",
            "RVU{yy}{letter}.zip, in it PPRRVU{year}_{mon}",
        ),
        OfficialSource("aoc", "CMS: Medicare NCCI Add-on Code Edits", "AOC_V{year}Q{quarter}-MCR"),
        OfficialSource(
            "asp-limits",
            "CMS: ASP Pricing Files",
            "{month} {year} Medicare Part B Payment Limit File",
            needed=False,
        ),
        OfficialSource(
            "noc", "CMS: ASP Pricing Files", "{month} {year} ASP NOC NDC-HCPCS Crosswalk", needed=False
        ),
        OfficialSource(
            "zip5", "CMS: Fee Schedules, Zip Code to Carrier Locality File", "ZIP5_{mon_upper}{year}.txt"
        ),
        OfficialSource(
            "taxonomy", "NUCC: Health Care Provider Taxonomy, CSV", "nucc_taxonomy_{nucc}.csv", needed=False
        ),
        OfficialSource("order-refer", "data.cms.gov: Order and Referring", "OrderReferring_YYYYMMDD.csv"),
        OfficialSource(
            "deactivated-npi",
            "CMS: NPI Files, Monthly NPI Deactivation",
            "NPPES_Deactivated_NPI_Report_YYYYMMDD.zip",
        ),
        *(
            OfficialSource(
                kind,
                "CMS: Medicaid NCCI Edit Files",
                f"{what} for practitioner services, {{month}} {{year}}",
                needed=False,
                program="medicaid",
            )
            for kind, what in (("mue", "MUE file"), ("ptp", "PTP edits"))
        ),
        OfficialSource("leie", "HHS OIG: LEIE Downloadable Databases", "UPDATED.csv"),
        OfficialSource("opt-out", "data.cms.gov: Opt Out Affidavits", "OptOutAffidavits_YYYYMMDD.csv"),
    )
}
"""All tables that can be imported, by name; those that injection claims are checked against first."""
