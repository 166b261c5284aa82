"""What is entered on the page: the same as by the command, not on what others have changed, and audited."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from scrubber.spool.layout import Spool
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.ledger.rebuild import rebuild
from scrubber.spool.ledger.verify import verify
from tests.support.serving import Page, Server, Visitor, serving
from tests.support.spool import make_spool, unflushed
from tests.support.work import claim, enter, receive, states, told, worklist

ACTIONS = {
    "noted": ("note", "note"), "assigned": ("assign", "owner"), "closed": ("close", ""),
    "written_off": ("write-off", ""), "reopened": ("reopen", ""),
}  # fmt: skip


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A spool with three held claims in one file."""
    spool = make_spool(tmp_path)
    receive(spool, claim(), claim(2, number="B-2", cents=200), claim(3, number="B-3", cents=100))
    with serving(spool) as found:
        yield found


def views(spool: Spool) -> list[tuple[str, dict[str, str]]]:
    ledger = Ledger.reading(spool.ledger)
    try:
        return [(row.job, json.loads(row.detail)) for row in ledger.audit() if row.event == "viewed"]
    finally:
        ledger.close()


@pytest.mark.parametrize(
    "steps",
    [
        [("noted", "Chart requested  from\nDr. Wren")],
        [("assigned", "bob"), ("noted", "x"), ("closed", "")],
        [("written_off", ""), ("reopened", ""), ("assigned", "ann")],
        [("closed", ""), ("noted", "y")],
    ],
)
def test_the_page_enters_what_the_command_enters(tmp_path: Path, steps: list[tuple[str, str]]) -> None:
    """The same rows, owners, notes and histories, apart from times and jobs."""
    spools = [make_spool(tmp_path / name) for name in ("page", "command")]
    for spool in spools:
        receive(spool, claim())
    with serving(spools[0]) as server:
        visitor = server.visitor()
        for event, text in steps:
            action, name = ACTIONS[event]
            assert (
                visitor.send(visitor.stamped(), action, **({name: text} if name else {})).status_code == 303
            )
    for event, text in steps:
        enter(spools[1], "INJ-0001", event, " ".join(text.split()))
    page, command = (
        [
            (item.row.state, item.row.owner, item.note, item.row.notes,
             [(moment.what, moment.user, moment.text) for moment in history])
            for item, history in told(spool)
        ]
        for spool in spools
    )  # fmt: skip
    assert page == command


def test_taking_in_work_assigns_it_to_who_is_signed_in(server: Server) -> None:
    visitor = server.visitor("bea")
    assert visitor.send(visitor.stamped(), "take").headers["location"].startswith("/claims/")
    assert told(server.site.spool)[0][0].row.owner == "bea"
    assert "The claim has its owner." in visitor.page("/").text
    assert "The claim has its owner." not in visitor.page("/").text


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"action": "note", "note": "  \n "}, "The note is empty."),
        ({"action": "note", "note": "x" * 4001}, "The note is longer than 4,000 characters."),
        ({"action": "assign", "owner": ""}, "The owner is empty."),
        ({"action": "assign", "owner": "-"}, "The owner is not a name."),
        ({"action": "reopen"}, "is open: it cannot be reopened. Nothing was entered."),
        ({"action": "paid"}, "Choose what to do."),
        ({}, "Choose what to do."),
    ],
)
def test_what_is_not_allowed_is_refused_in_words(server: Server, fields: dict[str, str], why: str) -> None:
    visitor = server.visitor()
    id_, _, stamp = visitor.stamped().partition(".")
    for address, more in ((f"/claims/{id_}", {"stamp": stamp}), ("/claims", {"claim": f"{id_}.{stamp}"})):
        done = visitor.post(address, {**fields, **more})
        assert done.status_code == 409
        assert why in done.text
    assert states(server.site.spool) == ["open"] * 3


def test_of_two_browsers_the_second_must_look_again(server: Server) -> None:
    """It is told who changed what, what was typed is kept, and nothing is entered."""
    ann, bob = server.visitor(), server.visitor("bob")
    seen = ann.stamped()
    assert bob.send(seen, "assign", owner="bob").status_code == 303
    before = told(server.site.spool)
    done = ann.send(seen, "note", note="Chart requested")
    assert done.status_code == 409
    assert "The claim changed while you had it open: bob (assigned," in done.text
    assert ">Chart requested</textarea>" in done.text
    assert told(server.site.spool) == before
    assert ann.send(ann.stamped(), "note", note="Chart requested").status_code == 303


