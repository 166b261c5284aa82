"""An archive can be restored into any spool, and whatever is found there gives a ledger or a sentence.

Two spools that both have decided files are merged; manifests hold anything that a disk or a person can leave
in them; the ledger is verified while a watch, an uploader and a prune go on working.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scrubber.errors import SpoolError
from scrubber.spool.jobs.job_files import (
    CLAIM,
    MANIFEST,
    TRIES,
    WHY,
    Failure,
    JobDecision,
    JobVerdict,
    Taken,
    Tries,
)
from scrubber.spool.layout import Spool
from scrubber.spool.ledger.ledger import Ledger
from scrubber.spool.ledger.rebuild import manifests, rebuild
from scrubber.spool.ledger.verify import verify
from scrubber.spool.pruning import prune
from scrubber.spool.status import status_of
from tests.promises.driver import AT_ONCE, FINE, HELD, fork, run_once, watch
from tests.promises.samples import drop, light, samples, take_out
from tests.promises.scale import measured, scale

pytestmark = pytest.mark.promises


def faults(spool: Spool) -> list[str]:
    ledger = Ledger.reading(spool.ledger)
    try:
        return list(verify(spool, ledger))
    finally:
        ledger.close()


def worked(root: Path, area: Path, first: int, rounds: int = 3) -> Spool:
    """A spool that has decided two files in each round."""
    spool = Spool(root)
    spool.create()
    for at in range(rounds):
        drop(spool, samples(2, first + 2 * at))
        assert run_once(root, light, area / "log") in {FINE, HELD}
    return spool


def restored(area: Path) -> Spool:
    """A spool with files of its own, into which the archive of two others was restored."""
    old, older = worked(area / "old", area, 1), worked(area / "older", area, 101)
    new = worked(area / "new", area, 201, rounds=2)
    for other in (old, older):
        shutil.copytree(other.archive, new.archive, dirs_exist_ok=True)
        shutil.copytree(other.reports, new.reports, dirs_exist_ok=True)
    return new


def in_ledger(spool: Spool) -> list[tuple[int, str]]:
    ledger = Ledger.reading(spool.ledger)
    try:
        return [(row.sequence, row.manifest) for row in ledger.jobs()]
    finally:
        ledger.close()


def test_several_archives_make_one_ledger(area: Path) -> None:
    """Before, `verify` tells the way; after, all is known and numbered once, and the watch goes on."""
    spool = restored(area)
    assert {fault.partition(": ")[2] for fault in faults(spool)} == {
        "in the archive but not in the ledger; `scrubber spool rebuild` adds it"
    }
    assert rebuild(spool) == 16
    assert faults(spool) == []
    known = {digest for _, digest in manifests(spool)}
    assert {digest for _, digest in in_ledger(spool)} == known
    drop(spool, samples(2, 301))
    assert run_once(spool.root, light, area / "log") in {FINE, HELD}
    spool.ledger.unlink()  # then the next watch makes it
    drop(spool, samples(2, 401))
    assert run_once(spool.root, light, area / "log") in {FINE, HELD}
    assert faults(spool) == []
    numbers = [number for number, _ in in_ledger(spool)]
    assert len(set(numbers)) == 20
    before = in_ledger(spool)
    assert rebuild(spool) == 20
    assert in_ledger(spool) == before
    measured("the archives of three spools in one: rebuilt, verified, used, rebuilt with the same numbers")


def test_what_is_missing_of_a_restored_archive_is_named(area: Path) -> None:
    """A decision that is not there breaks its own chain, however many there are."""
    spool = restored(area)
    second = next(decision for decision, _ in manifests(spool) if decision.sequence == 2)
    after = next(d for d, _ in manifests(spool) if d.sequence == 3 and _follows(spool, d, second))
    shutil.rmtree(spool.archive / second.taken.day.isoformat() / second.label)
    assert rebuild(spool) == 15
    assert faults(spool) == [f"{after.job}: the decision before it is missing"]


def _follows(spool: Spool, decision: JobDecision, other: JobDecision) -> bool:
    return any(d.job == other.job and digest == decision.previous for d, digest in manifests(spool))


STRANGE: tuple[Any, ...] = (
    None, True, -1, 0, 1 << 70, 1.5, float("nan"), float("inf"), "", "x", "NaN", "1e999999", "\ud800", "\0",
    "../..", "9999-99-99", [], {}, [[]], [None], ["x", "y"], {"x": 1},
)  # fmt: skip
RAW = (
    b"", b"\0" * 4096, b"[" * 200_000, b'{"a":' * 200_000, b"null", b"[]", b"{}", b"1e999", b'"x"',
    b"\xff\xfe", b"9" * 10_000,
)  # fmt: skip


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value."""
    yield place
    children: Any = enumerate(value) if isinstance(value, list) else ()
    if isinstance(value, dict):
        children = value.items()
    for key, child in children:
        yield from places(child, (*place, key))


