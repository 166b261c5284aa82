"""What the HTML report of very many claims leaves out, and that it says so, by file and on top."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from msgspec import structs

from scrubber.engine.finding import Suppressed, UncheckedEdit
from scrubber.report.html import budget
from tests.support.pages import LEFT, Page, left_out, page_of_scrubbed, short_claims
from tests.support.running import shipped
from tests.support.scrubbed import Scrubbed, example, finding, many

_LIMIT = 900_000


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages hold 200 kB of claims."""
    monkeypatch.setattr(budget, "LIMIT", _LIMIT)


def page(*files: Scrubbed) -> Page:
    return page_of_scrubbed(files, shipped(), record=False)


@pytest.mark.usefixtures("small")
def test_cards_come_first_then_short_ones_then_numbers() -> None:
    """The first claims have cards and rows, the next a line for each finding, the rest only a number."""
    found = page(many(1000, "EX-1002"))
    cards = found.texts("//div[@class='cards']/details/summary/h4")
    short = short_claims(found)
    assert cards[0] == "M000000"
    assert cards == sorted(cards)
    assert found.texts("//table[caption='Held claims']/tbody/tr/th") == cards
    who = f"M{len(cards):06d} OAKES, HAZEL, MEDICARE PART B, 2026-05-12, $32.00"
    what = "reject PAIR-01 line 1, SV101-2, segment 46, byte 1243 Line 1: 96372 is billed without a drug line"
    assert short[0] == f"{who}{what} on that day."
    assert len(cards) > 40
    assert len(short) > 30
    told = f"Of 1,000 held claims: {len(cards)} with a card, {len(short)} summarized,"
    told += f" {1000 - len(cards) - len(short)} only counted."
    work_list = "The work list (--format csv or xlsx) has every finding."
    assert found.texts(f"//header{LEFT}") == [f"This page does not show everything. {told} {work_list}"]
    assert found.texts(f"//section[@class='file']{LEFT}") == [f"{told} {work_list}"]
    assert found.texts("//section[@id='why']//tbody/tr/td[1]") == ["1,000", "1,000 of 1,000"]


@pytest.mark.usefixtures("small")
def test_claims_that_are_all_shown_but_not_all_in_cards_are_told_of() -> None:
    """Where only some have a short card, and none is left out, the page says so, too."""
    cards = len(page(many(1000, "EX-1002")).find("//div[@class='cards']/details"))
    found = page(many(cards + 3, "EX-1002"))
    (told, _) = found.texts(LEFT)
    assert f"Of {cards + 3} held claims: {cards} with a card, 3 summarized, 0 only counted." in told
    assert page(many(cards, "EX-1002")).find(LEFT) == []


@pytest.mark.usefixtures("small")
def test_a_short_card_of_an_envelope_says_so() -> None:
    """A claim that only its envelope holds says that in short, too."""
    found = page(many(1000, "EX-1002", findings=()))
    assert short_claims(found)[0].endswith("$32.00Held with its envelope: see the findings about the file.")
    assert found.texts("//section[@id='why']//tbody/tr[1]/td[1]")[0] == "1,000"
    assert found.texts("//section[@id='why']//tbody/tr[1]/th")[0].startswith("Envelope is at fault")


@pytest.mark.usefixtures("small")
def test_notes_and_fixes_have_a_share_of_their_own() -> None:
    """Notes and fixes take a small part of the page each, and cards are still shown behind them."""
    note = (structs.replace(finding("DX-19", "to know"), severity="info"),)
    found = page(many(2000, "EX-1001", findings=note), many(2000, "EX-1003", "safe"), many(3, "EX-1002"))
    noted, mended = (
        len(found.find(f"//details[starts-with(summary, '{what}')]/ul/li"))
        for what in ("Accepted claims", "Fixed claims")
    )
    assert noted > 10
    assert mended > 3
    summaries = found.texts("//details[@class='box']/summary")
    assert f"Accepted claims: 2,000, {2000 - noted:,} of them only counted" in summaries
    assert f"Fixed claims: 2,000, {2000 - mended:,} of them only counted" in summaries
    assert len(found.find("//div[@class='cards']/details")) == 3
    (told,) = found.texts(f"//header{LEFT}")
    rest = f"{2000 - noted:,} accepted claims with findings, {2000 - mended:,} fixed claims"
    assert f"Only counted: {rest}." in told


@pytest.mark.usefixtures("small")
def test_a_file_without_a_section_takes_no_room() -> None:
    """Where there is too little room for a file with an endless name, a later one still has its section."""

    def rows(count: int) -> list[str]:
        names = (*(f"{at:03d}.837" for at in range(count)), "<" * 500, "last.837")
        found = page(*(Scrubbed(structs.replace(example().file, name=name), ()) for name in names))
        return found.texts("//section[@id='files']//tbody/tr/th")

    found = [rows(count)[count:] for count in range(50, 80)]
    assert [at for at, names in enumerate(found) if names == ["last.837", "1 more file, only counted"]]


