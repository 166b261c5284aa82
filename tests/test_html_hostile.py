"""The HTML report of hostile claims, and of claims that must stay private."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scrubber.output.formats import tally
from tests.support.cases import cases_of
from tests.support.pages import everything, page_of, spoiled, text_of, tiles, vocabulary
from tests.support.running import shipped

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "837"
EXAMPLE = (FIXTURES / "broken" / "example.837").read_bytes()
PATIENT = (FIXTURES / "clean" / "injection-patient.837").read_bytes()
PAYLOAD = b'"><script>alert(1)</script><svg onload=alert(1)>&lt;img src=x onerror=alert(1)>'


@pytest.mark.parametrize("raw", [EXAMPLE, PATIENT], ids=["example", "patient"])
def test_nothing_of_a_claim_becomes_markup(raw: bytes) -> None:
    """Markup in any element of an input adds no element and no attribute to the page."""
    harmless, shown = vocabulary(everything()), 0
    for place, hostile in spoiled(raw, PAYLOAD):
        page = page_of([("hostile.837", hostile)], shipped())
        assert vocabulary(page) <= harmless, place
        shown += "<script>alert(1)</script>" in text_of(page.tree)
    assert shown > 20


def test_the_name_of_a_file_becomes_no_markup() -> None:
    """A file may be called anything."""
    page = page_of([(PAYLOAD.decode(), EXAMPLE), ("two", EXAMPLE)], shipped())
    assert vocabulary(page) <= vocabulary(everything())


def test_control_characters_in_any_element_do_no_harm() -> None:
    """Bytes that no page can hold are replaced wherever they stand."""
    for _, hostile in spoiled(PATIENT, b"\x00\x1b[31m\x85\x9b\xff\xfe"):
        page = page_of([("hostile.837", hostile)], shipped())
        assert page.html.replace("\n", "").isprintable()


def test_a_masked_page_holds_nothing_of_a_patient() -> None:
    """Names, ids, birth dates, addresses and notes of patient and insured are nowhere in a masked page."""
    raw = EXAMPLE.replace(b"HAZEL", b"CANARYFIRST").replace(b"OAKES", b"CANARYLAST")
    raw = raw.replace(b"19480919", b"19111111").replace(b"3QF7WM1RA52", b"CANARYID000")
    raw = raw.replace(b"EX-1002", b"CANARY-1002")
    raw = re.sub(rb"(NM1\*IL[^~]*CANARY[^~]*~\s*N3\*)[^~]*", rb"\g<1>1 CANARYSTREET", raw)
    raw = re.sub(rb"(CLM\*CANARY-1002[^~]*~)", rb"\g<1>NTE*ADD*CANARYNOTE~", raw)
    plain, hidden = (page_of([("CANARY.837", raw)], shipped(), masked=masked) for masked in (False, True))
    assert "CANARYLAST, CANARYFIRST" in plain.html
    assert "1911-11-11" in plain.html
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
    monkeypatch.setattr(tally, "_MOST_REASONS", 1)
    page = page_of([("example.837", EXAMPLE)], shipped())
    rows = page.texts("//section[@id='why']//table[caption='By payer']/tbody/tr")
    assert [re.sub(r"^(\S+ \S+).*held(\d of \d).*", r"\1: \2", row) for row in rows] == [
        "other payers: 2 of 2",
        "MCB01 MEDICARE: 1 of 2",
    ]
    assert any("for other reasons" in text for text in page.texts("//li[b]"))
