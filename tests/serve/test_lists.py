"""What the lists show: filters, order, search, pages, reasons, and patients only if asked for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from scrubber.report.masking import HIDDEN
from scrubber.spool.worklist.claims import HeldFor
from tests.support.serving import Page, Server, Visitor, serving
from tests.support.spool import make_spool
from tests.support.work import claim, enter, receive

NPI = HeldFor("BILL-03", "NPI fails", "NPI of DR SORREL fails.", "Enter the NPI of DR SORREL.")
OTHER = HeldFor("BILL-03", "NPI fails", "NPI of DR WREN fails.", "Enter the NPI of DR WREN.")
DIAGNOSIS = HeldFor("DX-06", "Not covered", "Line 2: J3420 is not covered for I10.", "Query the provider.", 2)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Four claims: of two payers, one assigned, one with a note, one closed."""
    spool = make_spool(tmp_path_factory.mktemp("lists"))
    receive(
        spool,
        claim(1, number="A-1", cents=50_000, edits=("DX-06", "BILL-03"), findings=(DIAGNOSIS, NPI)),
        claim(2, number="B-2", cents=20_000, payer="LHP01", payer_name="LAUREL", edits=("DX-06",),
              findings=(DIAGNOSIS,), name="FERN", patient="FERN, ADA"),
        claim(3, number="C-3", cents=30_000, findings=(OTHER,)),
    )  # fmt: skip
    receive(spool, claim(1, number="D-4", cents=10_000))
    enter(spool, "B-2", "assigned", "bob")
    enter(spool, "C-3", "noted", "Call Ida <b>SORREL</b>")
    enter(spool, "D-4", "closed")
    with serving(spool) as found:
        yield found


@pytest.fixture
def visitor(server: Server) -> Visitor:
    found = server.visitor()
    found.show_patients()
    return found


@pytest.mark.parametrize(
    ("query", "claims"),
    [
        ("", ["A-1", "C-3", "B-2"]),
        ("state=all", ["A-1", "C-3", "B-2", "D-4"]),
        ("state=in_work", ["B-2"]),
        ("state=closed", ["D-4"]),
        ("state=nothing", ["A-1", "C-3", "B-2"]),
        ("payer=lhp01", ["B-2"]),
        ("edit=DX-06", ["A-1", "B-2"]),
        ("edit=BILL", ["A-1", "C-3"]),
        ("owner=bob", ["B-2"]),
        ("owner=-", ["A-1", "C-3"]),
        ("days=0", []),
        ("days=x", ["A-1", "C-3", "B-2"]),
        ("dollars=300", ["A-1", "C-3"]),
        ("reason=BILL-03", ["A-1", "C-3"]),
        ("order=charges&down=0", ["B-2", "C-3", "A-1"]),
        ("order=claim&down=0", ["A-1", "B-2", "C-3"]),
        ("order=patient&down=0", ["B-2", "A-1", "C-3"]),
        ("order=payer&down=0", ["B-2", "A-1", "C-3"]),
        ("order=nothing&down=9&page=-3", ["A-1", "C-3", "B-2"]),
        ("page=99999999999999999999", ["A-1", "C-3", "B-2"]),
    ],
)
def test_what_is_asked_for_is_listed(visitor: Visitor, query: str, claims: list[str]) -> None:
    assert visitor.page(f"/?{query}").claims == claims


@pytest.mark.parametrize(
    ("words", "claims"),
    [
        ("fern", ["B-2"]),
        ("larkspur a-1", ["A-1"]),
        ("ida call", ["C-3"]),
        ("j3420 lhp01", ["B-2"]),
        ("nothing like it", []),
    ],
)
def test_a_search_looks_into_everything(visitor: Visitor, words: str, claims: list[str]) -> None:
    """What is searched for is not in the address, and stays until it is cleared."""
    done = visitor.post("/search", {"search": words, "list": "edit=DX&x=http://evil.example"})
    assert (done.status_code, done.headers["location"]) == (303, "/?edit=DX")
    for _ in range(2):
        assert visitor.page("/").claims == claims
    visitor.post("/search", {"search": words, "action": "clear"})
    assert len(visitor.page("/").claims) == 3