@pytest.mark.usefixtures("small")
def test_findings_about_a_file_are_shown_as_far_as_there_is_room() -> None:
    """Those that hold come first; the others are counted by edit."""
    info = structs.replace(finding("STR-10", "just so"), severity="info")
    many_of_them = (*(info for _ in range(50)), *(finding("STR-01", "wrong") for _ in range(3000)))
    found = page(Scrubbed(structs.replace(example().file, findings=many_of_them), ()))
    shown = len(found.find("//h3[.='About the file']/following-sibling::ol/li[@class!='mute']"))
    assert shown == 60
    assert found.texts("//ol/li[@class='mute']") == ["2,990 more findings: STR-01 2,940, STR-10 50"]
    assert "Only counted: 2,990 findings about files." in found.texts(f"//header{LEFT}")[0]


def test_files_that_have_nothing_to_say_give_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first 200 clean files have a row and a section; behind them one that is rejected still has both."""
    monkeypatch.setattr(budget, "LIMIT", 4_000_000)
    clean = [many(1, "EX-1001", name=f"{at}.837", findings=()) for at in range(300)]
    clean = [replace(each, file=structs.replace(each.file, verdict="clean", findings=())) for each in clean]
    found = page(*clean, replace(example(), file=structs.replace(example().file, name="late.837")))
    rows = found.texts("//section[@id='files']//tbody/tr/th")
    assert len(rows) == 202
    assert rows[-2:] == ["late.837", "100 more files, only counted"]
    assert found.texts("//section[@id='files']//tbody/tr[last()]/td") == [
        "100 clean",
        "100",
        "0",
        "0.00",
        "100.0%",
    ]
    assert found.texts("//h2")[-4].startswith("late.837")
    assert "Only counted: 100 files." in found.texts(f"//header{LEFT}")[0]


@pytest.mark.usefixtures("small")
def test_claims_of_a_file_without_a_section_are_counted() -> None:
    """Where files are too many for a section each, their held claims are in the numbers and in one row."""
    files = [many(2, "EX-1002", name=f"{at}.837") for at in range(600)]
    found = page(*files)
    shown = len(found.find("//section[@class='file']"))
    assert 20 < shown < 100
    (told,) = found.texts(f"//header{LEFT}")
    assert "Of 1,200 held claims:" in told
    assert left_out(found) >= 2 * (600 - shown)
    assert f"Only counted: {600 - shown} files." in told
    last = found.texts("//section[@id='files']//tbody/tr[last()]/td")
    assert last[:3] == [f"{600 - shown} partly held", f"{2 * (600 - shown):,}", f"{2 * (600 - shown):,}"]


def test_many_findings_of_one_claim_are_counted_by_edit() -> None:
    """A card shows sixty, the holding ones first, and how many more there are; a note shows ten."""
    warnings = tuple(structs.replace(finding("EM-01", "may be"), severity="warn") for _ in range(100))
    findings = (*warnings, *(finding("PAIR-01", "no drug") for _ in range(50)))
    found = page(many(1, "EX-1002", findings=findings), many(1, "EX-1001", findings=warnings))
    messages = found.texts("//div[@class='cards']//p[@class='msg']")
    assert messages == ["no drug"] * 50 + ["may be"] * 10
    assert found.texts("//li[@class='mute']") == ["90 more findings: EM-01 90", "90 more findings: EM-01 90"]
    assert len(found.find("//ul[@class='notes']/li/ul/li")) == 11
    assert found.find(LEFT) == []


def test_many_reasons_for_what_was_not_checked_are_counted() -> None:
    """Sixty reasons are shown, the highest charges first, each cut at 300 characters; and how many more."""
    claims = many(1010, "EX-1001", findings=())
    reports = (
        (structs.replace(report, unchecked=(UncheckedEdit("NDC-05", f"{at:04d} {'y' * 500}"),)), result)
        for at, (report, result) in enumerate(claims.claims)
    )
    found = page(Scrubbed(claims.file, tuple(reports)))
    items = found.texts("//section[@id='unchecked']//li")
    assert len(items) == 61
    assert items[-1] == "941 more reasons: the JSON report lists them by claim."
    assert items[0].startswith("for other reasons")
    assert items[1].startswith(f"0000 {'y' * 294}…NDC-05: 1 claim, $167.25 (M000000)")


def test_long_texts_are_cut() -> None:
    """A message, a value, a reason or a name may be a megabyte; of each its beginning is shown."""
    endless = "X" * 100_000
    aside = (Suppressed(finding("EM-01", endless), endless, endless, 0),)
    long = (finding("PAIR-01", endless),)
    found = page(many(1, "EX-1002", name=endless, findings=long, suppressed=aside, payer=endless))
    assert max(len(text) for text in re.findall("X+", found.html)) == 599
    assert len(found.html) < 40_000


def test_an_ordinary_page_leaves_nothing_out() -> None:
    """Without a great many claims nothing is said of room."""
    assert page(example("safe")).find(LEFT) == []
