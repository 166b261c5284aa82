"""Cards, short forms and lists of the HTML report: what they show, what is open, and what of much is left."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from scrubber.engine.finding import Suppressed, Where
from scrubber.report.html.file import FileSection
from scrubber.x12 import Segment, read_pieces
from tests.support.cases import cases_of
from tests.support.pages import Page, page_of, page_of_scrubbed, short_claims
from tests.support.running import shipped
from tests.support.scrubbed import Scrubbed, example, finding, many

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "837"
EXAMPLE = (FIXTURES / "broken" / "example.837").read_bytes()


def page(*files: Scrubbed, **style: Any) -> Page:
    return page_of_scrubbed(files, shipped(), record=False, **style)


def first_firing(edit: str) -> Page:
    case = next(case for case in cases_of(FIXTURES / "cases" / f"{edit}.toml") if case.kind == "fires")
    return page_of([("case.837", case.raw)], shipped())


# ------------------------------------------------------------------------------------- what is open


def open_cards(found: Page) -> list[str]:
    return found.texts("//div[contains(@class, 'cards')]/details[@open]/summary/h4")


def test_the_first_cards_of_a_page_are_open_where_they_are_few() -> None:
    """Three of a file with up to twenty held claims, none of a file with more, and none of later files."""
    assert open_cards(page(many(20, "EX-1002"))) == ["M000000", "M000001", "M000002"]
    assert open_cards(page(many(21, "EX-1002"))) == []
    assert open_cards(page(many(2, "EX-1002"), many(20, "EX-1002"))) == ["M000000", "M000001", "M000000"]


def test_an_index_is_open_up_to_fifty_rows() -> None:
    """One claim needs none; a long one would push the cards away."""
    index = "//details[summary='Index of held claims']"
    assert page(many(1, "EX-1002")).find(index) == []
    assert len(page(many(50, "EX-1002")).find(f"{index}[@open]")) == 1
    assert len(page(many(51, "EX-1002")).find(f"{index}[not(@open)]")) == 1


def test_long_lists_are_marked_as_such() -> None:
    """A browser may leave out of sight what is out of sight from two hundred cards or notes on."""
    note = (structs.replace(finding("DX-19", "to know"), severity="info"),)
    long, short = (page(many(n, "EX-1002"), many(n, "EX-1001", findings=note)) for n in (200, 199))
    assert len(long.find("//div[@class='cards many']/details")) == 200
    assert len(long.find("//ul[@class='notes many']/li")) == 200
    assert len(short.find("//div[@class='cards']/details")) == 199
    assert len(short.find("//ul[@class='notes']/li")) == 199


# ------------------------------------------------------------------------------------- what they show


def test_lines_have_their_amounts_and_drugs() -> None:
    """The table of service lines has cents, and a column of NDCs with what was given where there are some."""
    found = page(example())
    rows = found.texts("//details[.//h4='EX-1004']//table[caption='Service lines']/tbody/tr")
    assert rows[0] == "1992112026-05-1411141.00reject DX-02, warn EM-01"
    assert rows[2] == "3J18852026-05-1411211.40M545000409379501 1 ML"
    heads = found.texts("//details[.//h4='EX-1002']//table[caption='Service lines']/thead//th")
    assert heads[-2:] == ["Diagnoses", "Findings"]


@pytest.mark.parametrize(
    ("edit", "mark"), [("DX-01", "missing"), ("UNIT-02", "empty"), ("NDC-03", "00143-9857-25")]
)
def test_the_fault_is_marked_in_its_segment(edit: str, mark: str) -> None:
    """What is wrong is marked; what is not there has a mark that says so."""
    found = page(example()) if edit == "NDC-03" else first_firing(edit)
    assert mark in found.texts(f"//li[.//a='{edit}']//mark")


def test_a_claim_that_its_envelope_holds_says_so_in_the_index() -> None:
    """The last column names what holds a claim."""
    envelope, own = page(many(2, "EX-1002", findings=())), page(many(2, "EX-1002"))
    column = "//table[caption='Held claims']/tbody/tr/td[last()]"
    assert (envelope.texts(column), own.texts(column)) == (["envelope"] * 2, ["PAIR-01"] * 2)


def test_quiet_leaves_only_what_holds() -> None:
    """Warnings on cards and lists of accepted claims are left out; every edit that is named is explained."""
    note = (structs.replace(finding("DX-19", "to know"), severity="info"),)
    found = page(example("safe"), many(1, "EX-1001", findings=note), quiet=True)
    assert found.texts("//p[@class='msg']/preceding-sibling::p//a") == ["PAIR-01", "DX-02"]
    assert found.find("//ul[@class='notes']") == []
    assert found.texts("//section[@id='edits']//h3") == ["DX-02", "EM-01", "PAIR-01"]
    assert "claims, $298.85; see Not checked" not in found.texts("//header//small")
    assert "claims, $298.85; see Not checked" in page(example("safe")).texts("//header//small")


def test_a_short_card_has_what_holds_the_claim_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """EX-1004 also has a warning; an offered fix is told in words."""
    monkeypatch.setattr(FileSection, "_keep_card", lambda *_: False)
    first, second, third = short_claims(page(example()))
    assert first.startswith("EX-1002")
    assert second.endswith(
        "Line 2: NDC 00143-9857-25 is not written as 11 digits. Safe fix: 00143-9857-25 becomes 00143985725"
    )
    assert third.startswith("EX-1004 FENWICK, SORREL, LAUREL HEALTH PLAN, 2026-05-14, $87.40reject DX-02")
    assert "EM-01" not in third


def test_what_was_fixed_is_told_in_words() -> None:
    """In the list of fixed claims, too."""
    (item,) = page(example("safe")).texts("//ul[@class='notes']/li/ul/li")
    assert item.startswith("fixed NDC-03 line 2, LIN03")
    assert item.endswith("Fixed: 00143-9857-25 becomes 00143985725")


@pytest.mark.parametrize(("masked", "shown"), [(False, "SECRET"), (True, "•••")])
def test_a_finding_about_the_file_shows_its_segment(masked: bool, shown: str) -> None:
    """The mark is at the fault, and a mask hides the password of the envelope."""
    isa = next(piece for piece in read_pieces(io.BytesIO(EXAMPLE)) if isinstance(piece, Segment))
    segment = isa.replace(2, b"SECRET    ")
    said = structs.replace(
        finding("STR-08", "Look."), where=Where(None, "ISA", "ISA03", None, segment.number, 0)
    )
    file = structs.replace(example().file, findings=(said,))
    found = page(Scrubbed(file, (), {segment.number: segment}), masked=masked)
    (text,) = found.texts("//ol/li/pre")
    assert text.startswith(f"ISA*00*{shown}")
    assert found.texts("//ol/li/pre//mark") == ["00"]
    assert ("SECRET" in found.html) != masked


# ------------------------------------------------------------------------------------- too much


def test_much_that_is_set_aside_is_counted() -> None:
    """A card shows twenty findings that are set aside, a note ten."""
    aside = (Suppressed(finding("EM-01", "known"), "reason", "owner", 0),) * 25
    found = page(many(1, "EX-1002", suppressed=aside), many(1, "EX-1001", suppressed=aside, findings=()))
    assert found.texts("//h5/following-sibling::ul/li[last()]") == ["and 5 more"]
    assert len(found.find("//h5/following-sibling::ul/li")) == 21
    assert found.texts("//ul[@class='notes']/li/ul/li[last()]") == ["and 15 more"]
    assert len(found.find("//ul[@class='notes']/li/ul/li")) == 11


def test_many_fixed_segments_are_counted() -> None:
    """Ten are shown before and after."""
    claims = many(1, "EX-1003", "safe")
    ((report, result),) = claims.claims
    found = page(
        replace(claims, claims=((report, replace(result, fixed_segments=result.fixed_segments * 12)),))
    )
    assert len(found.find("//ul[@class='notes']//pre/del")) == 10
    assert found.texts("//ul[@class='notes']/li/p[@class='mute']") == ["and 2 more segments"]