def test_patients_are_hidden_until_asked_for(server: Server) -> None:
    visitor = server.visitor()
    page = visitor.page("/?order=patient&down=0")
    assert all(len(name) == 10 for name in page.claims)
    assert page.texts("//td[@data-label='Patient']") == [HIDDEN] * 3
    assert page.texts("//td[@data-label='Charges']") == ["$200.00", "$300.00", "$500.00"]  # not by patient
    assert not [text for text in ("LARKSPUR", "FERN", "SORREL", "A-1") if text in page.html]
    visitor.show_patients()
    assert "FERN, ADA" in visitor.page("/").text
    visitor.show_patients()
    assert "FERN" not in visitor.page("/").text


def test_a_page_has_its_claims_and_leads_to_the_others(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scrubber.serve.query.PAGE", 2)
    first = visitor.page("/?edit=BILL&state=all")
    assert first.claims == ["A-1", "C-3"]
    (after,) = first.find("//a[@rel='next']/@href")
    assert visitor.page(after).claims == ["D-4"]
    (before,) = visitor.page(after).find("//a[@rel='prev']/@href")
    assert visitor.page(before).claims == ["A-1", "C-3"]


def test_the_claim_before_and_after_are_those_of_the_list(visitor: Visitor) -> None:
    page = visitor.page("/?edit=DX-06&order=charges&down=0")
    titles = []
    (address,) = page.find("//table[@id='claims']/tbody/tr[1]/th/a/@href")
    for _ in range(2):
        claim_page = visitor.page(address)
        titles += claim_page.texts("//h1")
        address = next(iter(claim_page.find("//a[@rel='next']/@href")), "")
    assert (titles, address) == (["Claim B-2", "Claim A-1"], "")
    assert claim_page.find("//nav[@class='around']/a[1]/@href") == ["/?edit=DX-06&down=0"]


def test_heads_sort_and_say_how(visitor: Visitor) -> None:
    page = visitor.page("/?edit=DX")
    assert page.find("//th[@aria-sort]/@aria-sort") == ["descending"]
    (address,) = page.find("//th[@aria-sort]/a/@href")
    assert visitor.page(address).claims == ["B-2", "A-1"]
    assert visitor.page(address).find("//th[@aria-sort]/@aria-sort") == ["ascending"]


def card(page: Page, edit: str) -> str:
    return next(text for text in page.texts("//section[contains(@class, 'reason')]") if text.startswith(edit))


def test_reasons_group_claims_that_need_the_same(visitor: Visitor) -> None:
    page = visitor.page("/reasons")
    assert card(page, "DX-06").startswith(
        "DX-06 Not covered 2 claims, $700.00 from 2 payers 1 held by this alone"
    )
    assert "To do: Query the provider." in card(page, "DX-06")
    assert "DR SORREL. 1 claim" in card(page, "BILL-03")
    (address,) = page.find("//a[.='1 claim' and contains(preceding-sibling::text(), 'WREN')]/@href")
    assert "WREN" not in address
    listed = visitor.page(address)
    assert listed.claims == ["C-3"]
    assert listed.texts("//div[@class='remedy']")[0].startswith(
        "BILL-03 NPI fails To do: Enter the NPI of DR WREN."
    )


def test_a_reason_with_several_remedies_names_none_for_all(visitor: Visitor) -> None:
    assert "To do" not in visitor.page("/?reason=BILL-03").texts("//div[@class='remedy']")[0]


def test_reasons_hide_remedies_from_those_who_may_not_see_patients(server: Server) -> None:
    page = server.visitor("sam:sender").page("/reasons")
    assert card(page, "BILL-03").startswith("BILL-03 NPI fails 2 claims")
    assert "SORREL" not in page.html


def test_texts_of_people_are_texts(visitor: Visitor) -> None:
    page = visitor.page("/")
    assert "Note: Call Ida <b>SORREL</b>" in page.text
    assert page.find("//b[.='SORREL']") == []
    visitor.post("/search", {"search": '"><script>alert(1)</script>'})
    assert visitor.page("/").find("//input[@name='search']/@value") == ['"><script>alert(1)</script>']
    visitor.post("/search", {"action": "clear"})
    page = visitor.page('/?owner="><script>alert(1)</script>&payer=<b>&edit="x')
    assert page.claims == []
    assert len(page.find("//script")) == 1
