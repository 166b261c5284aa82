"""The HTML report of hostile claims, and of claims that must stay private."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from scrubber.engine.finding import AppliedFix, UncheckedEdit, Where
from scrubber.report import not_checked, tally
from scrubber.report.html.file import FileSection
from scrubber.report.model import (
    ClaimReport,
    EditErrorReport,
    PackReport,
    PartialReport,
    PayerReport,
    Report,
    SuppressedReport,
    TableReport,
)
from tests.support.cases import cases_of
from tests.support.pages import (
    Page,
    everything,
    page_of,
    page_of_scrubbed,
    short_claims,
    spoiled,
    text_of,
    tiles,
    vocabulary,
)
from tests.support.running import shipped
from tests.support.scrubbed import Scrubbed, finding, many, override, scrubbed, with_claims

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "837"
EXAMPLE = (FIXTURES / "broken" / "example.837").read_bytes()
PATIENT = (FIXTURES / "clean" / "injection-patient.837").read_bytes()
PAYLOAD = b'"><script>alert(1)</script><svg onload=alert(1)>&lt;img src=x onerror=alert(1)>'


def pages_of(*files: Scrubbed, change: Callable[[Report], Report] = lambda report: report) -> Iterator[Page]:
    """The page of these files, and the masked one."""
    for masked in (False, True):
        yield page_of_scrubbed(files, shipped(), change=change, record=False, masked=masked)


def without_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let there be no room for cards."""
    monkeypatch.setattr(FileSection, "_keep_card", lambda *_: False)


@pytest.mark.parametrize("raw", [EXAMPLE, PATIENT], ids=["example", "patient"])
def test_nothing_of_a_claim_becomes_markup(raw: bytes) -> None:
    """Markup in any element of an input adds no element and no attribute to the page.

    Masked or not, and where held claims have no card, either.
    """
    harmless, shown = vocabulary(everything()), Counter[str]()
    for place, hostile in spoiled(raw, PAYLOAD):
        found = scrubbed(hostile, shipped())
        for kind, page in zip(("plain", "masked"), pages_of(found), strict=True):
            assert vocabulary(page) <= harmless, (place, kind)
            shown[kind] += "<script>alert(1)</script>" in text_of(page.tree)
        with pytest.MonkeyPatch.context() as patch:
            without_cards(patch)
            for page in pages_of(found):
                assert vocabulary(page) <= harmless, (place, "in short")
                assert page.find("//div[@class='cards']") == []
                shown["short"] += any("<script>alert(1)</script>" in text for text in short_claims(page))
    assert shown["plain"] > shown["masked"] > 20
    assert shown["short"] > 20


