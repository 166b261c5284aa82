"""The HTML report of very many claims: never too large to open, and saying plainly what it leaves out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from scrubber.engine.finding import Suppressed, UncheckedEdit
from scrubber.report.html import budget
from scrubber.report.html.budget import Share, SizeBudget
from scrubber.report.model import ClaimReport
from tests.support.pages import Page, left_out, page_of_scrubbed, short_claims, tiles, unbalanced
from tests.support.running import shipped
from tests.support.scrubbed import Scrubbed, example, finding, many, override, with_claims

LIMIT = 900_000
HOSTILE = "<&\"'\x1b\u202e\xe9\U0001f489" * 60
_EDITS = sorted(shipped().rulebook.edits)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages hold 200 kB of claims."""
    monkeypatch.setattr(budget, "LIMIT", LIMIT)


def page(*files: Scrubbed, **style: Any) -> Page:
    return page_of_scrubbed(files, shipped(), record=False, **style)


# ------------------------------------------------------------------------------------- never too large


def held() -> Iterator[Scrubbed]:
    yield many(1000, "EX-1002")


def held_for_many_reasons() -> Iterator[Scrubbed]:
    yield many(60, "EX-1002", findings=tuple(finding(_EDITS[at % len(_EDITS)], HOSTILE) for at in range(300)))


def set_aside() -> Iterator[Scrubbed]:
    yield many(300, "EX-1004", suppressed=(Suppressed(finding("EM-01", HOSTILE), HOSTILE, HOSTILE, 0),) * 50)


def noted() -> Iterator[Scrubbed]:
    yield many(
        1000,
        "EX-1001",
        findings=tuple(structs.replace(finding("DX-19", HOSTILE), severity="info") for _ in range(20)),
    )


def fixed() -> Iterator[Scrubbed]:
    yield many(1000, "EX-1003", "safe")
    yield many(50, "EX-1003", "safe", findings=(finding("NDC-03", HOSTILE, applied=True),) * 100)


def broken_envelopes() -> Iterator[Scrubbed]:
    file = structs.replace(
        example().file, findings=tuple(finding(_EDITS[at % len(_EDITS)], HOSTILE) for at in range(3000))
    )
    yield Scrubbed(file, example().claims)


def rejected_files() -> Iterator[Scrubbed]:
    for at in range(1200):
        yield many(1, "EX-1002", name=f"{at}{HOSTILE}")


def clean_files() -> Iterator[Scrubbed]:
    for at in range(1200):
        clean = many(1, "EX-1001", name=f"{at}.837", findings=())
        yield replace(clean, file=structs.replace(clean.file, verdict="clean"))


def payers_and_reasons() -> Iterator[Scrubbed]:
    def change(at: int, report: ClaimReport) -> ClaimReport:
        gaps = tuple(UncheckedEdit(edit, f"{at} {edit} {HOSTILE}") for edit in _EDITS[:3])
        payer = structs.replace(report.payer, id=f"{at}{HOSTILE}")
        return structs.replace(report, payer=payer, unchecked=gaps)

    yield with_claims(many(1200, "EX-1002"), change)
    yield with_claims(many(1200, "EX-1001", findings=()), change)


CASES = (
    held, held_for_many_reasons, set_aside, noted, fixed, broken_envelopes, rejected_files, clean_files,
    payers_and_reasons,
)  # fmt: skip


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("masked", [False, True], ids=["plain", "masked"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_no_page_is_larger_than_its_limit(case: Callable[[], Iterator[Scrubbed]], masked: bool) -> None:
    """Whatever there is too much of, the page stays below its limit and whole, and its numbers are of all."""
    files = list(case())
    found = page(*files, masked=masked)
    assert len(found.html.encode()) < LIMIT
    assert unbalanced(found.html) == []
    ids = [element.get("id") for element in found.find("//*[@id]")]
    assert len(ids) == len(set(ids))
    assert {str(element.get("href"))[1:] for element in found.find("//a")} <= set(ids)
    reports = [report for file in files for report, _ in file.claims]
    assert tiles(found)["Held claims"] == f"{sum(report.verdict == 'held' for report in reports):,}"
    assert tiles(found)["Fixed"] == f"{sum(one.is_fixed for report in reports for one in report.findings):,}"


@pytest.mark.usefixtures("small")
def test_all_of_it_together_is_not_larger_either() -> None:
    """Every kind of too much in one run, and every suppression that one can think of."""
    entry = override(HOSTILE)
    files = (file for case in CASES for file in case())
    found = page(*files, change=lambda report: structs.replace(report, suppressions=(entry,) * 500))
    assert len(found.html.encode()) < LIMIT
    assert unbalanced(found.html) == []
    assert "and 440 more, listed in the JSON report" in found.texts("//section[@id='run']/p")


@settings(max_examples=15)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 120),
            st.sampled_from(["EX-1001", "EX-1002", "EX-1004"]),
            st.integers(0, 30),
            st.text(max_size=900),
        ),
        max_size=6,
    )
)
def test_held_claims_are_shown_or_counted(files: list[tuple[int, str, int, str]]) -> None:
    """Every held claim has a card, a line in short, or is counted; the page is below its limit."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(budget, "LIMIT", LIMIT)
        found = page(
            *(
                many(times, number, findings=(finding("PAIR-01", text),) * count)
                for times, number, count, text in files
            )
        )
    assert len(found.html.encode()) < LIMIT
    all_held = sum(times for times, number, *_ in files if number != "EX-1001")
    cards, short = len(found.find("//div[@class='cards']/details")), len(short_claims(found))
    assert cards + short + left_out(found) == all_held


def test_edits_are_only_named_where_the_page_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every edit of the page has its place to lead to, with or without its manual."""
    limit = 250_000
    monkeypatch.setattr(budget, "LIMIT", limit)
    monkeypatch.setattr(budget, "_END", 100_000)
    found = page(many(1, "EX-1002", findings=tuple(finding(edit, "wrong") for edit in _EDITS)))
    bodies = found.texts("//section[@id='edits']/details/div")
    named = [text for text in bodies if text.startswith("The page is full: run scrubber explain ")]
    assert len(bodies) == len(_EDITS)
    assert 0 < len(named) < len(_EDITS)
    assert bodies[-len(named) :] == named
    assert len(found.html.encode()) < limit


@pytest.mark.usefixtures("small")
def test_an_abandoned_file_gives_its_room_back() -> None:
    """What a file took that could not be finished is there for the next one."""
    kinds = (many(1000, "EX-1002"), many(1000, "EX-1001"))
    big = Scrubbed(kinds[0].file, (*kinds[0].claims, *kinds[1].claims))
    plain, after = (page_of_scrubbed(kinds, shipped(), before, record=False) for before in (None, big))
    assert plain.html == after.html


def test_a_kind_that_was_refused_stays_refused() -> None:
    """Cards do not come back behind short ones, however small; what goes back to a copy is as it was."""
    room = SizeBudget(_limit=budget._END + 1000)
    before = room.copy()
    assert room.take(Share.CARD, "x" * 740)
    assert not room.take(Share.CARD, "x" * 101)
    assert not room.take(Share.CARD, "x")
    assert room.take(Share.SHORT, "\xe9" * 50, "x" * 10)
    assert not room.take(Share.NOTE, "x" * 71)
    assert room.rest == budget._END + 1000 - 850
    assert before.take(Share.CARD, "x" * 800)
