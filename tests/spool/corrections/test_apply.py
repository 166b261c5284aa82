"""Correct held claims by new values: only these differ, what moved on stays, nothing happens twice."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest

from scrubber.files.corrected import Correct
from scrubber.spool.corrections.apply import apply, preview
from scrubber.spool.corrections.held_file import HeldFile
from scrubber.spool.corrections.values import NewValue, NewValueError
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.worklist.claims import CLAIMS
from scrubber.spool.worklist.event_files import EVENTS_FILE
from scrubber.spool.worklist.worklist import Worklist
from tests.support import check837
from tests.support.corrections import GOOD, by_number, copied, correct, held_spool, new_values, several
from tests.support.spool import CLEAN, drop, files_of, real, run_once, unflushed
from tests.support.work import check_rebuilt, enter, worklist

HELD = ("INJ-0002", "INJ-0003", "INJ-0004")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Spool:
    return held_spool(tmp_path_factory.mktemp("made"))


@pytest.fixture
def spool(made: Spool, tmp_path: Path) -> Spool:
    """A spool with three held claims of one file."""
    return copied(made, tmp_path)


def claims_of(raw: bytes) -> dict[str, bytes]:
    checked = check837.check(raw)
    assert checked.problems == []
    return {claim.number: claim.raw for claim in checked.claims}


def held_file(spool: Spool) -> Path:
    (path,) = files_of(spool.held)
    return path


def changed_events(spool: Spool) -> int:
    return b"".join(path.read_bytes() for path in spool.archive.rglob(EVENTS_FILE)).count(b'"changed"')


def test_a_claim_that_is_corrected_comes_back_clean(spool: Spool) -> None:
    """Nothing but the values differs from the held file; the watch then accepts it, and the row follows."""
    held = claims_of(held_file(spool).read_bytes())
    done = correct(spool, {number: GOOD[number] for number in HELD[:2]})
    assert {number: one.outcome for number, one in done.items()} == dict.fromkeys(HELD[:2], "changed")
    (path,) = files_of(spool.inbox)
    assert {path.name} == {one.file for one in done.values()}
    assert claims_of(path.read_bytes()) == {
        "INJ-0002": held["INJ-0002"].replace(b"ABK:E53Z", b"ABK:E538"),
        "INJ-0003": held["INJ-0003"].replace(b"1200000011", b"1200000010"),
    }
    run_once(spool, real())
    assert by_number(spool) == {"INJ-0002": "corrected", "INJ-0003": "corrected", "INJ-0004": "open"}
    sent = [path.read_bytes() for path in files_of(spool.out)]
    assert sorted(number for raw in sent for number in claims_of(raw)) == ["INJ-0001", "INJ-0002", "INJ-0003"]
    # A receiver that knows the first file must not take the second one for it.
    assert len({check837.check(raw).claims[0].interchange for raw in sent}) == 2


def test_who_changed_what_is_kept(spool: Spool) -> None:
    """In the history, in the audit chain, and in a ledger that is rebuilt."""
    correct(spool, {"INJ-0004": GOOD["INJ-0004"]})
    with worklist(spool) as work:
        last = work.history(work.find("INJ-0004"))[-1]
    assert (last.what, last.user) == ("changed", "ann")
    assert "SV107-1, line 1, segment 67: 9 -> 1; in corrected-" in last.text
    check_rebuilt(spool)


def test_a_preview_writes_nothing(spool: Spool) -> None:
    values = new_values(spool, GOOD)
    before = {path: path.read_bytes() for path in files_of(spool.root) if path.suffix != ".lock"}
    with worklist(spool) as work:
        done = preview(work, values)
    assert [str(change) for one in done for change in one.changes if one.number == "INJ-0004"] == [
        "2400 SV107-1, line 1, segment 67: 9 -> 1"
    ]
    assert {path: path.read_bytes() for path in files_of(spool.root) if path.suffix != ".lock"} == before


def test_a_second_run_changes_nothing(spool: Spool) -> None:
    """While the corrected file waits, and when it was scrubbed."""
    values = new_values(spool, GOOD)
    for _ in range(2):
        with worklist(spool) as work:
            done = apply(work, values, "ann")
    assert {one.outcome for one in done} == {"known"}
    run_once(spool, real())
    with worklist(spool) as work:
        assert {one.outcome for one in apply(work, values, "ann")} == {"known"}
    assert files_of(spool.inbox) == []
    assert changed_events(spool) == 3
    assert set(by_number(spool).values()) == {"corrected"}


def test_a_file_that_is_lost_is_dropped_again(spool: Spool) -> None:
    """The events are there already: they are entered once."""
    correct(spool, GOOD)
    (path,) = files_of(spool.inbox)
    raw = path.read_bytes()
    path.unlink()
    assert {one.outcome for one in correct(spool, GOOD).values()} == {"changed"}
    assert path.read_bytes() == raw
    assert changed_events(spool) == 3


@pytest.mark.parametrize("event", ["paid", "denied", "rejected", "written_off", "closed"])
def test_a_claim_that_has_moved_on_is_refused(spool: Spool, event: str) -> None:
    """By name and with the reason; the others are corrected."""
    values = new_values(spool, GOOD)
    enter(spool, "INJ-0002", event)
    with worklist(spool) as work:
        done = {one.number: one for one in apply(work, values, "ann")}
    assert done["INJ-0002"].outcome == "refused"
    assert done["INJ-0002"].why == f"it is {event.replace('_', ' ')}"
    assert {done[number].outcome for number in HELD[1:]} == {"changed"}
    (path,) = files_of(spool.inbox)
    assert set(claims_of(path.read_bytes())) == set(HELD[1:])


def test_a_claim_that_came_back_by_another_file_is_refused(spool: Spool) -> None:
    """Clean or held: what was listed is not what is there now."""
    values = new_values(spool, GOOD)
    raw = several().replace(b"000000001", b"000000002").replace(b"E53Z", b"E538")
    drop(spool, "again.837", raw)
    run_once(spool, real())
    with worklist(spool) as work:
        done = {one.number: one.why for one in apply(work, values, "ann")}
    assert done["INJ-0002"] == "it is corrected"
    assert done["INJ-0003"] == "it was held again by a later file: list it anew"
    assert files_of(spool.inbox) == []


def test_a_claim_that_moves_on_while_values_are_checked_is_refused(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The watch waits for no one: it may decide on the claim at any moment."""
    values = new_values(spool, GOOD)
    read = HeldFile.read

    def decided(held: HeldFile, correct: Correct) -> None:
        read(held, correct)
        ledger.connection.execute("UPDATE work SET state = 'corrected' WHERE ordinal = 2")

    monkeypatch.setattr(HeldFile, "read", decided)
    with worklist(spool) as work:
        ledger = work.ledger
        done = {one.number: one for one in apply(work, values, "ann")}
    assert done["INJ-0002"].why == "it has moved on just now: list it anew"
    (path,) = files_of(spool.inbox)
    assert set(claims_of(path.read_bytes())) == set(HELD[1:])


