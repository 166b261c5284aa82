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


# ------------------------------------------------------------------------- fee schedule, ZIP codes, lists


def pfs(policies: Iterable[Sequence[str]], *, priced: bool = False, notice: str = "2025 National Physician "
        "Fee Schedule Relative Value File October Release") -> bytes:  # fmt: skip
    """The fee schedule: code, modifier, and nine indicators; headings over three rows.

    ``priced`` adds a column in front of the last ones, as the layout of 2026 does.
    """
    more = ["PRIC"] if priced else []
    stacked = [
        ["", "", notice, *[""] * 24],
        ["", "", "", "", "NOT USED", *[""] * 15, *more, "PHYSICIAN"],
        ["", "", "", "", "FOR", *[""] * 15, *more, "SUPERVISION OF"],
        ["", "", "", "STATUS", "MEDICARE ", "PCTC", "GLOB", "MULT", "BILAT", "ASST", "CO-", "TEAM",
         *[""] * 8, *(["IND"] if priced else []), "DIAGNOSTIC"],
        ["HCPCS", "MOD", "DESCRIPTION", "CODE", "PAYMENT", "IND", "DAYS", "PROC", "SURG", "SURG", "SURG",
         "SURG", *["RVU"] * 8, *(["PRIC"] if priced else []), "PROCEDURES", "FLAG"],
    ]  # fmt: skip
    rows = [
        [code, modifier, '"Invented, text"', status, "", *others, *["0.00"] * 8, *(["9"] if priced else []),
         supervision, "0"]
        for code, modifier, status, *others, supervision in policies
    ]  # fmt: skip
    return "".join(",".join(row) + "\r\n" for row in [*stacked, *rows]).encode("cp1252")


def pfs_text(policies: Iterable[Sequence[str]]) -> bytes:
    """The same as fixed-width text, behind HDR lines."""
    lines = ["HDR CODES ARE THE PROPERTY OF THOSE WHO", "HDR WROTE THEM.  "]
    for code, modifier, status, pctc, days, *surgery, supervision in policies:
        lines.append(
            f"{code}{modifier:<2}{'Invented (1 text)':<50}{status}   0.00   0.00     0.00NA  0.00   0.00"
            f"  0.00{pctc}{days}.10.80.10{''.join(surgery)}             32.3465 {supervision}0 99      0.00"
        )
    return ("\r\n".join(lines) + "\r\n").encode("cp1252")


AOC_HEADINGS = (
    "AOC_Edit_Type\tAdd-On_Code\tAOC_DelDT\tPrimary_Code\tPrimary_Code_DelDT\tAOC_Edit_EffDT\t"
    "AOC_Edit_DelDT\tSpecial_Instruction_Notes"
)


def aoc(edits: Iterable[Sequence[str]]) -> bytes:
    """Add-on codes: type, add-on code, its end, primary code, its end, days of the edit."""
    notice = '"Codes are the property\nof those who wrote them."' + "\t" * 7
    rows = [notice, AOC_HEADINGS, *("\t".join((*edit, "")) for edit in edits)]
    return ("\r\n".join(rows) + "\r\n").encode("cp1252")


def zip5(places: Iterable[Sequence[str]], quarter: str = "20254") -> bytes:
    """ZIP codes: state, ZIP, carrier, locality, rural indicator, plus-four flag; 80 columns wide."""
    return "".join(
        f"{area}{code}{carrier}{locality}{rural:<1}Z9   {plus_four} A{'':<52}{quarter}\r\n"
        for area, code, carrier, locality, rural, plus_four in places
    ).encode("ascii")


def table(headings: str, rows: Iterable[str], *, above: Sequence[str] = (), end: str = "\n") -> bytes:
    """A CSV file of lines as they are."""
    return (end.join([*above, headings, *rows]) + end).encode("cp1252")


