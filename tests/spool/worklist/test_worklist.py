"""The claim work list: which claims are one, what is durable, and that a rebuilt ledger has the same list."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scrubber.errors import SpoolBusyError, SpoolError
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.ledger.rebuild import rebuild
from scrubber.spool.ledger.verify import verify
from scrubber.spool.pruning import prune
from scrubber.spool.worklist.claims import ClaimRecord
from scrubber.spool.worklist.event_files import EVENTS_FILE
from scrubber.spool.worklist.states import EVENTS, is_allowed
from scrubber.spool.worklist.worklist import ClaimChoiceError, Entry
from tests.support.spool import BAD_NPI, batch, drop, files_of, make_spool, real, run_once, today, unflushed
from tests.support.work import claim, enter, receive, states, told, worklist

BAD = BAD_NPI.decode()


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    """A spool with one held claim."""
    spool = make_spool(tmp_path)
    receive(spool, claim())
    return spool


def faults(spool: Spool) -> list[str]:
    ledger = Ledger.reading(spool.ledger)
    try:
        return list(verify(spool, ledger))
    finally:
        ledger.close()


def events_file(spool: Spool) -> Path:
    (path,) = spool.archive.glob(f"*/*/{EVENTS_FILE}")
    return path


def test_from_held_to_sent(tmp_path: Path) -> None:
    """With real claims: held for its NPI, corrected by itself, sent when the uploader took it."""
    spool = make_spool(tmp_path)
    drop(spool, "a.837", batch(1, held=True))
    run_once(spool, real())
    assert states(spool) == ["open"]
    with worklist(spool) as work:
        (item,) = work.items()
    assert (item.row.cents, item.row.payer, item.row.edits) == (16725, "MCB01", "BILL-03")
    assert item.record
    assert item.record.doubts == ("provider",)
    drop(spool, "b.837", batch(2))
    run_once(spool, real())
    assert states(spool) == ["corrected"]
    for path in files_of(spool.out):
        path.unlink()
    run_once(spool, real())  # a round of the watch sees it
    with worklist(spool) as work:
        assert [row.state for row in work.ledger.work()] == ["sent"]
        assert [moment.what for moment in work.history(work.find("INJ-0001"))] == ["held", "clean", "sent"]
    assert faults(spool) == []


def test_bytes_that_went_out_before_are_no_work(tmp_path: Path) -> None:
    """A file that comes twice is held whole; its claims are not on the list for that."""
    spool = make_spool(tmp_path)
    for name in ("a.837", "b.837"):
        drop(spool, name, batch(1))
        run_once(spool, real())
    assert len(files_of(spool.held)) == 1
    assert states(spool) == []


@pytest.mark.parametrize(
    ("held", "clean", "is_same"),
    [
        pytest.param({}, {}, True, id="the same"),
        pytest.param({}, {"number": "INJ-0002"}, False, id="another number"),
        pytest.param({}, {"npi": BAD}, False, id="another provider"),
        pytest.param({"npi": BAD, "doubts": ("provider",)}, {}, True, id="the NPI is corrected"),
        pytest.param(
            {"npi": BAD, "doubts": ("provider",)}, {"tax_id": "319999999"}, False, id="another tax ID, too"
        ),
        pytest.param({}, {"member_id": "X"}, True, id="a new member ID of the same person"),
        pytest.param({}, {"name": "LARKSPUR-WREN"}, True, id="a new name of the same member"),
        pytest.param({}, {"name": "Larkspur"}, True, id="lowercase"),
        pytest.param({}, {"member_id": "X", "name": "Y"}, False, id="another patient"),
        pytest.param({}, {"first_name": "IDA"}, False, id="another child of the member"),
        pytest.param({"doubts": ("patient",)}, {"first_name": "IDA"}, True, id="the first name is corrected"),
        pytest.param({}, {"service": "2026-05-12"}, False, id="another visit"),
        pytest.param({"doubts": ("service",)}, {"service": "2026-05-12"}, True, id="the date is corrected"),
        pytest.param({"member_id": "", "name": ""}, {"member_id": "", "name": ""}, False, id="no patient"),
    ],
)
def test_which_claims_are_the_same(
    held: dict[str, Any], clean: dict[str, Any], is_same: bool, tmp_path: Path
) -> None:
    """What a finding is about may be another in the corrected claim; all else must agree."""
    spool = make_spool(tmp_path)
    receive(spool, claim(**held))
    receive(spool, claim(held=False, **clean))
    assert states(spool) == ["corrected" if is_same else "open"]


def test_a_claim_that_is_held_and_clean_in_one_file_is_held(spool: Spool) -> None:
    """Wherever in the file the clean one is."""
    receive(spool, claim(1, held=False), claim(2), claim(3, held=False))
    assert states(spool) == ["open"]


def test_a_claim_that_is_held_again_is_one_row(spool: Spool) -> None:
    """With its owner and its age, and what it is held for now."""
    enter(spool, "INJ-0001", "assigned", "bob")
    receive(spool, claim(edits=("DX-05",), cents=200))
    with worklist(spool) as work:
        (item,) = work.items()
    assert (item.row.state, item.row.owner) == ("in_work", "bob")
    assert (item.row.edits, item.row.cents) == ("DX-05", 200)
    with worklist(spool) as work:
        assert [moment.what for moment in work.history(item)] == ["held", "assigned", "held"]


def test_two_claims_with_one_number_must_be_told_apart(spool: Spool) -> None:
    """The choices name provider, day and payer, and nothing of the patient; an ID chooses."""
    receive(spool, claim(npi=BAD, provider="GREENFIELD"))
    with worklist(spool) as work:
        with pytest.raises(ClaimChoiceError, match="2 claims") as error:
            work.find("INJ-0001")
        ids = [item.row.id for item in work.items()]
        assert sorted(choice.split()[0] for choice in error.value.choices) == sorted(ids)
        assert {BAD in choice for choice in error.value.choices} == {True, False}
        assert "LARKSPUR" not in "".join(error.value.choices)
        assert work.find(ids[0]).row.id == ids[0]
        with pytest.raises(ClaimChoiceError, match="no claim"):
            work.find("INJ-9999")


def test_what_is_not_allowed_is_refused(spool: Spool) -> None:
    """And nothing is written, of several events none."""
    receive(spool, claim(number="INJ-0002"))
    enter(spool, "INJ-0002", "closed")
    before = told(spool)
    with worklist(spool) as work, pytest.raises(SpoolError, match="is closed"):
        work.enter([Entry(work.find(name).row, "closed") for name in ("INJ-0001", "INJ-0002")], "ann")
    assert told(spool) == before


def _hold(spool: Spool, at: int) -> None:
    receive(spool, claim(number=f"INJ-{at % 2}"))


def _clean(spool: Spool, at: int) -> None:
    receive(spool, claim(number=f"INJ-{at % 2}", held=False))


def _send(spool: Spool, _at: int) -> None:
    for path in files_of(spool.out):
        path.unlink()
    states(spool)


def _entering(event: Any) -> Callable[[Spool, int], None]:
    def act(spool: Spool, at: int) -> None:
        with worklist(spool) as work:
            rows = [row for row in work.ledger.work() if is_allowed(row.state, event)]  # type: ignore[arg-type]
            if rows:
                work.enter([Entry(rows[at % len(rows)], event, f"text {at}")], "ann")

    return act


ACTS = [_hold, _clean, _send, *map(_entering, EVENTS)]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 5)), max_size=10))
def test_a_rebuilt_ledger_has_the_same_list(
    acts: list[tuple[Callable[[Spool, int], None], int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever was held, corrected, noted, closed, paid, in whatever order; and all hashes match."""
    spool = make_spool(tmp_path_factory.mktemp("list"))
    receive(spool, claim(number="INJ-0"), claim(2, number="INJ-1"))
    for act, at in acts:
        act(spool, at)
    before = told(spool)
    assert len(before) == 2
    assert faults(spool) == []
    with unflushed():
        rebuild(spool)
    assert told(spool) == before
    assert faults(spool) == []