@pytest.mark.parametrize("stamp", ["", "x"])
def test_a_form_without_its_stamp_enters_nothing(server: Server, stamp: str) -> None:
    visitor = server.visitor()
    id_ = visitor.stamped().partition(".")[0]
    assert visitor.post(f"/claims/{id_}", {"stamp": stamp, "action": "close"}).status_code == 409
    assert visitor.post("/claims", {"claim": f"{id_}.{stamp}", "action": "close"}).status_code == 409
    assert states(server.site.spool) == ["open"] * 3


def ticked(visitor: Visitor, numbers: list[int]) -> list[str]:
    return [visitor.stamped(number) for number in numbers]


def test_one_entry_for_all_that_are_ticked(server: Server) -> None:
    visitor = server.visitor()
    done = visitor.post(
        "/claims?edit=BILL", {"claim": ticked(visitor, [0, 2]), "action": "assign", "owner": "bob"}
    )
    assert (done.status_code, done.headers["location"]) == (303, "/?edit=BILL")
    assert "Assigned to bob: 2 claims." in visitor.page("/").text
    assert [item.row.owner for item, _ in told(server.site.spool)] == ["bob", "", "bob"]


def test_if_one_of_the_ticked_changed_none_is_entered(server: Server) -> None:
    """The others stay ticked, and what was typed stays typed."""
    ann, bob = server.visitor(), server.visitor("bob")
    first, second = ticked(ann, [0, 1])
    bob.send(second, "close")
    before = told(server.site.spool)
    done = ann.post("/claims", {"claim": [first, second], "action": "note", "note": "Chart requested"})
    assert done.status_code == 409
    assert "1 ticked claim changed in the meantime. Nothing was entered" in done.text
    (box,) = Page(done.text).find("//input[@checked]/@value")
    assert box == first
    assert 'value="Chart requested"' in done.text
    assert told(server.site.spool) == before


def test_all_claims_of_a_list_at_once(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also those on other pages, unless one of them changed since."""
    monkeypatch.setattr("scrubber.serve.query.PAGE", 2)
    ann, bob = server.visitor(), server.visitor("bob")
    (everything,) = ann.page("/").find("//input[@name='all']/@value")
    bob.send(bob.stamped(1), "note", note="x")
    done = ann.post("/claims", {"all": everything, "action": "close"})
    assert done.status_code == 409
    assert states(server.site.spool) == ["open"] * 3
    (everything,) = ann.page("/").find("//input[@name='all']/@value")
    assert ann.post("/claims", {"all": everything, "action": "close"}).status_code == 303
    assert states(server.site.spool) == ["closed"] * 3


def test_nothing_ticked_is_told(server: Server) -> None:
    done = server.visitor().post("/claims", {"action": "close"})
    assert done.status_code == 409
    assert "Tick the claims first." in done.text


def test_every_view_of_a_patient_is_in_the_audit_log(server: Server) -> None:
    """By user and time, before it is shown; the log holds, also after the ledger is rebuilt."""
    spool, visitor = server.site.spool, server.visitor()
    with worklist(spool) as work:
        rows = [item.row for item in work.items()]
    (folder,) = spool.reports.glob("*/*_f1")
    (folder / "f1.report.txt").write_text("LARKSPUR")
    visitor.page("/")
    assert views(spool) == []
    visitor.show_patients()
    visitor.page("/?dollars=2")
    visitor.page(f"/claims/{rows[2].id}")
    visitor.get(f"/files/{rows[0].job}/report.txt")
    expected = [
        ("", {"claims": f"{rows[0].id} {rows[1].id}", "user": "ann"}),
        (rows[0].job, {"claim": rows[2].id, "user": "ann"}),
        (rows[0].job, {"report": "txt", "user": "ann"}),
    ]
    for _ in range(2):
        assert views(spool) == expected
        with worklist(spool) as work:
            assert list(verify(spool, work.ledger)) == []
        with unflushed():
            rebuild(spool)


def test_a_page_whose_view_cannot_be_audited_is_not_shown(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_values: object, **_more: object) -> None:
        raise OSError(28, "No space left on device")

    visitor = server.visitor()
    address = f"/claims/{visitor.stamped().partition('.')[0]}"
    monkeypatch.setattr(Ledger, "note", full)
    done = visitor.get(address)
    assert done.status_code == 503
    assert "LARKSPUR" not in done.text
