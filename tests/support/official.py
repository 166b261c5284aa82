"""Small official files in the layouts in which they are published, quirks included. All data are invented."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import xlsxwriter

Files = Mapping[str, bytes]

# ------------------------------------------------------------------------------------------- limits

_NOTICE = (
    '"Codes are the property of those who wrote them. All rights reserved.\n'
    "\n"
    "The mark® is registered; nothing is warranted.\n"
    "\n"
    'Restrictions apply, even to a reader who says ""I did not know"".",,,\n'
)
MUE_FIRST_LINE = 8
"""The line of a file's first limit: five of notice, two of headings (the first cell has a line break)."""


def mue(limits: Iterable[tuple[str, object, object]]) -> bytes:
    """Medicare's practitioner file: code, units, and the indicator as published (``3 Date of Service…``)."""
    heading = (
        '"HCPCS/\nCPT Code",Practitioner Services MUE Values,MUE Adjudication Indicator,MUE Rationale\r\n'
    )
    rows = (f"{code},{units},{indicator},Invented\xa0reason\r\n" for code, units, indicator in limits)
    return (_NOTICE + heading + "".join(rows)).encode("cp1252")


def mue_hospital(limits: Iterable[tuple[str, object, object]]) -> bytes:
    """The hospitals' file, which differs in one heading only."""
    return mue(limits).replace(b"Practitioner Services", b"Outpatient Hospital Services")


def mue_medicaid(limits: Iterable[tuple[str, object]]) -> bytes:
    """Medicaid's practitioner file: it has no indicator."""
    heading = '"HCPCS/\nCPT Code",Practitioner Services MUE Values,MUE Rationale\r\n'
    rows = (f"{code},{units},Invented\r\n" for code, units in limits)
    return (_NOTICE.replace(",,,", ",,") + heading + "".join(rows)).encode("cp1252")


# -------------------------------------------------------------------------------------------- pairs

PTP_FIRST_LINE = 7
"""The line of a file's first pair: two of notice, four of a wrapped heading."""


def ptp(pairs: Iterable[Sequence[str]]) -> bytes:
    """Pairs: column one, column two, ``*`` or blank, effective, deletion (``*``: none), modifier."""
    head = (
        "Codes are the property of those who wrote them.\t\t\t\t\t\t\r\n"
        "Column1/Column2 Edits\t\t\t\t\t\t\r\n"
        "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\r\n"
        "\t\tprior to 1996\tDate\tDate\t0=not allowed\t\r\n"
        "\t\t\t\t*=no data\t1=allowed\t\r\n"
        "\t\t\t\t\t9=not applicable\t\r\n"
    )
    return (head + "".join("\t".join((*pair, "Invented")) + "\r\n" for pair in pairs)).encode("cp1252")


# --------------------------------------------------------------------------------------- ASP and NDC

ASP_COLUMNS = 250
ASP_FIRST_LINE = 10
"""The line of a file's first package: eight of preamble, one of headings."""


def asp(
    packages: Iterable[Sequence[str]],
    effective: str = "October 1, 2025 through December 31, 2025",
    first_heading: str = "_2025_CODE",
) -> bytes:
    """Packages: HCPCS code, NDC, dosage, package size, items, units in an item, units in a package."""

    def line(cells: Sequence[str]) -> str:
        return ",".join((*cells, *[""] * (ASP_COLUMNS - len(cells)))) + "\r\n"

    headings = (first_heading, "Short Description", "LABELER NAME", "NDC2", "Drug Name", "HCPCS dosage",
                "PKG SIZE", "PKG QTY", "BILLUNITS", "BILLUNITSPKG")  # fmt: skip
    notice = f'"     Effective {effective}"'
    preamble: list[list[str]] = [["Crosswalk"], [notice], [], ['"Invented, all of it"'], [], [], [], []]
    lines = [line(cells) for cells in (*preamble, headings)]
    for code, ndc, dosage, *numbers in packages:
        cells = (code, '"Invented, 1 mg"', '"Maker, Inc."', ndc, "Name\xa0", f"{dosage}\xa0", *numbers)
        lines.append(line(cells))
    return "".join(lines).encode("cp1252")