def test_a_record_that_is_not_of_this_claim_changes_nothing(spool: Spool) -> None:
    """What was listed must be what is there, or another value would be replaced."""
    values = new_values(spool, GOOD)
    (path,) = spool.archive.glob(f"*/*/{CLAIMS}")
    raw = path.read_bytes()
    for before, after, why in (
        (b'"E53Z"', b'"E53Y"', "its held file does not have the listed value"),
        (b"INJ-0002", b"INJ-0009", "its held file has another claim in its place"),
    ):
        path.write_bytes(raw.replace(before, after))
        with worklist(spool) as work:
            assert why in {one.why for one in preview(work, values)}


def test_a_held_file_that_is_not_what_was_held_is_refused(spool: Spool) -> None:
    values = new_values(spool, GOOD)
    held_file(spool).write_bytes(held_file(spool).read_bytes().replace(b"E53Z", b"E53Y"))
    with worklist(spool) as work:
        assert {one.why for one in apply(work, values, "ann")} == {"its held file was changed"}
        held_file(spool).unlink()
        whys = {one.why for one in apply(work, values, "ann")}
    assert whys == {"its held file is no longer in held/: someone took it"}
    assert files_of(spool.inbox) == []
    assert changed_events(spool) == 0


@pytest.mark.parametrize(
    ("number", "value", "why"),
    [
        ("INJ-0002", "E5*8", "a delimiter"),
        ("INJ-0002", "E5:8", "a delimiter"),
        ("INJ-0002", "E5~8", "a delimiter"),
        ("INJ-0002", "E" * 31, "too long: expected at most 30 characters"),
        ("INJ-0003", "Ñ", "invalid character"),
        ("INJ-0004", "first", "invalid code value"),
    ],
)
def test_a_value_of_a_wrong_form_changes_nothing(spool: Spool, number: str, value: str, why: str) -> None:
    """Not even the other claims. What is wrong is told with its cell, and without the value."""
    values = [
        one._replace(source="row 7", value=value if value and one.value == GOOD[number] else one.value)
        for one in new_values(spool, GOOD)
    ]
    with worklist(spool) as work, pytest.raises(NewValueError) as error:
        apply(work, values, "ann")
    (fault,) = error.value.faults
    assert fault.startswith("row 7: ")
    assert why in fault
    assert value not in fault
    assert files_of(spool.inbox) == []
    assert changed_events(spool) == 0


