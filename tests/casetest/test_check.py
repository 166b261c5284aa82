"""Each way in which a case can differ from what edits say is told in a sentence of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scrubber.casetest.case import by_title, load_cases
from scrubber.casetest.check import check_cases
from scrubber.casetest.workbench import Workbench
from scrubber.errors import ConfigurationError
from tests.support.own_edits import write_folder


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    with Workbench.of([write_folder(tmp_path_factory.mktemp("own"))]) as made:
        yield made


def problems(bench: Workbench, folder: Path, kind: str, code: str, more: str = "") -> list[str]:
    """What is said of one case in which the first line bills a code."""
    path = folder / "TEST-01.toml"
    path.write_text(
        f'edit = "TEST-01"\n[[{kind}]]\nname = "one"\nreplace = [["HC:99213:25", "HC:{code}"]]\n{more}\n',
        encoding="utf-8",
    )
    (cases,) = by_title(load_cases(path))
    return check_cases(cases, bench)


FIXED = 'fixed_replace = [["HC:80048", "HC:80061"]]'


@pytest.mark.parametrize(
    ("kind", "code", "more"),
    [
        ("fires", "85025", 'severity = "warn"\nline = 1\nelement = "SV101-2"'),
        ("fires", "85027", "count = 2\nline = [1, 1]"),
        ("fires", "80048", FIXED),
        ("passes", "99212:25", ""),
        ("unchecked", "80053", 'why = "nobody knows"'),
        ("fires", "82607", 'loops = ["patient"]'),
    ],
)
def test_nothing_is_said_of_a_case_that_holds(
    bench: Workbench, tmp_path: Path, kind: str, code: str, more: str
) -> None:
    assert problems(bench, tmp_path, kind, code, more) == []


@pytest.mark.parametrize(
    ("kind", "code", "more", "says"),
    [
        ("fires", "99212:25", "", r"TEST-01 did not fire\."),
        ("fires", "85027", "", r"TEST-01 fired 2 times instead of 1: Line 1 bills 85027\. Line 1 bills"),
        ("fires", "85025", "count = 2", r"TEST-01 fired 1 time instead of 2"),
        ("fires", "85025", 'severity = "reject"', r"The severity is warn instead of reject\."),
        ("fires", "85025", "line = 2", r"The line is 1 instead of 2\."),
        ("fires", "85025", 'element = "SV102"', r"The element is SV101-2 instead of SV102\."),
        ("fires", "85025", 'also = ["PAIR-01"]', r"PAIR-01 did not fire, although `also` names it\."),
        ("fires", "80048", "", r"TEST-01 offers a safe fix \('80048' becomes '80061'\)"),
        ("fires", "85025", 'fixed_replace = [["85025", "85027"]]', r"TEST-01 offers no fix"),
        (
            "fires",
            "80048",
            'fixed_replace = [["HC:80048", "HC:80062"]]',
            r"The fixed text is not the expected one: SV1\*HC:80061\*.* instead of SV1\*HC:80062\*",
        ),
        (
            "fires",
            "84443",
            'fixed_replace = [["HC:84443", "HC:84439"]]',
            r"After the fixes TEST-01 still has something to fix",
        ),
        ("passes", "85025", "", r"TEST-01 fired: Line 1 bills 85025\."),
        ("passes", "80053", "", r"TEST-01 could not decide: nobody knows the code\."),
        ("passes", "99211:25", "", r"[A-Z]+-\d+ fired too: "),
        ("unchecked", "99212:25", 'why = "nobody"', r"TEST-01 decided; it should be unchecked: 'nobody'\."),
        ("unchecked", "80053", 'why = "else"', r"unchecked for another reason than 'else': nobody knows"),
        ("unchecked", "85025", 'why = "nobody"', r"TEST-01 fired: Line 1 bills 85025\."),
        ("fires", "82607", "", r"In the subscriber loop: TEST-01 did not fire\."),
        ("passes", "82607", "", r"In the patient loop: TEST-01 fired"),
    ],
)
def test_what_differs_is_said(
    bench: Workbench, tmp_path: Path, kind: str, code: str, more: str, says: str
) -> None:
    found = problems(bench, tmp_path, kind, code, more)
    assert [text for text in found if re.search(says, text)], found


def test_an_edit_that_raises_is_named_with_its_place(bench: Workbench, tmp_path: Path) -> None:
    """The file and the line in the folder of edits, and what the line says."""
    (said,) = problems(bench, tmp_path, "fires", "80076")
    assert said.startswith("TEST-01 raised TypeError: no such thing (")
    assert re.search(r'laboratory_code\.py:39: `raise TypeError\("no such thing"\)`', said), said


def test_an_edit_that_raises_in_the_case_of_another_is_a_problem(bench: Workbench, tmp_path: Path) -> None:
    path = tmp_path / "EM-05.toml"
    path.write_text(
        'edit = "EM-05"\n[[passes]]\nname = "one"\nreplace = [["HC:99213:25", "HC:80076"]]\n',
        encoding="utf-8",
    )
    (cases,) = by_title(load_cases(path))
    assert [text.partition(" ")[0] for text in check_cases(cases, bench)] == ["TEST-01"]


def test_loops_must_say_the_same(bench: Workbench, tmp_path: Path) -> None:
    """An edit that the case lets fire in one loop only is noticed."""
    path = tmp_path / "DX-01.toml"
    path.write_text(
        'edit = "DX-01"\n[[fires]]\nname = "one"\nalso = []\n'
        'replace = [["HC:99213:25", "HC:82607"], ["32*UN*1***1", "32*UN*1***9"]]\n',
        encoding="utf-8",
    )
    (cases,) = by_title(load_cases(path))
    said = check_cases(cases, bench)
    assert any(text.startswith("In the patient loop: TEST-01 fired too") for text in said), said


def test_what_users_have_imported_does_not_matter(bench: Workbench, tmp_path: Path) -> None:
    """Cases know the shipped tables only, unless they name others."""
    path = tmp_path / "TEST-01.toml"
    path.write_text('edit = "TEST-01"\n[[passes]]\nname = "one"\n', encoding="utf-8")
    case = next(load_cases(path))
    tables = {vintage.name.table for vintage in bench.policy(case).tables.vintages}
    assert "drugs" in tables
    assert tables.isdisjoint({"asp", "hcpcs", "ndc", "ptp-medicare"})


def test_invented_tables_are_beside_the_cases(bench: Workbench, tmp_path: Path) -> None:
    """A case with tables needs the folder; an unknown kind in it is refused."""
    path = tmp_path / "TEST-01.toml"
    path.write_text('edit = "TEST-01"\n[[passes]]\nname = "one"\ntables = true\n', encoding="utf-8")
    case = next(load_cases(path))
    with pytest.raises(ConfigurationError, match="_tables: no such folder"):
        bench.run(case)
    (tmp_path / "_tables" / "nothing").mkdir(parents=True)
    with pytest.raises(ConfigurationError, match="no kind of table"):
        bench.run(case)
