"""The triad of the HTML report: what a finding breaks is drawn broken and said in words, the rest whole."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from scrubber.engine.finding import AppliedFix, Where
from tests.support.cases import base_case, cases_of
from tests.support.pages import Page, page_of, page_of_scrubbed, tiles
from tests.support.running import shipped
from tests.support.scrubbed import Scrubbed, finding, scrubbed

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "837"


@pytest.mark.parametrize(
    ("edit", "at", "broken"),
    [
        # A tie: 1 to the diagnoses, 3 from the injection to its drug, 5 from the drug to its NDC.
        ("DX-01", 1, "missing DX-01"),
        ("DX-06", 1, "wrong DX-06"),
        ("DX-16", 1, "doubtful DX-16"),
        ("PAIR-01", 3, "missing PAIR-01"),
        ("PAIR-03", 3, "missing PAIR-03"),
        ("PAIR-10", 3, "doubtful PAIR-10"),
        ("ROUTE-01", 3, "wrong ROUTE-01"),
        ("ROUTE-03", 3, "missing ROUTE-03"),
        ("ROUTE-04", 3, "wrong ROUTE-04"),
        ("ADM-05", 3, "missing ADM-05"),
        ("POS-04", 3, "doubtful POS-04"),
        ("NDC-01", 5, "missing NDC-01"),
        ("NDC-02", 5, "wrong NDC-02"),
        ("NDC-12", 5, "doubtful NDC-12"),
        ("PAY-02", 5, "doubtful PAY-02"),
        # The box of a line that is at fault by itself: 2 the injection, 4 the drug.
        ("NDC-10", 2, "Administration 96372 line 2, 1 unit doubtful NDC-10"),
        ("PAIR-06", 2, "Administration 96372 line 2, 5 units wrong PAIR-06"),
        ("DX-17", 4, "Drug J1050 line 3, 150 units doubtful DX-17"),
        ("MOD-01", 4, "Drug J2550 line 3, 1 unit wrong MOD-01"),
        ("PAIR-07", 4, "Drug J1885 line 2, 9 units wrong PAIR-07"),
        ("ROUTE-06", 4, "Drug J3357-JZ line 3, 45 units doubtful ROUTE-06"),
        ("UNIT-02", 4, "Drug J3420 line 3, no units wrong UNIT-02"),
    ],
)
def test_what_a_finding_breaks_says_so_in_words(edit: str, at: int, broken: str) -> None:
    """The tie, or the box, that a finding breaks has the word and the edit; all others are whole."""
    page = held_for(edit)
    assert parts(page)[at] == broken
    assert {*page.of_class("bad"), *page.of_class("odd")} == {broken}


@pytest.mark.parametrize(
    ("edit", "at", "box"),
    [
        ("DX-01", 0, "Diagnoses none pointed to"),
        ("PAIR-01", 4, "Drug no drug line"),
        ("PAIR-03", 2, "Administration no line"),
        ("NDC-01", 6, "NDC not sent"),
        ("NDC-06", 6, "NDC 00143961901 no quantity ML"),
    ],
)
def test_what_is_not_there_has_a_box_that_says_so(edit: str, at: int, box: str) -> None:
    """The other end of a missing tie is told, too."""
    assert parts(held_for(edit))[at] == box


def test_a_drug_for_other_diagnoses_is_at_fault_by_itself() -> None:
    """Where the drug does not share the injection's diagnoses, its fault is not in the tie that is drawn."""
    raw = _case("DX-06").replace(b"96372*32*UN*1***2~", b"96372*32*UN*1***1~")
    found = scrubbed(raw, shipped())
    page = page_of_scrubbed([found], shipped(), record=False)
    assert parts(page)[1] == "points to"
    assert "DX-06" in parts(page)[4]


def parts(page: Page) -> list[str]:
    """The boxes and ties of the first drawing, from the diagnoses to the NDC."""
    return page.texts("(//figure)[1]//span")


def _case(edit: str) -> bytes:
    """The first firing case of an edit."""
    cases = cases_of(FIXTURES / "cases" / f"{edit}.toml")
    return next(case.raw for case in cases if case.kind == "fires")


@pytest.mark.parametrize(("edit", "at", "broken"), [("DX-01", 1, "missing"), ("NDC-02", 5, "wrong")])
def test_an_edit_of_another_family_breaks_what_its_place_belongs_to(edit: str, at: int, broken: str) -> None:
    """Who speaks of a pointer breaks the tie to the diagnoses, who speaks of LIN or CTP that to the NDC."""
    assert parts(held_for(edit, edit="GUIDE-04", about=""))[at] == f"{broken} GUIDE-04"


@pytest.mark.parametrize("state", ["info", "fixed"])
def test_what_is_no_fault_any_more_breaks_nothing(state: str) -> None:
    """An information and what was fixed leave ties and boxes whole."""
    mended: dict[str, Any] = {"fix": AppliedFix("safe", True, "1", "2")}
    for edit in ("PAIR-10", "DX-06", "UNIT-02"):
        page = held_for(edit, **(mended if state == "fixed" else {"severity": "info"}))
        assert [*page.of_class("bad"), *page.of_class("odd")] == []


def held_for(case: str, **changes: Any) -> Page:
    """The first firing case of an edit with no other finding, held whatever its severity is.

    ``changes`` are made to its findings.
    """
    found = scrubbed(_case(case), shipped())
    claims = []
    for report, result in found.claims:
        findings = (replace(one, **changes) for one in report.findings if one.edit == case)
        claims.append((replace(report, verdict="held", findings=tuple(findings)), result))
    return page_of_scrubbed([Scrubbed(found.file, tuple(claims))], shipped(), record=False)