def test_two_values_for_one_place_are_refused(spool: Spool) -> None:
    (value,) = new_values(spool, {"INJ-0002": "E538"})
    with worklist(spool) as work, pytest.raises(NewValueError, match="another new value"):
        apply(work, [value, value._replace(value="E539")], "ann")


def test_an_unknown_claim_and_place(spool: Spool) -> None:
    (value,) = new_values(spool, {"INJ-0002": "E538"})
    with worklist(spool) as work:
        (done,) = apply(work, [value._replace(claim="0000000000")], "ann")
        assert (done.outcome, done.why) == ("refused", "no claim of the work list has this ID")
        with pytest.raises(NewValueError, match="no finding with this place"):
            apply(work, [value._replace(place="CLM02@1")], "ann")


def test_another_correction_waits_for_the_first(spool: Spool) -> None:
    """Until that was scrubbed, the claim cannot be corrected otherwise: both would be sent."""
    correct(spool, {"INJ-0002": "E539"})
    done = correct(spool, GOOD)
    assert "another correction of it, corrected-" in done["INJ-0002"].why
    assert done["INJ-0002"].why.endswith(" is in in/")
    assert done["INJ-0003"].outcome == "changed"


def test_a_replacement_gets_its_original_number(tmp_path: Path) -> None:
    """REF*F8 is added where the TR3 has it, and counted."""
    raw = CLEAN.replace(b"MB~", b"CI~").replace(b"MCB01", b"LHP01").replace(b"11:B:1", b"11:B:7")
    spool = held_spool(tmp_path, raw.replace(b"1EG4TE5MK73", b"LHP000000001"))
    assert correct(spool, {"INJ-0001": "ICN-77"})["INJ-0001"].outcome == "changed"
    (path,) = files_of(spool.inbox)
    (claim,) = claims_of(path.read_bytes()).values()
    assert [part.split(b"*")[0].strip() for part in claim.split(b"~")][:3] == [b"CLM", b"REF", b"HI"]
    assert claim.split(b"~")[1] == b"\nREF*F8*ICN-77"
    assert b"SE*34*" in path.read_bytes()


class KilledError(BaseException):
    """The process is killed."""


@pytest.mark.parametrize("at", range(8))
def test_killed_between_any_two_steps_it_can_be_run_again(spool: Spool, at: int) -> None:
    """The file is there whole or not at all, events are entered once, and the claims come back clean."""
    values = new_values(spool, GOOD)
    count = 0

    def dying(act: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **named: object) -> object:
            nonlocal count
            count += 1
            if count > at:
                raise KilledError
            return act(*arguments, **named)

        return call

    ledger = Ledger.writing(spool.ledger)
    with (
        patch("scrubber.spool.corrections.apply.os.fsync", dying(lambda *_: None)),
        patch("scrubber.spool.jobs.failing.os.link", dying(os.link)),
        patch("pathlib.Path.unlink", dying(Path.unlink)),
    ):
        try:
            apply(Worklist(spool, ledger), values, "ann")
        except KilledError:
            pass
        finally:
            ledger.close()
    for path in files_of(spool.inbox):
        assert len(claims_of(path.read_bytes())) == 3
        assert changed_events(spool) == 3  # who changed what is kept before anything can be sent
    with worklist(spool) as work:
        again = apply(work, values, "ann")
    assert {one.outcome for one in again} <= {"changed", "known"}
    assert changed_events(spool) == 3
    assert len(files_of(spool.inbox)) == 1


def test_two_at_a_time(spool: Spool) -> None:
    """Of the same values one run enters them; of different ones the second is refused."""
    values = new_values(spool, GOOD)
    outcomes: list[str] = []

    def run(values: list[NewValue]) -> None:
        ledger = Ledger.writing(spool.ledger)
        outcomes.extend(one.outcome for one in apply(Worklist(spool, ledger), values, "ann"))
        ledger.close()

    others = [value._replace(value="2") if value.value == "1" else value for value in values]
    with unflushed():
        threads = [threading.Thread(target=run, args=(one,)) for one in (values, values, others)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(outcomes) == 9
    assert outcomes.count("changed") == 3
    assert outcomes.count("refused") in (1, 2)
    assert len(files_of(spool.inbox)) == 1