def _note_often(root: Path, name: str) -> None:
    for at in range(5):
        enter(Spool(root), "INJ-0001", "noted", f"{name} {at}", user=name)


def test_concurrent_notes_are_all_there(spool: Spool) -> None:
    """Of four people at once, while a watch takes files; in one chain."""
    fork = multiprocessing.get_context("fork")
    people = [fork.Process(target=_note_often, args=(spool.root, f"p{at}")) for at in range(4)]
    for person in people:
        person.start()
    for at in range(3):
        receive(spool, claim(number=f"OTHER-{at}"))
    for person in people:
        person.join()
    assert [person.exitcode for person in people] == [0] * 4
    with worklist(spool) as work:
        texts = [moment.text for moment in work.history(work.find("INJ-0001")) if moment.what == "noted"]
    assert sorted(texts) == sorted(f"p{who} {at}" for who in range(4) for at in range(5))
    assert faults(spool) == []


def test_an_event_is_not_lost_between_archive_and_ledger(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command dies when its event is durable and the ledger does not have it: the next one records it."""

    def dies(*_: object) -> None:
        raise OSError(5, "dies")

    with monkeypatch.context() as patches:
        patches.setattr(Ledger, "record_events", dies)
        with pytest.raises(OSError, match="dies"):
            enter(spool, "INJ-0001", "assigned", "bob")
    assert states(spool) == ["in_work"]
    assert faults(spool) == []


def test_an_unfinished_line_is_written_over(spool: Spool) -> None:
    """A power cut leaves half an event, which no command had acknowledged."""
    enter(spool, "INJ-0001", "noted", "whole")
    path = events_file(spool)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:40])
    assert faults(spool) == []
    enter(spool, "INJ-0001", "noted", "after")
    with worklist(spool) as work:
        assert [m.text for m in work.history(work.find("INJ-0001")) if m.user] == ["whole", "after"]
    assert faults(spool) == []


def test_a_full_disk_leaves_no_event(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command fails, and the list is as before."""
    enter(spool, "INJ-0001", "noted", "before")
    before = told(spool)

    def full(*_: object) -> int:
        raise OSError(28, "full")

    with monkeypatch.context() as patches:
        patches.setattr("scrubber.spool.worklist.event_files.os.write", full)
        with pytest.raises(OSError, match="full"):
            enter(spool, "INJ-0001", "noted", "after")
    assert told(spool) == before
    assert faults(spool) == []


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda raw: raw.replace(b"paid twice", b"paid once!"), id="a note"),
        pytest.param(lambda raw: raw.replace(b'"ann"', b'"bob"'), id="a user"),
        pytest.param(lambda raw: raw[: raw.index(b"\n") + 1], id="the last event is gone"),
        pytest.param(lambda raw: raw[raw.index(b"\n") + 1 :], id="the first event is gone"),
        pytest.param(lambda _: b"", id="all are gone"),
        pytest.param(lambda _: b"no JSON\n", id="something else"),
    ],
)
def test_a_changed_event_is_found(change: Callable[[bytes], bytes], spool: Spool) -> None:
    """By the chain, or by the ledger's hash of the last one."""
    enter(spool, "INJ-0001", "noted", "was paid twice")
    enter(spool, "INJ-0001", "closed")
    assert faults(spool) == []
    path = events_file(spool)
    path.write_bytes(change(path.read_bytes()))
    (fault,) = faults(spool)
    assert EVENTS_FILE in fault


