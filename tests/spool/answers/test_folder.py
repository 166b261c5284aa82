"""Answers dropped into feedback-in/: imported, kept, and refused with the reason; never lost."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from scrubber.engine.policy import Policy
from scrubber.spool.answers.folder import AnswersIn
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.watch import Watch
from scrubber.spool.work.worker import warm
from tests.support import answers
from tests.support.corrections import by_number
from tests.support.running import shipped
from tests.support.spool import drop, files_of, light, make_spool, run_once, settings, unflushed
from tests.support.work import claim, decide_with

CASES = answers.cases([("no edit", 1), ("paid", 1)])


@pytest.fixture(scope="module", autouse=True)
def warmed() -> None:
    """As in the watch: its processes inherit what the first claims of a process need."""
    warm(shipped())


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    """A spool from which two claims were sent."""
    spool = make_spool(tmp_path)
    records = [claim(at, held=False, number=case.number) for at, case in enumerate(CASES, 1)]
    drop(spool, "sent.837", answers.sent(CASES))
    run_once(spool, decide_with(*records))
    return spool


def watch(spool: Spool) -> tuple[int, int]:
    """One run of the watch, as cron starts it; how many files it has imported and refused."""
    run = Watch(spool, light, settings(), answers=AnswersIn(spool, shipped, 0))
    with unflushed():
        run.once()
    return run.totals.answers, run.totals.answers_refused


def audit(spool: Spool) -> list[str]:
    ledger = Ledger.reading(spool.ledger)
    try:
        return [row.event for row in ledger.audit()]
    finally:
        ledger.close()


def names(folder: Path) -> list[str]:
    return sorted(path.name.partition("_")[2] for path in folder.iterdir())


def test_answers_are_imported_and_kept(spool: Spool) -> None:
    """The claims of the list follow, the audit log has the import, and the file is kept under its hash."""
    raw = answers.remittances(CASES)
    (spool.feedback_in / "era.835").write_bytes(raw)
    watch(spool)
    assert by_number(spool) == {CASES[0].number: "denied"}
    (kept,) = files_of(spool.feedback_in)
    assert kept.parent.name == "imported"
    assert kept.name.endswith("_era.835")
    assert kept.read_bytes() == raw
    assert audit(spool).count("answers imported") == 1
    # Dropped again, also under another name, it changes nothing.
    (spool.feedback_in / "again.835").write_bytes(raw)
    watch(spool)
    assert names(spool.feedback_in / "imported") == ["again.835", "era.835"]
    assert audit(spool).count("answers imported") == 1


def test_two_files_of_one_name_are_both_kept(spool: Spool) -> None:
    for raw in (answers.remittances(CASES), answers.acknowledged(CASES)):
        (spool.feedback_in / "today.txt").write_bytes(raw)
        watch(spool)
    assert len(files_of(spool.feedback_in / "imported")) == 2


def test_what_is_no_answer_is_refused_with_the_reason(spool: Spool) -> None:
    (spool.feedback_in / "claims.837").write_bytes(answers.sent(CASES))
    (spool.feedback_in / "letter.txt").write_bytes(b"Dear Sir or Madam,")
    (spool.feedback_in / "era.835").write_bytes(answers.remittances(CASES))
    assert watch(spool) == (1, 2)
    refused = spool.feedback_in / "refused"
    assert names(refused) == ["claims.837", "claims.837.why.txt", "letter.txt", "letter.txt.why.txt"]
    assert any("there is no 835, 277CA, 999 or TA1" in path.read_text() for path in refused.glob("*.why.txt"))
    assert names(spool.feedback_in / "imported") == ["era.835"]
    assert audit(spool).count("answers refused") == 2


def test_what_is_wrong_in_a_file_is_written_beside_it(spool: Spool) -> None:
    raw = answers.remittances(CASES)
    (spool.feedback_in / "era.835").write_bytes(raw.replace(b"CAS*CO*45*", b"CAS*CO*45*1", 1))
    watch(spool)
    (why,) = (spool.feedback_in / "imported").glob("*.why.txt")
    assert "does not balance" in why.read_text()
    assert by_number(spool) == {CASES[0].number: "denied"}


def test_a_file_that_is_being_written_is_left(spool: Spool) -> None:
    """The rules are those of in/: complete, and no one has it open."""
    raw = answers.remittances(CASES)
    (spool.feedback_in / "cut.835").write_bytes(raw[:-20])
    (spool.feedback_in / "era.835.part").write_bytes(raw)
    with (spool.feedback_in / "open.835").open("wb") as stream:
        stream.write(raw)
        stream.flush()
        watch(spool)
        assert sorted(path.name for path in spool.feedback_in.iterdir()) == [
            "cut.835",
            "era.835.part",
            "open.835",
        ]
    watch(spool)
    assert names(spool.feedback_in / "imported") == ["open.835"]


def test_an_import_that_dies_does_not_end_the_watch(spool: Spool) -> None:
    """The file stays; the third time it is refused, so that it keeps no other file waiting."""

    def dies() -> Policy:
        os._exit(9)

    (spool.feedback_in / "era.835").write_bytes(answers.remittances(CASES))
    folder = AnswersIn(spool, dies, 0)
    for left in (["era.835"], ["era.835"], ["refused"]):
        with unflushed():
            Watch(spool, light, settings(), answers=folder).once()
        assert [path.name for path in spool.feedback_in.iterdir()] == left
    assert names(spool.feedback_in / "refused") == ["era.835", "era.835.why.txt"]


def test_an_import_that_never_ends_is_ended(spool: Spool) -> None:
    """It is not the fault of the file, which waits for the next one."""

    def hangs() -> Policy:
        signal.pause()
        raise AssertionError

    (spool.feedback_in / "era.835").write_bytes(answers.remittances(CASES))
    folder = AnswersIn(spool, hangs, 0, longest=0)
    for _ in range(4):
        with unflushed():
            Watch(spool, light, settings(), answers=folder).once()
    assert [path.name for path in spool.feedback_in.iterdir()] == ["era.835"]


def test_a_disk_that_fails_refuses_nothing(spool: Spool) -> None:
    def full() -> Policy:
        raise OSError(28, "No space left on device")

    (spool.feedback_in / "era.835").write_bytes(answers.remittances(CASES))
    folder = AnswersIn(spool, full, 0)
    for _ in range(4):
        with unflushed():
            Watch(spool, light, settings(), answers=folder).once()
    assert [path.name for path in files_of(spool.feedback_in)] == ["era.835"]
    watch(spool)
    assert names(spool.feedback_in / "imported") == ["era.835"]


def test_killed_after_the_import_it_is_only_moved(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store has it, the file is still there: the next run imports nothing and enters what is missing."""

    def killed(*_: object) -> None:
        os._exit(9)

    (spool.feedback_in / "era.835").write_bytes(answers.remittances(CASES))
    monkeypatch.setattr("scrubber.spool.answers.folder.move", killed)
    watch(spool)
    assert by_number(spool) == {}
    monkeypatch.undo()
    watch(spool)
    assert by_number(spool) == {CASES[0].number: "denied"}
    assert audit(spool).count("answers imported") == 1