def changed(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    if not place:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[place[0]] = changed(value[place[0]], place[1:], new)
    return copy


def test_a_manifest_of_any_content_gives_a_ledger_or_a_sentence(area: Path) -> None:
    spool = worked(area / "spool", area, 1, rounds=1)
    path = min(spool.archive.glob(f"*/*/{MANIFEST}"))
    record = json.loads(path.read_bytes())
    strange = [*RAW, *(json.dumps(changed(record, place, value)).encode() for place in places(record)
                       for value in STRANGE)]  # fmt: skip
    said = []
    for raw in strange:
        path.write_bytes(raw)
        try:
            rebuild(spool)
        except SpoolError as error:
            said.append(str(error))
        else:
            faults(spool)
    job = path.parent.name.partition("_")[0]
    assert all(job in text and "move its folder out of archive/" in text for text in said)
    assert len(said) > len(RAW)
    measured(
        f"{len(strange)} strange manifests: {len(said)} refused with a sentence, the others make a ledger"
    )


@pytest.mark.parametrize("record", [Taken, JobVerdict, JobDecision, Tries, Failure])
@pytest.mark.parametrize("raw", RAW, ids=range(len(RAW)))
def test_no_record_raises_but_a_value_error(record: Any, raw: bytes) -> None:
    try:
        record.from_json(raw)
    except ValueError:
        return
    assert record is Tries  # of which everything has a default


def test_strange_records_in_the_other_folders_stop_nothing(area: Path, spool: Spool) -> None:
    """What `work/`, `failed/` and the memory of `in/` may hold after an accident."""
    files = samples(len(RAW))
    for at, (raw, file) in enumerate(zip(RAW, files.values(), strict=True)):
        job = spool.work / f"20260630-120000-{at:08x}"
        job.mkdir()
        (job / "input").write_bytes(file)
        for record in (CLAIM, TRIES, "decision.json", "verdict.json"):
            (job / record).write_bytes(raw)
        gone = spool.failed / f"20260629-120000-{at:08x}"
        gone.mkdir()
        (gone / WHY).write_bytes(raw)
        spool.waiting.write_bytes(raw)
        assert run_once(spool.root, light, area / "log") in {FINE, HELD}
        ledger = Ledger.reading(spool.ledger)
        status_of(spool, ledger, date(2026, 6, 30))
        ledger.close()
    assert len(list(spool.archive.glob("*/*/original.837"))) == len(files)
    assert list(spool.work.iterdir()) == []


@pytest.mark.parametrize("seconds", [-(1 << 40), -1, 0, 1 << 33, 1 << 40, (1 << 62) // 10**9])
def test_status_copes_with_any_time_of_a_file(area: Path, spool: Spool, seconds: int) -> None:
    """A sender sets what it likes; in memory there are more years than in a calendar."""
    run_once(spool.root, light, area / "log")
    drop(spool, samples(1))
    (path,) = spool.inbox.iterdir()
    os.utime(path, ns=(0, seconds * 10**9))
    ledger = Ledger.reading(spool.ledger)
    found = status_of(spool, ledger, date(2026, 6, 30))
    ledger.close()
    assert (found.waiting, len(found.oldest)) == (1, 20)


def test_a_verification_during_a_run_raises_no_false_alarm(area: Path, spool: Spool) -> None:
    """A daemon decides, an uploader empties ``out/``, jobs are pruned, and everything is verified."""
    count = scale(60, 1000)
    drop(spool, samples(count))
    run_once(spool.root, light, area / "log")
    drop(spool, samples(count, 2001))
    child = fork(lambda: watch(spool.root, light, AT_ONCE, once=False), area / "daemon")
    rounds = 0
    while True:
        done = not any(spool.inbox.iterdir()) and not any(spool.work.iterdir())
        assert faults(spool) == []
        take_out(spool)
        rounds += 1
        if done:
            break
        if rounds == 2:
            pruning = fork(lambda: pruned(spool), area / "pruning")
    child.signal(signal.SIGTERM)
    assert (child.wait(), pruning.wait()) == (HELD, FINE)
    measured(f"verified {rounds} times while {count} files were decided, sent and pruned: no false alarm")


def pruned(spool: Spool) -> int:
    ledger = Ledger.writing(spool.ledger)
    try:
        prune(spool, ledger, date.max)
    finally:
        ledger.close()
    return FINE


@pytest.mark.parametrize("year", [1900, 1970, 2099, 2262, 2400, 9999])
def test_a_file_of_any_time_can_be_rebuilt(area: Path, spool: Spool, year: int) -> None:
    """Its time is in its manifest; in nanoseconds it may be too large for a database."""
    drop(spool, samples(1))
    (path,) = spool.inbox.iterdir()
    os.utime(path, ns=(0, (date(year, 1, 1) - date(1970, 1, 1)).days * 86_400 * 10**9))
    assert run_once(spool.root, light, area / "log") == FINE
    assert rebuild(spool) == 1
    assert faults(spool) == []