PRODUCT_COLUMNS = (
    "PRODUCTID", "PRODUCTNDC", "PRODUCTTYPENAME", "PROPRIETARYNAME", "PROPRIETARYNAMESUFFIX",
    "NONPROPRIETARYNAME", "DOSAGEFORMNAME", "ROUTENAME", "STARTMARKETINGDATE", "ENDMARKETINGDATE",
    "MARKETINGCATEGORYNAME", "APPLICATIONNUMBER", "LABELERNAME", "SUBSTANCENAME", "ACTIVE_NUMERATOR_STRENGTH",
    "ACTIVE_INGRED_UNIT", "PHARM_CLASSES", "DEASCHEDULE", "NDC_EXCLUDE_FLAG",
    "LISTING_RECORD_CERTIFIED_THROUGH",
)  # fmt: skip
PACKAGE_COLUMNS = (
    "PRODUCTID", "PRODUCTNDC", "NDCPACKAGECODE", "PACKAGEDESCRIPTION", "STARTMARKETINGDATE",
    "ENDMARKETINGDATE", "NDC_EXCLUDE_FLAG", "SAMPLE_PACKAGE",
)  # fmt: skip


def ndc_product(products: Iterable[Mapping[str, str]]) -> bytes:
    """The FDA's product.txt; columns that are not given are empty."""
    return _tabbed(PRODUCT_COLUMNS, products)


def ndc_package(packages: Iterable[Mapping[str, str]]) -> bytes:
    """The FDA's package.txt; columns that are not given are empty."""
    return _tabbed(PACKAGE_COLUMNS, packages)


def _tabbed(columns: Sequence[str], records: Iterable[Mapping[str, str]]) -> bytes:
    rows = [columns, *([record.get(name, "") for name in columns] for record in records)]
    return "".join("\t".join(row) + "\r\n" for row in rows).encode("cp1252")


# --------------------------------------------------------------------------------------------- codes

HCPCS_WIDTH = 320
HCPCS_FIRST_LINE = 4
"""The line of a fixed file's first record: three lines of preamble."""
_HCPCS_HEADINGS = [
    "HCPC",
    "SEQNUM",
    "RECID",
    "LONG DESCRIPTION",
    "SHORT DESCRIPTION",
    "PRICE1",
    "PRICE2",
    "PRICE3",
    "PRICE4",
    "MULT_PI",
    "CIM1",
    "CIM2",
    "CIM3",
    "MCM1",
    "MCM2",
    "MCM3",
    "STATUTE",
    "LABCERT1",
    "LABCERT2",
    "LABCERT3",
    "LABCERT4",
    "LABCERT5",
    "LABCERT6",
    "LABCERT7",
    "LABCERT8",
    "XREF1",
    "XREF2",
    "XREF3",
    "XREF4",
    "XREF5",
    "COV",
    "ASC_GRP",
    "ASC_DT",
    "OPPS",
    "OPPS_PI",
    "OPPS_DT",
    "PROCNOTE",
    "BETOS",
    "TOS1",
    "TOS2",
    "TOS3",
    "TOS4",
    "TOS5",
    "ANEST_BU",
    "ADD DT",
    "ACT EFF DT",
    "TERM DT",
    "ACTION CD",
]


def hcpcs_fixed(codes: Iterable[tuple[str, str, str, str]]) -> bytes:
    """Codes (five characters, or a modifier's two) with coverage, added, terminated; 320 columns wide.

    Behind each comes a continuation of its text, which is short.
    """
    lines = ["Note regarding coverage indicators", "It may be that none is established.", ""]
    for code, coverage, added, terminated in codes:
        first, continued = ("7", "8") if len(code) == 2 else ("3", "4")
        record = [" "] * HCPCS_WIDTH
        # Counted from 1, as CMS's record layout does.
        for column, text in ((1, f"{code:>5}"), (6, "00100"), (11, first), (12, "Invented"), (92, "Inv."),
                             (230, coverage), (269, added), (277, added), (285, terminated),
                             (293, "N")):  # fmt: skip
            record[column - 1 : column - 1 + len(text)] = text
        lines += ["".join(record), f"{code:>5}00200{continued}{'and more of it':<80}"]
    return ("\r\n".join(lines) + "\r\n\x1a").encode("cp1252")


