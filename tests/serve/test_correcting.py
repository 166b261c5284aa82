"""New values on the page of a claim: checked, applied and scrubbed, or refused with what was typed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from scrubber.report.masking import HIDDEN
from scrubber.serve.sessions import Right
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.ledger.verify import verify
from tests.support.corrections import GOOD, by_number, copied, correct, held_spool
from tests.support.serving import ORIGIN, Page, Server, Visitor, serving
from tests.support.spool import files_of, real, run_once
from tests.support.work import enter, worklist

DIAGNOSIS, POINTER = "new.HI01-2@36", "new.SV107-1@67"
CARD = "//section[@id='correct']"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Spool:
    return held_spool(tmp_path_factory.mktemp("made"))


@pytest.fixture
def server(made: Spool, tmp_path: Path) -> Iterator[Server]:
    """A spool with three held claims of one file: a diagnosis, an NPI and a pointer that are wrong."""
    with serving(copied(made, tmp_path)) as found:
        yield found


def address(server: Server, number: str = "INJ-0002") -> str:
    with worklist(server.site.spool) as work:
        return f"/claims/{work.find(number).row.id}"


def fields_of(page: Page) -> dict[str, str]:
    """The form of the card as a browser sends it, without its token."""
    inputs = page.find(f"{CARD}//form//input[@name!='token']")
    return {one.get("name"): one.get("value", "") for one in inputs}


def sent(
    visitor: Visitor, path: str, action: str, typed: dict[str, str], page: Page | None = None
) -> httpx2.Response:
    """Send the form of a page, by default the one of now, with what a person types."""
    fields = fields_of(page or visitor.page(path))
    assert fields, "there is no form"
    return visitor.post(path, {**fields, **typed, "action": action})


def inbox(server: Server) -> list[str]:
    return [path.name for path in files_of(server.site.spool.inbox)]


def test_a_value_is_checked_applied_and_scrubbed(server: Server) -> None:
    """The claim becomes corrected by the watch; the audit chain holds."""
    spool, visitor, path = server.site.spool, server.visitor(), address(server)
    checked = sent(visitor, path, "check", {DIAGNOSIS: " E538 "})
    assert checked.status_code == 200
    page = Page(checked.text)
    assert page.texts(f"{CARD}//dl") == ["2300 HI01-2, segment 36 E53Z becomes E538"]
    assert inbox(server) == []

    applied = sent(visitor, path, "apply", {}, page)
    assert (applied.status_code, applied.headers["location"]) == (303, f"{path}#main")
    (name,) = inbox(server)
    after = visitor.page(path)
    assert after.texts("//h2")[:2] == ["Correct and scrub again", "What is wrong"]
    assert f"Corrected: {name} was dropped into in/" in after.texts("//p[@class='done']")[0]
    (card,) = after.texts(CARD)
    assert f"{name} is in in/: 2300 HI01-2, segment 36: E53Z -> E538" in card
    assert "When it comes back clean, the claim is corrected by itself. No watch is running." in card
    assert after.find(f"{CARD}//form") == []
    assert after.texts("//section[@id='history']//li")[0].endswith(
        f"ann corrected a value 2300 HI01-2, segment 36: E53Z -> E538; in {name.removesuffix('.837')}"
    )

    run_once(spool, real())
    assert by_number(spool) == {"INJ-0002": "corrected", "INJ-0003": "open", "INJ-0004": "open"}
    assert visitor.page(path).find(CARD) == []
    ledger = Ledger.reading(spool.ledger)
    assert list(verify(spool, ledger)) == []
    ledger.close()


def test_a_field_says_where_it_is_what_is_there_and_why(server: Server) -> None:
    page = server.visitor().page(address(server, "INJ-0004"))
    (entry,) = page.texts(f"{CARD}//li")
    assert entry.startswith("DX-")
    assert entry.endswith("Line 1: SV107-1 in loop 2400, segment 67, now 9")
    assert page.find(f"{CARD}//label//input/@name") == [POINTER]
    assert page.find(f"{CARD}//input/@inputmode") == ["decimal"]


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("E5*8", "Not possible: invalid character: a delimiter of the file."),
        ("E538é", "Not possible: invalid character"),
        ("E" * 40, "Not possible: too long"),
        ("x" * 4001, "The value is longer than 4,000 characters."),
    ],
)
def test_what_cannot_be_written_is_told_at_its_field(server: Server, typed: str, why: str) -> None:
    """What was typed is still there, and nothing is entered."""
    visitor, path = server.visitor(), address(server)
    for action in ("check", "apply"):
        done = sent(visitor, path, action, {DIAGNOSIS: typed})
        assert done.status_code == 409
        page = Page(done.text)
        (control,) = page.find(f"{CARD}//input[@aria-invalid='true']")
        assert (control.get("name"), control.get("value")) == (DIAGNOSIS, typed)
        assert page.texts(f"//*[@id='{control.get('aria-describedby')}']")[0].startswith(why)
    assert inbox(server) == []


def test_from_the_check_back_to_typing(server: Server) -> None:
    visitor, path = server.visitor(), address(server)
    page = Page(sent(visitor, path, "check", {DIAGNOSIS: "E538"}).text)
    again = Page(sent(visitor, path, "edit", {}, page).text)
    assert fields_of(again)[DIAGNOSIS] == "E538"
    assert inbox(server) == []


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({}, "Enter a new value first."),
        ({DIAGNOSIS: " "}, "Enter a new value first."),
        ({DIAGNOSIS: "E53Z"}, "Claim INJ-0002 was not corrected: it has this value already."),
        ({"new.HI01-2@99": "E538"}, "You typed E538 for HI01-2@99."),
    ],
)
def test_what_changes_nothing_is_refused(server: Server, typed: dict[str, str], why: str) -> None:
    visitor, path = server.visitor(), address(server)
    done = sent(visitor, path, "apply", typed)
    assert done.status_code == 409
    assert why in Page(done.text).texts(CARD)[0]
    assert inbox(server) == []


@pytest.mark.parametrize(
    "event", [("noted", "Chart requested"), ("assigned", "bob"), ("closed", ""), ("changed", "")]
)
def test_a_form_that_is_outdated_corrects_nothing(server: Server, event: tuple[str, str]) -> None:
    """It is told who changed the claim; what was typed is still there."""
    spool, visitor, path = server.site.spool, server.visitor(), address(server)
    page = visitor.page(path)
    if event[0] == "changed":
        correct(spool, {"INJ-0002": GOOD["INJ-0002"]})
    else:
        enter(spool, "INJ-0002", *event, user="bob")
    before = inbox(server)
    for action in ("check", "apply"):
        done = sent(visitor, path, action, {DIAGNOSIS: "E539"}, page)
        assert done.status_code == 409
        (card,) = Page(done.text).texts(CARD)
        assert "The claim changed while you had it open:" in card
        assert "Nothing was corrected: look at the claim as it is now." in card
        assert "E539" in done.text
    assert inbox(server) == before


def test_other_forms_are_outdated_by_a_correction(server: Server) -> None:
    visitor, path = server.visitor(), address(server)
    seen = visitor.page(path)
    (stamp,) = set(seen.find("//section[@id='do']//input[@name='stamp']/@value"))
    correct(server.site.spool, {"INJ-0002": GOOD["INJ-0002"]})
    done = visitor.post(path, {"stamp": stamp, "action": "close"})
    assert done.status_code == 409
    assert "ann (changed," in done.text
    assert by_number(server.site.spool)["INJ-0002"] == "open"


@pytest.mark.parametrize("stamp", ["", "x"])
def test_a_form_without_its_stamp_corrects_nothing(server: Server, stamp: str) -> None:
    path = address(server)
    done = server.visitor().post(path, {"stamp": stamp, DIAGNOSIS: "E538", "action": "apply"})
    assert done.status_code == 409
    assert inbox(server) == []


def test_a_claim_whose_held_file_was_taken_is_named_with_the_reason(server: Server) -> None:
    visitor, path = server.visitor(), address(server)
    page = visitor.page(path)
    for held in files_of(server.site.spool.held):
        held.unlink()
    done = sent(visitor, path, "apply", {DIAGNOSIS: "E538"}, page)
    assert done.status_code == 409
    shown = Page(done.text)
    why = "Claim INJ-0002 was not corrected: its held file is no longer in held/: someone took it."
    assert shown.texts(f"{CARD}//p[@role='alert']") == [why]
    assert fields_of(shown)[DIAGNOSIS] == "E538"


@pytest.mark.parametrize(
    ("user", "without"),
    [
        ("vic:viewer", ()),
        ("sam:sender", ()),
        ("ann", (Right.CHANGE, Right.DROP)),  # --read-only
        ("ann", (Right.SEE,)),  # --mask
    ],
)
def test_who_may_not_see_and_change_has_no_form(
    server: Server, user: str, without: tuple[Right, ...]
) -> None:
    path = address(server)
    fields = fields_of(server.visitor().page(path))
    visitor = server.visitor(user, without=without)
    page = visitor.page(path)
    assert page.find(CARD) == []
    assert page.find("//a[@href='#correct']") == []
    for action in ("check", "apply"):
        assert visitor.post(path, {**fields, DIAGNOSIS: "E538", "action": action}).status_code == 403
    assert inbox(server) == []


def test_a_form_needs_the_token_of_its_session(server: Server) -> None:
    visitor, path = server.visitor(), address(server)
    fields = {**fields_of(visitor.page(path)), DIAGNOSIS: "E538", "action": "apply"}
    for token in ("", "x", server.visitor("bob").token):
        done = visitor.client.post(path, data={**fields, "token": token}, headers={"Origin": ORIGIN})
        assert done.status_code == 403
    assert inbox(server) == []


def test_the_history_of_who_sees_no_patients_has_no_values(server: Server) -> None:
    correct(server.site.spool, {"INJ-0002": GOOD["INJ-0002"]})
    page = server.visitor("sam:sender").page(address(server))
    assert page.texts("//section[@id='history']//li")[0].endswith(f"ann corrected a value {HIDDEN}")
    assert "E538" not in page.text