POLICIES = [
    ("96372", "", "A", "5", "XXX", "0", "0", "0", "0", "0", "09"),
    ("71046", "", "A", "1", "XXX", "0", "0", "0", "0", "0", "01"),
    ("71046", "26", "A", "1", "XXX", "0", "0", "0", "0", "0", "09"),
    ("20610", "", "A", "0", "000", "2", "1", "1", "0", "0", "09"),
    ("J3420", "", "E", "9", "XXX", "9", "9", "9", "9", "9", "09"),
]

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
    "pfs": {"PPRRVU2025_Oct.csv": pfs(POLICIES)},
    "aoc": {
        "AOC_V2026Q2-F-MCR.txt": aoc(
            [
                ("1", "96361", "", "96360", "", "2013091", ""),
                ("1", "96361", "", "96365", "2014365", "2013091", ""),
                ("2", "99292", "", "CCCCC", "", "2013091", "2026120"),
            ]
        )
    },
    "asp-limits": {
        "limits.csv": table(
            "HCPCS Code,Short Description,HCPCS Code Dosage,Payment Limit,Co-insurance Percentage,",
            ["J1885,Invented,15 MG,0.512,20.000,", '"J3420","Invented, b",1000 MCG,"1,002.5",20,',
             "J9999,Invented,1 MG,N/A,20,"],
            above=["Payment Limits,,,,,", '"Effective January 1, 2026 through March 31, 2026",,,,,'],
            end="\r\n",
        )
    },
    "noc": {
        "noc.csv": table(
            "Drug Generic Name,LABELER NAME,NDC or ALTERNATE ID,Drug Name,Dosage,PKG SIZE,PKG QTY,BILLUNITS,"
            "BILLUNITSPKG",
            ['Inventin,"Maker, Inc.",71336-1003-01,Inventin,1 UNIT,100,10,20,200',
             "Inventan,Maker,71336-1004-01,Inventan,1 MG,1,1,0.5,0.5"],
            above=["NOC crosswalk,,,,,,,,", '"October 1, 2025 through December 31, 2025",,,,,,,,'],
            end="\r\n",
        )
    },
    "zip5": {
        "ZIP5_OCT2025.txt": zip5(
            [("FL", "33101", "09102", "04", "", "0"), ("EK", "66101", "05202", "00", "R", "1"),
             ("AK", "99501", "02102", "01", "B", "0")]
        )
    },
    "taxonomy": {
        "nucc_taxonomy_251.csv": table(
            "Code,Grouping,Classification,Specialization,Definition,Notes,Display Name,Section",
            ['207Q00000X,Group A,Invented Medicine,,"Of one, and more",[1/1/2000: new],Invented,Individual',
             "363L00000X,Group B,Invented Nurse,Special,,,Nurse,Individual"],
        )
    },
    "sad": {
        "sad.csv": table(
            "document_display_id,code_id,drug_brand_name,contractor_name_type,effective_date,retirement_date",
            ['A52571,J0135,"Inventra, sc",Invented MAC,01/01/2024,N/A',
             "A52571,J1438,Inventel,Invented MAC,01/01/2020,12/31/2025"],
        )
    },
    "order-refer": {
        "OrderReferring_20260401.csv": table(
            "NPI,LAST_NAME,FIRST_NAME,PARTB,DME,HHA,PMD,HOSPICE",
            ["1234567893,ARDEN,ADA,Y,N,Y,N,Y", '1245319599,"BRACK, JR",BO,N,Y,N,N,N'],
        )
    },
    "deactivated-npi": {
        "NPPES Deactivated NPI Report 20260401.csv": table(
            "NPI,NPPES Deactivation Date", ["1234567893,03/02/2026", "1245319599,01/15/2006"],
            above=["NPPES Deactivated NPI Report,"],
        )
    },
    "leie": {
        "UPDATED_20260401.csv": table(
            "LASTNAME,FIRSTNAME,BUSNAME,UPIN,NPI,DOB,EXCLTYPE,EXCLDATE,REINDATE,WAIVERDATE,WVRSTATE",
            ['"ARDEN","ADA","","","1234567893","","1128a1","20100120","20200101","00000000",""',
             '"","","INVENTED SUPPLY, INC","","0000000000","","1128b5","20110220","00000000","00000000",""',
             '"BRACK","BO","","","1245319599","","1128b4","20240120","00000000","20250301","TX"'],
            end="\r\n",
        )
    },
    "opt-out": {
        "OptOutAffidavits.csv": table(
            "First Name,Last Name,NPI,Specialty,Optout Effective Date,Optout End Date,Zip code,"
            "Eligible to Order and Refer,Last updated",
            ["Ada,Arden,1234567893,Psychiatry,01/01/2020,01/01/2022,33101,N,03/16/2026",
             "Ada,Arden,1234567893,Psychiatry,02/01/2025,02/01/2027,331011234,Y,04/01/2026"],
        )
    },
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
    "pfs": date(2025, 10, 1),
    "aoc": date(2026, 4, 1),
    "asp-limits": date(2026, 1, 1),
    "noc": date(2025, 10, 1),
    "zip5": date(2025, 10, 1),
    "taxonomy": date(2025, 7, 1),
    "sad": date(2026, 4, 1),
    "order-refer": date(2026, 4, 1),
    "deactivated-npi": date(2026, 4, 1),
    "leie": date(2026, 4, 1),
    "opt-out": date(2026, 4, 1),
}
"""From when each sample holds: as its name or text says, or the day in its zip."""