def hcpcs_csv(codes: Iterable[tuple[str, str, str, str]]) -> bytes:
    """The same as CSV, as CMS writes it since 2026: modifiers are padded on the left."""
    rows = [_HCPCS_HEADINGS]
    for code, coverage, added, terminated in codes:
        first, continued = ("7", "8") if len(code) == 2 else ("3", "4")
        cells = {
            "HCPC": f"{code:>5}",
            "SEQNUM": "0010",
            "RECID": first,
            "LONG DESCRIPTION": '"Invented, long"',
            "COV": coverage,
            "ADD DT": added,
            "ACT EFF DT": added,
            "TERM DT": terminated,
        }
        more = {"HCPC": f"{code:>5}", "SEQNUM": "0020", "RECID": continued, "LONG DESCRIPTION": "and more"}
        rows += [[record.get(name, "") for name in _HCPCS_HEADINGS] for record in (cells, more)]
    return "".join(",".join(row) + "\n" for row in rows).encode("cp1252")


def icd10cm(codes: Iterable[tuple[str, bool]]) -> bytes:
    """The order file: number, code in columns 7 to 13, billable in column 15, two texts."""
    return "".join(
        f"{number:05} {code:<7} {int(billable)} {'Invented, short':<60} Invented, long\r\n"
        for number, (code, billable) in enumerate(codes, start=1)
    ).encode("ascii")


# ------------------------------------------------------------------------------------------- articles

MCD_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "article": (
        "article_id", "article_version", "article_type", "title", "status", "last_updated",
        "article_eff_date", "article_end_date",
    ),
    "article_x_hcpc_code": (
        "article_id", "article_version", "hcpc_code_id", "hcpc_code_version", "hcpc_code_group", "range",
        "last_updated", "long_description", "short_description",
    ),
    "article_x_icd10_covered": (
        "article_id", "article_version", "icd10_code_id", "icd10_code_version", "icd10_covered_group",
        "range", "last_updated", "sort_order", "description", "asterisk",
    ),
    "article_x_icd10_noncovered": (
        "article_id", "article_version", "icd10_code_id", "icd10_code_version", "icd10_noncovered_group",
        "range", "last_updated", "sort_order", "description", "asterisk",
    ),
    "article_x_icd10_covered_group": (
        "article_id", "article_version", "icd10_covered_group", "paragraph", "icd10_covered_ast",
    ),
    "article_x_contractor": (
        "article_id", "article_version", "article_type", "contractor_id", "contractor_type_id",
        "contractor_version", "last_updated",
    ),
    "contractor_jurisdiction": (
        "contractor_id", "contractor_type_id", "contractor_version", "state_id", "last_updated",
        "active_date", "term_date",
    ),
    "state_lookup": ("state_id", "state_abbrev", "description"),
}  # fmt: skip
"""The columns of each of the database's files; the days of an article are not in every export."""


def mcd(**files: Iterable[Mapping[str, str]]) -> Files:
    """The database's files by name, each with its records; columns that are not given are empty."""
    return {f"{name}.csv": _mcd_file(MCD_COLUMNS[name], records) for name, records in files.items()}


def _mcd_file(columns: Sequence[str], records: Iterable[Mapping[str, str]]) -> bytes:
    rows = [list(columns), *([record.get(name, "") for name in columns] for record in records)]
    quoted = (",".join(f'"{cell}"' for cell in row) + "\r\n" for row in rows)
    return "".join(quoted).encode("utf-8-sig")


# ---------------------------------------------------------------------------------------- workbooks