def test_a_wrong_diagnosis_breaks_the_tie_of_the_lines_that_point_at_it() -> None:
    """A code that is not billable parts the injection from it; that of the visit alone parts nothing."""
    raw = base_case("commercial", "subscriber").raw
    page = page_of([("case.837", raw.replace(b"ABK:E538*", b"ABK:E5389*"))], shipped())
    assert page.of_class("bad") == ["wrong DX-05"]
    assert page_of([("case.837", _case("DX-05"))], shipped()).of_class("bad") == []


def test_whole_ties_are_not_drawn_broken() -> None:
    """A claim held for another reason has no broken tie, and a missing NDC that nobody minds is no fault."""
    clean = base_case("medicare-b", "subscriber").raw
    held = clean.replace(b"CLM*CASE-0001*", b"CLM*CASE-0001*1")
    page = page_of([("held.837", held)], shipped())
    assert tiles(page)["Held claims"] == "1"
    assert page.of_class("tie") == ["points to", "gives", "from"]
    without = re.sub(rb"LIN\*[^~]*~\s*CTP\*[^~]*~\s*", b"", held)
    page = page_of([("held.837", without)], shipped())
    assert page.of_class("bad") == []
    assert page.of_class("out") == ["none", "NDC not sent"]


def test_one_finding_that_holds_makes_a_tie_wrong() -> None:
    """Beside a warning at the same tie it is what counts."""
    page = with_lines(["96372", "J3420"], 1, "PAIR-01", "PAIR-04", doubtful="PAIR-01")
    assert page.of_class("bad") == ["wrong PAIR-01, PAIR-04"]
    assert page.of_class("odd") == []


def test_a_drug_without_an_injection_is_drawn_only_where_that_is_the_fault() -> None:
    """A drug that another service may have used has no drawing."""
    assert held_for("PAIR-03").find("//figure") != []
    assert held_for("PAIR-03", edit="NDC-04", about="ndc").find("//figure") == []


def test_what_was_thrown_away_is_told_at_its_drug() -> None:
    """A line with JW is no drug of its own."""
    assert parts(with_lines(["96372", "J3420", "J3420:JW", "J1885:JW"], 1, "EM-03"))[4:] == [
        "Drug J3420 line 2, 1 unit; discarded: line 3",
        "none",
        "NDC not sent",
    ]


def test_of_very_many_lines_the_faulty_ones_are_drawn() -> None:
    """Twenty drawings in their order, the faulty one among them; the others are counted, as lines are."""
    page = with_lines(["96372", "J3420"] * 55, 91, "UNIT-02")
    drawn = page.texts("//figcaption")
    assert len(drawn) == 20
    assert drawn[:2] == [f"Line {line}: 96372, its diagnoses and drug" for line in (1, 3)]
    assert drawn[-2:] == [f"Line {line}: 96372, its diagnoses and drug" for line in (37, 91)]
    assert page.of_class("bad") == ["Administration 96372 line 91, 1 unit wrong UNIT-02"]
    assert "35 more administrations are not drawn." in page.texts("//p")
    rows = page.texts("//table[caption='Service lines']/tbody/tr")
    assert len(rows) == 101
    assert rows[-1] == "10 more lines are not shown"


def test_of_very_many_drugs_the_first_are_drawn() -> None:
    """Eight drug lines beside the injection, and how many more there are; a fault of all is at each."""
    page = with_lines(["96372", *["J3420"] * 10], 1, "PAIR-09")
    assert [text.split(",")[0] for text in page.of_class("node") if text.startswith("Drug")] == [
        f"Drug J3420 line {line}" for line in range(2, 10)
    ]
    assert page.of_class("bad") == ["wrong PAIR-09"] * 8
    assert "and 2 more drug lines" in page.texts("//p")


def test_many_edits_at_one_place_are_named_up_to_four() -> None:
    """A tie, a row and the heading of a card name some of the edits and count the others."""
    names = [f"ROUTE-{number:02d}" for number in (1, 2, 3, 4, 5, 7, 8)]
    page = with_lines(["96372", "J3420"], 1, *names)
    assert page.of_class("bad") == ["wrong ROUTE-01, ROUTE-02, ROUTE-03, ROUTE-04 and 3 more"]
    assert page.texts("//details/summary/span[@class='edits']") == [f"{' '.join(names[:6])} and 1 more"]
    said = ", ".join(f"reject {name}" for name in names[:6])
    assert page.texts("//table[caption='Service lines']/tbody/tr[1]/td[last()]") == [f"{said} and 1 more"]


def with_lines(codes: list[str], faulty: int, *edits: str, doubtful: str = "") -> Page:
    """A claim that bills these codes, held by these edits at one of its lines (from 1); one may only warn."""
    head, _, rest = _case("DX-06").partition(b"LX*1~")
    lines = (
        f"LX*{at}~SV1*HC:{code}*1*UN*1***1~DTP*472*D8*20260511~" for at, code in enumerate(codes, start=1)
    )
    raw = head + "".join(lines).encode() + rest[rest.index(b"SE*") :]
    found = scrubbed(raw, shipped())
    ((report, result),) = found.claims
    where = Where("2400", "SV1", "SV104", faulty, 20 + faulty, 1)
    findings = [replace(finding(edit, "Wrong."), where=where, fix=None) for edit in edits]
    findings = [replace(one, severity="warn") if one.edit == doubtful else one for one in findings]
    held = replace(report, verdict="held", held_by=edits, findings=tuple(findings))
    return page_of_scrubbed([Scrubbed(found.file, ((held, result),))], shipped(), record=False)