@pytest.mark.parametrize("cards", [True, False], ids=["cards", "short"])
def test_no_text_of_a_report_becomes_markup(cards: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a file's name, a message, a fix, a code, a source, a pack, a payer, nor the configuration."""
    if not cards:
        without_cards(monkeypatch)
    pages = [*filled_with(PAYLOAD.decode())]
    for page, harmless in zip(pages, filled_with("text"), strict=True):
        assert vocabulary(page) == vocabulary(harmless)
        assert len(short_claims(page)) == (0 if cards else 2)
    # Each of these shows it, so that none of them was just not asked.
    for where in (
        "h2", "table[caption='Files']//th", "table[caption='By payer']//th", "p[@class='mute']", "del", "ins",
        "li/small", "section[@id='unchecked']//li", "section[@id='edits']//li", "section[@id='edits']//h4",
        "table[starts-with(caption, 'Edit overrides')]//td", "section[@id='run']/p",
        "header//li", "section[@id='run']/details//td",
    ):  # fmt: skip
        assert any("script>alert(1)" in shown for shown in pages[0].texts(f"//{where}")), where


def filled_with(text: str) -> Iterator[Page]:
    """Two pages, one of them masked, with this text wherever a report can hold one."""
    said = replace(
        finding("PAIR-01", text),
        where=Where(text, text, text, 1, 46, 1),
        denials=(text,),
        pack=text,
        sources=(text,),
    )
    findings = (
        said,
        replace(said, edit="NDC-03", claim_status=(text,), fix=AppliedFix("safe", True, text, text)),
    )
    about: dict[str, Any] = {
        "findings": findings,
        "suppressed": (SuppressedReport(finding=said, reason=text, owner=text),),
        "unchecked": (UncheckedEdit("DX-06", text),),
        "payer": PayerReport(id=text, name=text, pack=text),
    }

    def hostile(_at: int, report: ClaimReport) -> ClaimReport:
        return replace(report, **about)

    held = with_claims(many(2, "EX-1002", name=text), hostile)
    mended = with_claims(many(2, "EX-1003", "safe", name=text), hostile)
    broken = Scrubbed(replace(held.file, findings=findings), ())
    entry = override(text)
    failed = EditErrorReport(edit=text, error=text, file=text, line=1, times=1)

    def change(report: Report) -> Report:
        packs = (PackReport(id=text, version=text, sha256=text),)
        tables = (TableReport(id=text, vintage=text, sha256=text),)
        return replace(
            report, version=text, partial=PartialReport(select=(text,), ignore=(text,)), packs=packs,
            tables=tables, suppressions=(entry,), edit_errors=(failed,),
        )  # fmt: skip

    return pages_of(held, mended, broken, change=change)


def test_the_name_of_a_file_becomes_no_markup() -> None:
    """A file may be called anything, alone or among others."""
    for others in ([], [("two", EXAMPLE)]):
        page = page_of([(PAYLOAD.decode(), EXAMPLE), *others], shipped())
        assert vocabulary(page) <= vocabulary(everything())
        assert any(PAYLOAD.decode() in text for text in page.texts("//title" if not others else "//h2"))


def test_control_characters_in_any_element_do_no_harm() -> None:
    """Bytes that no page can hold are replaced wherever they stand."""
    for _, hostile in spoiled(PATIENT, b"\x00\x1b[31m\x85\x9b\xff\xfe"):
        page = page_of([("hostile.837", hostile)], shipped())
        assert page.html.replace("\n", "").isprintable()


@pytest.mark.parametrize("cards", [True, False], ids=["cards", "short"])
def test_a_masked_page_holds_nothing_of_a_patient(cards: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names, ids, birth dates, addresses and notes of patient and insured are nowhere in a masked page."""
    if not cards:
        without_cards(monkeypatch)
    raw = EXAMPLE.replace(b"HAZEL", b"CANARYFIRST").replace(b"OAKES", b"CANARYLAST")
    raw = raw.replace(b"19480919", b"19111111").replace(b"3QF7WM1RA52", b"CANARYID000")
    raw = raw.replace(b"EX-1002", b"CANARY-1002")
    raw = re.sub(rb"(NM1\*IL[^~]*CANARY[^~]*~\s*N3\*)[^~]*", rb"\g<1>1 CANARYSTREET", raw)
    raw = re.sub(rb"(CLM\*CANARY-1002[^~]*~)", rb"\g<1>NTE*ADD*CANARYNOTE~", raw)
    plain, hidden = (page_of([("CANARY.837", raw)], shipped(), masked=masked) for masked in (False, True))
    assert "CANARYLAST, CANARYFIRST" in plain.html
    assert ("1911-11-11" in plain.html) == cards
    assert not re.search(r"CANARY|1911", hidden.html)
    assert tiles(hidden) == tiles(plain)


def test_a_masked_page_hides_patients_who_are_not_the_insured() -> None:
    """The same for a claim in the patient's own loop."""
    raw = next(case.raw for case in cases_of(FIXTURES / "cases" / "DX-01.toml") if case.loop == "patient")
    plain, hidden = (page_of([("x.837", raw)], shipped(), masked=masked) for masked in (False, True))
    private = ("LARKSPUR", "ISOLDE", "1961", "LHP000482913", "CASE-0001", "MEADOW")
    assert [text for text in private if text in plain.html] == list(private[:-1])
    assert [text for text in private if text in hidden.html] == []


def test_endless_payers_and_reasons_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file may name as many payers as it likes: behind a limit they are one row, and none is lost."""
    monkeypatch.setattr(tally, "_MOST_PAYERS", 1)
    monkeypatch.setattr(not_checked, "_MOST_REASONS", 0)
    page = page_of([("example.837", EXAMPLE)], shipped())
    rows = page.texts("//section[@id='why']//table[caption='By payer']/tbody/tr")
    assert [re.sub(r"^(\S+ \S+).*held(\d of \d).*", r"\1: \2", row) for row in rows] == [
        "other payers: 2 of 2",
        "MCB01 MEDICARE: 1 of 2",
    ]
    assert any("for other reasons" in text for text in page.texts("//li[b]"))