def workbook(*sheets: Iterable[Sequence[object]]) -> bytes:
    """An Excel workbook of these sheets; numbers and days are stored as Excel does, the rest as text."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        as_day = book.add_format({"num_format": "mm/dd/yyyy"})
        for rows in sheets:
            sheet = book.add_worksheet()
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, date):
                        sheet.write_datetime(row, column, cell, as_day)
                    elif isinstance(cell, int | float):
                        sheet.write_number(row, column, cell)
                    elif cell:
                        sheet.write_string(row, column, str(cell))
    return out.getvalue()


def as_workbook(raw: bytes, delimiter: str = ",") -> bytes:
    """The rows of a delimited file as a workbook, every cell a text."""
    text = io.StringIO(raw.decode("cp1252"), newline="")
    return workbook(list(csv.reader(text, delimiter=delimiter)))


# -------------------------------------------------------------------------------------- in the open


def zipped(members: Files, day: date = date(2026, 4, 1)) -> bytes:
    """A zip of files that are dated with a day."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in members.items():
            info = zipfile.ZipInfo(name, (day.year, day.month, day.day, 12, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, raw)
    return out.getvalue()


def with_company(members: Files, day: date = date(2026, 4, 1)) -> bytes:
    """A zip as CMS makes them: the same as a spreadsheet and a PDF beside, and all of it in another zip."""
    words = mcd(article_x_icd10_covered_group=[{"article_id": "50001", "paragraph": "Words"}])
    beside = {
        "readme.pdf": b"%PDF-1.7\n\0\xff",
        "same.xlsx": b"PK\x03\x04\0\0",
        "folder/": b"",
        **words,
        "__MACOSX/._same.csv": b"\0\5\26\7",
    }
    return zipped({"inner.zip": zipped({**beside, **members}, day), "terms.pdf": b"%PDF-1.7\n"}, day)


def written(folder: Path, files: Files) -> list[Path]:
    """Write files into a folder, and give their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, raw in files.items():
        (folder / name).write_bytes(raw)
    return [folder / name for name in files]


# ------------------------------------------------------------------------- one whole sample of each kind

LOW_BACK = "M5450"
SAMPLES: Mapping[str, Files] = {
    "mue": {
        "MCR_MUE_PractitionerServices_Eff_04-01-2026.csv": mue(
            [
                ("96372", 4, "3 Date of Service Edit: Clinical"),
                ("J1885", 8, "2 Date of Service Edit: Policy"),
                ("J3420", 0, "1 Line Edit"),
            ]
        )
    },
    "ptp": {
        f"ccipra-v321r0-f{part}.txt": ptp(pairs)
        for part, pairs in enumerate(
            (
                [("96372", "99211", "*", "19960101", "*", "0"), ("96372", "99212", "", "20050101", "*", "1")],
                [("J1885", "96372", "", "20100101", "20151231", "1"),
                 ("J1885", "96374", "", "20260101", "20260630", "1")],
                [("20610", "96372", "", "20220101", "20220101", "9")],
                [("64612", "96372", "*", "", "*", "0"), ("64615", "96372", "", "", "*", "0")],
            ),
            start=1,
        )
    },
    "asp": {
        "crosswalk.csv": asp(
            [
                ("J1885", "00409-3795-01", "15 MG", "1", "25", "2", "50"),
                ("J1885", "71336-1003-01", "15 MG", "0.5", "1", "0.25", "0.25"),
                ("J3490", "71336-1003-01", "1 MG", "0.5", "1", "7.5", "7.5"),
                ("Q4100", "ABC-12", "1 SQ CM", "", "", "", ""),
            ]
        )
    },
    "hcpcs": {
        "HCPC2026_OCT_ANWEB.csv": hcpcs_csv(
            [
                ("J1885", "D", "19960101", ""),
                ("J9999", "C", "20260701", ""),
                ("Q9995", "C", "20180701", "20181231"),
                ("JG", "C", "20180101", "20241231"),
                ("JZ", "C", "20230101", ""),
            ]
        )
    },
    "icd10cm": {
        "icd10cm_order_2027.txt": icd10cm(
            [("M54", False), ("M545", False), (LOW_BACK, True), ("O3110X0", True), ("Z0001", True)]
        )
    },
    "ndc": {
        "product.txt": ndc_product(
            [
                {"PRODUCTID": "0409-3795_a", "PROPRIETARYNAME": 'Torad™ "IM" 5" needle', "NONPROPRIETARYNAME":
                 "Ketorolac", "DOSAGEFORMNAME": "INJECTION, SOLUTION", "ROUTENAME":
                 "INTRAMUSCULAR; INTRAVENOUS", "ACTIVE_NUMERATOR_STRENGTH": "30; 2", "ACTIVE_INGRED_UNIT":
                 "mg/mL; mg/mL"},
                {"PRODUCTID": "71336-100_b", "PROPRIETARYNAME": '"Amv', "ROUTENAME": "SUBCUTANEOUS"},
            ]
        ),
        "package.txt": ndc_package(
            [
                {"PRODUCTID": "0409-3795_a", "NDCPACKAGECODE": "0409-3795-01", "PACKAGEDESCRIPTION":
                 '25 VIAL in 1 "TRAY', "STARTMARKETINGDATE": "20050101", "NDC_EXCLUDE_FLAG": "N"},
                {"PRODUCTID": "71336-100_b", "NDCPACKAGECODE": "71336-100-01", "STARTMARKETINGDATE":
                 "20220613", "ENDMARKETINGDATE": "20260228", "NDC_EXCLUDE_FLAG": "E"},
            ]
        ),
    },
    "mcd": mcd(
        article=[
            {"article_id": "50001", "article_version": "7", "article_type": "Billing", "title": "One, two",
             "status": "A", "article_eff_date": "2026-05-01 00:00:00"},
            {"article_id": "50002", "article_version": "3", "title": "Old", "status": "R"},
            {"article_id": "50003", "article_version": "1", "title": "Ends", "status": "A",
             "article_end_date": "05/31/2026"},
        ],
        article_x_hcpc_code=[
            {"article_id": "50001", "article_version": "7", "hcpc_code_id": "J3420", "range": "N"},
            {"article_id": "50002", "article_version": "3", "hcpc_code_id": "J3420"},
            {"article_id": "50003", "article_version": "1", "hcpc_code_id": "J1071"},
        ],
        article_x_icd10_covered=[
            {"article_id": "50001", "article_version": "7", "icd10_code_id": "D51.0", "icd10_covered_group":
             "1", "range": "N"},
            {"article_id": "50001", "article_version": "7", "icd10_code_id": "E53.8", "icd10_covered_group":
             "1", "range": "N", "asterisk": "Y"},
            {"article_id": "50002", "article_version": "3", "icd10_code_id": "Z00.00"},
            {"article_id": "50003", "article_version": "1", "icd10_code_id": "E29.1", "icd10_covered_group":
             "1"},
            {"article_id": "50003", "article_version": "1", "icd10_code_id": "E23.0", "icd10_covered_group":
             "2"},
        ],
        article_x_contractor=[
            {"article_id": number, "article_version": version, "contractor_id": "368",
             "contractor_type_id": kind}
            for number, version, kind in (("50001", "7", "12"), ("50003", "1", "9"))
        ],
        contractor_jurisdiction=[
            {"contractor_id": "368", "contractor_type_id": "12", "state_id": "10"},
            {"contractor_id": "368", "contractor_type_id": "12", "state_id": "11", "term_date": "2020-01-31"},
            {"contractor_id": "368", "contractor_type_id": "9", "state_id": "11"},
        ],
        state_lookup=[
            {"state_id": "10", "state_abbrev": "FL", "description": "Florida"},
            {"state_id": "11", "state_abbrev": "TX", "description": "Texas"},
        ],
    ),
}  # fmt: skip
"""A few records of each kind, as a folder of files."""
SAMPLE_DAYS: Mapping[str, date] = {
    "mue": date(2026, 4, 1),
    "ptp": date(2026, 4, 1),
    "asp": date(2025, 10, 1),
    "hcpcs": date(2026, 10, 1),
    "icd10cm": date(2026, 10, 1),
    "ndc": date(2026, 4, 1),
    "mcd": date(2026, 4, 1),
}
"""From when each sample holds: as its name or text says, or the day in its zip."""