def test_the_audit_log_has_each_event_and_no_word(spool: Spool) -> None:
    """Its hash, that is; what was written and of whom stays in the archive, with its permissions."""
    enter(spool, "INJ-0001", "noted", "CANARY7")
    ledger = Ledger.reading(spool.ledger)
    assert [row.event for row in ledger.audit()][-2:] == ["decided", "work"]
    ledger.close()
    raw = spool.ledger.read_bytes()
    for word in (b"CANARY7", b"INJ-0001", b"LARKSPUR", b"ALDER", b"1EG4TE5MK73"):
        assert word not in raw
    path = events_file(spool)
    assert b"CANARY7" in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_pruned_claim_is_gone(spool: Spool) -> None:
    """With its notes, and for a rebuilt ledger, too."""
    enter(spool, "INJ-0001", "noted", "of the patient")
    with worklist(spool) as work:
        prune(spool, work.ledger, today() + timedelta(days=1))
    assert states(spool) == []
    assert list(spool.archive.rglob(EVENTS_FILE)) == []
    assert faults(spool) == []
    with unflushed():
        rebuild(spool)
    assert states(spool) == []
    receive(spool, claim())
    assert states(spool) == ["open"]


def test_nothing_is_entered_into_a_ledger_that_was_replaced(spool: Spool) -> None:
    """A rebuild while a command has the ledger open: it is to be run again."""
    with worklist(spool) as work:
        row = work.find("INJ-0001").row
        rebuild(spool)
        with pytest.raises(SpoolBusyError):
            work.enter([Entry(row, "noted", "lost")], "ann")
    assert list(spool.archive.rglob(EVENTS_FILE)) == []


def test_claims_of_an_earlier_version_are_no_fault(tmp_path: Path) -> None:
    """A job without the file of its claims has none on the list."""
    spool = make_spool(tmp_path)
    drop(spool, "a.837", batch(1, held=True))
    run_once(spool)
    assert states(spool) == []
    assert faults(spool) == []


def test_doubts_and_records_survive_json() -> None:
    """What is written of a claim is read again as it was."""
    record = claim(doubts=("patient", "service"))
    assert msgspec.json.decode(msgspec.json.encode(record), type=ClaimRecord) == record


def test_damaged_events_stop_no_claims(spool: Spool) -> None:
    """A command says what is damaged; the watch goes on."""
    enter(spool, "INJ-0001", "noted", "whole")
    receive(spool, claim(held=False))
    assert states(spool) == ["corrected"]
    events_file(spool).write_bytes(b"no JSON\n")
    for path in files_of(spool.out):
        path.unlink()
    receive(spool, claim(number="INJ-0002"))
    with worklist(spool) as work:
        assert sorted(row.state for row in work.ledger.work()) == ["corrected", "open"]
        with pytest.raises(SpoolError, match="events of its claims are damaged"):
            work.items()
