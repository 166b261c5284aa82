"""Answers move the claims of the work list, each once; what a payer refuses comes onto the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from scrubber.feedback.store import Store
from scrubber.spool.answers.entering import AnswersEntered, enter_answers
from scrubber.spool.answers.importing import import_archive, import_file
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.ledger import Ledger
from scrubber.x12.source import source_of_bytes
from tests.support import answers
from tests.support.corrections import by_number
from tests.support.running import shipped
from tests.support.spool import drop, make_spool, run_once
from tests.support.work import check_rebuilt, claim, decide_with, enter, receive, told, worklist


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return make_spool(tmp_path)


def scrub(spool: Spool, cases: Sequence[answers.Case], held: Sequence[str] = (), control: int = 1) -> None:
    """Let the watch decide on a file with these claims; those of ``held`` are held."""
    records = [
        claim(at, held=case.number in held, number=case.number, cents=sum(case.charges), payer=case.payer)
        for at, case in enumerate(cases, 1)
    ]
    drop(spool, f"f{control}.837", answers.sent(cases, f"{control:09}", str(control)))
    run_once(spool, decide_with(*records))


def answered(spool: Spool, *files: bytes) -> AnswersEntered:
    """Import files of answers, and enter what they say."""
    with worklist(spool) as work, closing(Store.open(spool.feedback_store, create=True)) as store:
        for _ in import_archive(spool, work.ledger, store, shipped()):
            pass
        for raw in files:
            import_file(source_of_bytes(raw), store, work.ledger)
        return enter_answers(work, store, "ann")


def reasons(spool: Spool) -> dict[str, str]:
    with worklist(spool) as work:
        return {item.record.number: item.refusal.partition(": ")[2] for item in work.items(()) if item.record}


def test_each_answer_leads_to_its_state(spool: Spool) -> None:
    """What is paid needs no row; what is refused has one, with the reason and what is at stake."""
    cases = answers.cases(
        [("paid", 2), ("no edit", 2), ("coverage", 1), ("rejected", 1), ("taken back", 1), ("deductible", 1)]
    )
    paid, held_paid, denied, held_denied, coverage, rejected, taken_back, deductible = (
        c.number for c in cases
    )
    scrub(spool, cases, held=(held_paid, held_denied, deductible))
    done = answered(spool, answers.remittances(cases), answers.acknowledged(cases))
    assert done.events == {"paid": 2, "denied": 4, "rejected": 1}
    assert by_number(spool) == {
        held_paid: "paid",
        denied: "denied",
        held_denied: "denied",
        coverage: "denied",
        rejected: "rejected",
        taken_back: "denied",
        deductible: "paid",
    }
    why = reasons(spool)
    assert why[denied] == "$100.22 denied: CO-50 N115 (line 1)"
    assert why[taken_back] == "the payment was taken back"
    assert why[rejected] == "rejected before adjudication, A7:562:82"
    with worklist(spool) as work:
        item = work.find(denied)
        assert (item.row.cents, item.row.payer) == (sum(cases[2].charges), cases[2].payer)
        last = work.history(item)[-1]
    assert (last.what, last.user) == ("denied", "ann")
    assert last.text.startswith("835 ")
    assert paid not in why


def test_an_answer_counts_once(spool: Spool) -> None:
    """However often it is imported, and whatever a person has done since."""
    cases = answers.cases([("no edit", 1), ("paid", 1)])
    scrub(spool, cases, held=[cases[1].number])
    files = answers.remittances(cases)
    answered(spool, files)
    enter(spool, cases[0].number, "reopened")
    again = answered(spool, files)
    assert (again.events, again.known) == ({}, 2)
    assert by_number(spool) == {cases[0].number: "open", cases[1].number: "paid"}


def test_a_rebuilt_ledger_has_the_same_list(spool: Spool) -> None:
    """Also if a claim was refused first and held later, and the other way round."""
    cases = answers.cases([("no edit", 3)])
    first, second, third = (case.number for case in cases)
    scrub(spool, cases)
    answered(spool, answers.remittances(cases[:1]))
    scrub(spool, cases[:2], held=[first, second], control=2)
    answered(spool, answers.remittances(cases[2:]))
    enter(spool, second, "assigned", "bob")
    assert by_number(spool) == {first: "open", second: "in_work", third: "denied"}
    check_rebuilt(spool)


def test_a_rebuilt_ledger_has_its_rows_in_the_same_order(spool: Spool) -> None:
    """A claim that could be either of two is the one that came onto the list first."""
    cases = answers.cases([("no edit", 1)])
    number = cases[0].number
    scrub(spool, cases)
    receive(spool, claim(number=number, service="2026-05-12"))
    answered(spool, answers.remittances(cases))
    receive(spool, claim(number=number, service="2026-05-13", doubts=("service",)))
    assert [item.row.state for item, _ in told(spool)] == ["open", "denied"]
    check_rebuilt(spool)


def test_an_answer_about_an_earlier_copy_changes_nothing(spool: Spool) -> None:
    """The claim is in work again; when its first copy was denied no longer matters."""
    cases = answers.cases([("no edit", 1)])
    scrub(spool, cases)
    answered(spool)
    scrub(spool, [replace(cases[0], charges=(1, 2))], held=[cases[0].number], control=2)
    done = answered(spool, answers.remittances(cases))
    assert (done.superseded, done.events) == (1, {})
    assert by_number(spool) == {cases[0].number: "open"}


def test_a_corrected_claim_is_paid(spool: Spool) -> None:
    """Its held copy has the same number, day and charge, but it was not sent."""
    cases = answers.cases([("paid", 1)])
    scrub(spool, cases, held=[cases[0].number])
    changed = replace(cases[0], has_control_numbers=not cases[0].has_control_numbers)
    scrub(spool, [changed], control=2)
    assert by_number(spool) == {cases[0].number: "corrected"}
    plain = replace(cases[0], has_control_numbers=False)
    done = answered(spool, answers.remittances([plain]))
    assert (done.events, done.ambiguous) == ({"paid": 1}, 0)
    assert by_number(spool) == {cases[0].number: "paid"}


def test_what_fits_two_claims_enters_nothing(spool: Spool) -> None:
    cases = answers.cases([("no edit", 1)])
    scrub(spool, cases)
    scrub(spool, [replace(cases[0], has_control_numbers=not cases[0].has_control_numbers)], control=2)
    done = answered(spool, answers.remittances([replace(cases[0], has_control_numbers=False)]))
    assert done.ambiguous == 1
    assert by_number(spool) == {}


def test_a_set_that_a_999_rejects(spool: Spool) -> None:
    """All its claims wait for someone, but not those that were held and so were not in it."""
    cases = answers.cases([("paid", 3)])
    scrub(spool, cases, held=[cases[2].number])
    done = answered(spool, answers.received(code="R"))
    assert done.events == {"rejected": 2}
    assert by_number(spool) == {
        cases[0].number: "rejected", cases[1].number: "rejected", cases[2].number: "open"
    }  # fmt: skip
    assert reasons(spool)[cases[0].number] == "transaction set 0001 with it is rejected (code R)"
    # Scrubbed and sent again, they are done.
    scrub(spool, [replace(case, charges=(9, 9)) for case in cases[:2]], control=2)
    assert by_number(spool)[cases[0].number] == "corrected"


def test_receipts_that_contradict_each_other_enter_nothing(spool: Spool) -> None:
    """Such as the rejection of a file that was sent twice by mistake."""
    cases = answers.cases([("paid", 1)])
    scrub(spool, cases)
    done = answered(spool, answers.received(code="R"), answers.received(code="A"))
    assert (done.contradicted, done.events) == (1, {})
    assert by_number(spool) == {}


def test_a_claim_that_the_contract_takes_whole_is_written_off(spool: Spool) -> None:
    """Nothing is denied, and no one owes anything."""
    cases = answers.cases([("paid", 1)])
    number, (first, second) = cases[0].number, cases[0].charges
    scrub(spool, cases, held=[number])
    total, one, two = (answers.dollars(cents) for cents in (first + second, first, second))
    body = [
        *answers.head_of_payment(cases[0].payer, 0),
        f"CLP*{number}*1*{total}*0**CI*ICN1*11*1",
        f"SVC*HC:99213:25*{one}*0", f"DTM*472*{answers.DAY}", f"CAS*CO*45*{one}",
        f"SVC*HC:96372*{two}*0", f"DTM*472*{answers.DAY}", f"CAS*CO*45*{two}",
    ]  # fmt: skip
    done = answered(spool, answers.enveloped("835", "005010X221A1", [body]))
    assert done.events == {"written_off": 1}


def test_a_command_that_died_is_finished_by_the_next(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The events were durable, and the row that they make was not yet there."""
    cases = answers.cases([("no edit", 1)])
    scrub(spool, cases)
    record: Callable[..., None] = Ledger.record_events

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Ledger, "record_events", dies)
    with pytest.raises(KeyboardInterrupt):
        answered(spool, answers.remittances(cases))
    monkeypatch.setattr(Ledger, "record_events", record)
    assert by_number(spool) == {cases[0].number: "denied"}
    assert answered(spool).events == {}
