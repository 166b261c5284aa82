"""Several processes for one input: what happens when one of them, or the input, fails."""

from __future__ import annotations

import io
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

import scrubber
from scrubber.api import make_policy
from scrubber.claim.walk import Leaf, Step
from scrubber.cli.main import main
from scrubber.engine.policy import Policy
from scrubber.errors import ConfigurationError, InputChangedError, TableError, WorkerError, is_passing
from scrubber.pipeline import scrub, team
from scrubber.pipeline.forked import Forked
from scrubber.tables import CoveredDays
from scrubber.tables.store import store, stored_vintages
from scrubber.tables.vintage import TableRow, VintageInfo
from scrubber.x12.source import HashingReader, source_of_stream
from tests.support.running import AS_OF, shipped, write_edits

ROOT = Path(__file__).resolve().parents[2]
RAW = (ROOT / "fixtures" / "837" / "clean" / "several-transactions.837").read_bytes()
MANY = RAW * 6
LARGE = RAW * 40 + b"\n" * scrub.SMALL

EDIT = '''\
"""An edit that does something in another process than the first."""

import faulthandler
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from scrubber.claim import Claim
from scrubber.engine import CheckResult, Context, Edit
from scrubber.errors import TableError

edit = Edit(id="TEST-01", title="Does something", snip=7, severity="reject", sources=("this test",))


@edit.claim
def check(claim: Claim, _context: Context) -> Iterator[CheckResult]:
    if multiprocessing.parent_process() is not None:
        faulthandler.disable()
        ACTION
    yield from ()
'''
Acting = Callable[[str], Policy]


@pytest.fixture
def acting(tmp_path: Path) -> Acting:
    """Return a policy whose only edit does something in another process."""

    def policy(action: str) -> Policy:
        folder = write_edits(tmp_path / "edits", EDIT.replace("ACTION", action))
        return make_policy(as_of=AS_OF, edits=[folder], select=["TEST"])

    return policy


@pytest.fixture
def _for_small_inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scrub, "SMALL", 0)
    monkeypatch.setattr(team, "_ROUND", 100)


@pytest.fixture(autouse=True)
def _nothing_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """After each test there is no process, and no temporary file."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    assert multiprocessing.active_children() == []
    assert [*folder.iterdir()] == []


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    ("action", "ended_by", "passes"),
    [
        ("os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL", True),
        ("os.kill(os.getpid(), signal.SIGTERM)", "SIGTERM", True),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "SIGSEGV", False),
        ("os._exit(3)", "before its work was done", False),
    ],
)
@pytest.mark.usefixtures("_for_small_inputs")
def test_a_process_that_dies(
    action: str, ended_by: str, passes: bool, acting: Acting, tmp_path: Path
) -> None:
    """A process that dies is an error, and nothing is written."""
    with pytest.raises(WorkerError, match=ended_by) as caught:
        scrubber.scrub(MANY, tmp_path / "out", policy=acting(action), jobs=2)
    assert is_passing(caught.value) == passes
    assert names(tmp_path / "out") == []


@pytest.mark.usefixtures("_for_small_inputs")
def test_a_process_that_is_killed_from_outside(acting: Acting, tmp_path: Path) -> None:
    policy = acting("time.sleep(0.05)")
    with scrubber.scrub_iter(MANY * 3, tmp_path / "out", policy=policy, jobs=3) as run:
        next(run)
        child, *_ = multiprocessing.active_children()
        assert child.pid
        os.kill(child.pid, signal.SIGKILL)
        with pytest.raises(WorkerError, match="SIGKILL; is there enough memory"):
            list(run)
    assert names(tmp_path / "out") == []


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ('raise TableError("damaged")', TableError),
        ("sys.exit(3)", SystemExit),
        ("raise KeyboardInterrupt", KeyboardInterrupt),
    ],
)
@pytest.mark.usefixtures("_for_small_inputs")
def test_an_error_that_ends_a_run(
    action: str, kind: type[BaseException], acting: Acting, tmp_path: Path
) -> None:
    """What would end a run of one process ends it, too, where it arises in another one."""
    with pytest.raises(kind):
        scrubber.scrub(MANY, tmp_path / "out", policy=acting(action), jobs=2)
    assert names(tmp_path / "out") == []


@pytest.mark.usefixtures("_for_small_inputs")
def test_a_disk_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An input that another process cannot read is an error of the system, as in one process."""

    def failing(_descriptor: int, _size: int, _at: int) -> bytes:
        raise OSError(5, "Input/output error")

    path = tmp_path / "in.837"
    path.write_bytes(MANY)
    monkeypatch.setattr(os, "pread", failing)
    with pytest.raises(OSError, match="Input/output error"):
        scrubber.scrub(path, tmp_path / "out", policy=shipped(), jobs=2)
    assert names(tmp_path / "out") == []


@pytest.mark.usefixtures("_for_small_inputs")
def test_an_error_that_cannot_be_sent(acting: Acting) -> None:
    """The kind of such an error is told, but not its text, which may hold values of a claim."""
    action = 'raise type("OddError", (BaseException,), {})(claim.control_number)'
    with pytest.raises(RuntimeError, match=r"^OddError in a worker process$"):
        scrubber.scrub(MANY, policy=acting(action), jobs=2)


@pytest.mark.parametrize(
    ("before", "after"),
    [(b"\nIEA*", b"\n\nIEA*"), (b"CLM*", b"REF*G1*X~\nCLM*"), (b"CLM*", b"NTE*ADD*X~\n"), (b"*1~", b"*2~")],
)
@pytest.mark.usefixtures("_for_small_inputs")
def test_an_input_that_another_process_reads_otherwise(
    before: bytes, after: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If one process reads other bytes than the first one, nothing is written."""
    other = MANY.replace(before, after)
    assert other != MANY
    monkeypatch.setattr(HashingReader, "twin", lambda _: HashingReader(io.BytesIO(other)))
    with pytest.raises(InputChangedError):
        scrubber.scrub(MANY, tmp_path / "out", policy=shipped("safe"), jobs=2)
    assert names(tmp_path / "out") == []


@pytest.mark.usefixtures("_for_small_inputs")
def test_a_run_that_is_given_up(tmp_path: Path) -> None:
    """A run that is closed early writes nothing."""
    with scrubber.scrub_iter(MANY, tmp_path / "out", policy=shipped(), jobs=3) as run:
        next(run)
        assert len(multiprocessing.active_children()) == 2
    assert names(tmp_path / "out") == []


@pytest.mark.parametrize("action", ["pass", "time.sleep(0.1)"])
@pytest.mark.usefixtures("_for_small_inputs")
def test_what_is_ahead_is_limited(action: str, acting: Acting, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the outputs or the other processes are slow, only some claims are ahead: memory is flat."""
    jobs, read, ahead = 3, 0, []
    rounds = team.rounds

    def counted(steps: Iterable[Step]) -> Iterator[list[Step]]:
        nonlocal read
        for each in rounds(steps):
            read += sum(isinstance(step, Leaf) for step in each)
            yield each

    monkeypatch.setattr(team, "rounds", counted)
    with scrubber.scrub_iter(MANY * 4, policy=acting(action), jobs=jobs) as run:
        for taken, _ in enumerate(run):
            ahead.append(read - taken)
    claims_in_a_round = 8
    assert len(ahead) == 9 * 6 * 4
    assert max(ahead) <= (4 * jobs + 1) * claims_in_a_round < len(ahead)


@pytest.mark.usefixtures("_for_small_inputs")
def test_all_inputs() -> None:
    """Bytes, a small stream, and one that is kept on disk, give the same report."""
    large = MANY + b"\n" * (5 << 20)
    for raw in (MANY, large):
        one, *others = (scrubber.scrub(io.BytesIO(raw), policy=shipped(), jobs=jobs) for jobs in (1, 2, 3))
        assert one == scrubber.scrub(raw, policy=shipped(), jobs=3)
        for other in others:
            assert other == one


def test_two_readers_of_one_file() -> None:
    """Neither moves the other, although they share an open file."""
    raw = bytes(range(256)) * 40_000
    with source_of_stream(io.BytesIO(raw)).open() as reader:
        reader.read(1000)
        twin = reader.twin()
        assert twin.read(5000) == raw[:5000]
        assert reader.read(70_000) == raw[1000:71_000]
        assert twin.read() == raw[5000:]
        assert reader.read() == raw[71_000:]
        assert reader.bytes_read == twin.bytes_read == len(raw)


def test_a_small_input_takes_no_other_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team, "Team", None)
    assert scrubber.scrub(RAW, policy=shipped(), jobs=8).files[0].counts.claims == 9


def test_more_processes_than_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scrub, "SMALL", 0)
    monkeypatch.setattr(team, "_ROUND", 1)
    assert scrubber.scrub(RAW, policy=shipped(), jobs=9) == scrubber.scrub(RAW, policy=shipped())


@pytest.mark.parametrize("jobs", [0, -1])
def test_a_number_of_jobs_that_is_none(jobs: int, tmp_path: Path) -> None:
    path = tmp_path / "in.837"
    path.write_bytes(RAW)
    with pytest.raises(ConfigurationError, match=rf"^jobs: {jobs} is less than 1$"):
        scrubber.scrub_iter(RAW, policy=shipped(), jobs=jobs)
    for command in (["check", str(path)], ["scrub", str(path), "-o", str(tmp_path / "out")]):
        result = CliRunner().invoke(main, [*command, "--jobs", str(jobs)])
        assert (result.exit_code, "--jobs" in result.stderr) == (2, True)


def test_several_files_one_after_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The text, and all that is written, is that of one process."""
    monkeypatch.setattr(scrub, "SMALL", 0)
    for name, raw in {"a": MANY, "b": RAW[:-200], "c": b"", "d": MANY[::-1]}.items():
        (tmp_path / f"{name}.837").write_bytes(raw)
    paths = [str(path) for path in sorted(tmp_path.glob("*.837"))]
    printed, written = [], []
    for jobs in ("1", "3"):
        out = tmp_path / jobs
        arguments = ["scrub", *paths, "-o", str(out), "--as-of", "2026-06-30", "--jobs", jobs]
        printed.append(CliRunner().invoke(main, arguments).output)
        written.append({path.name: path.read_bytes() for path in out.iterdir()})
    assert printed[0] == printed[1]
    assert written[0] == written[1]


def test_the_exit_status_when_a_process_dies(acting: Acting, tmp_path: Path) -> None:
    """75 if it was killed, which may not happen again; 2 if its own code ended it."""
    path = tmp_path / "in.837"
    path.write_bytes(LARGE)
    for number, status in (("SIGKILL", 75), ("SIGSEGV", 2)):
        acting(f"os.kill(os.getpid(), signal.{number})")
        arguments = ["--edits", str(tmp_path / "edits"), "--select", "TEST", "--partial", "--jobs", "2"]
        result = CliRunner().invoke(main, ["scrub", str(path), "-o", str(tmp_path / "out"), *arguments])
        assert result.exit_code == status
        assert f"in.837: a worker process was ended by {number}" in result.stderr
        assert names(tmp_path / "out") == []


def test_a_table_that_several_processes_read(tmp_path: Path) -> None:
    """An imported table that was open before processes were forked gives each of them the right rows."""
    day = date(2026, 4, 1)
    about = VintageInfo("mue", "medicare", "2026-04-01", day, CoveredDays(day, day), day, True, 0, "")
    rows = [TableRow(f"{number:05d}", day, day, f"{number} of many") for number in range(20_000)]
    store(tmp_path / "tables", about, rows, 1, partial=None)
    (vintage,) = stored_vintages(tmp_path / "tables")

    def is_right(start: int) -> bool:
        return all(list(vintage.rows(rows[at].key)) == [rows[at]] for at in range(start, 20_000, 23))

    processes: list[Forked] = []
    try:
        for _ in range(3):
            processes.append(Forked(is_right, processes))
        for start in range(23):
            for process in processes:
                process.ask(start)
            assert is_right(start)
            assert all(process.answer() for process in processes)
    finally:
        for process in processes:
            process.close()


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def waited_for(condition: Callable[[], bool]) -> bool:
    for _ in range(600):
        if condition():
            return True
        time.sleep(0.05)
    return False


def _as_from_a_terminal() -> None:
    """Take SIGHUP and SIGINT as usual, even if the tests run under nohup or in the background."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.mark.parametrize(
    ("number", "status", "told"),
    [
        (signal.SIGTERM, 128 + signal.SIGTERM, "stopped by SIGTERM; not finished"),
        (signal.SIGHUP, 128 + signal.SIGHUP, "stopped by SIGHUP; not finished"),
        (signal.SIGINT, 128 + signal.SIGINT, "stopped by SIGINT; not finished"),
        (signal.SIGKILL, -signal.SIGKILL, ""),
    ],
)
@pytest.mark.parametrize("jobs", [1, 3])
def test_a_signal_to_stop(
    number: signal.Signals, status: int, told: str, jobs: int, acting: Acting, tmp_path: Path
) -> None:
    """It ends all processes; of what is not finished nothing is left, unless the signal is SIGKILL."""
    acting('pass\n    Path(__file__).with_name(f"{os.getpid()}.pid").touch()\n    time.sleep(0.05)')
    path, out, edits = tmp_path / "in.837", tmp_path / "out", tmp_path / "edits"
    path.write_bytes(LARGE)
    command = [sys.executable, "-m", "scrubber", "scrub", str(path), "-o", str(out), "--edits", str(edits)]
    arguments = ["--select", "TEST", "--partial", "--jobs", str(jobs)]
    process = subprocess.Popen(
        [*command, *arguments],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=_as_from_a_terminal,  # noqa: PLW1509 - no other thread runs
    )
    try:
        assert waited_for(lambda: len([*edits.glob("*.pid")]) == jobs)
        pids = [int(path.stem) for path in edits.glob("*.pid")]
        process.send_signal(number)
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == status
    assert told in said.decode()
    assert b"Traceback" not in said
    assert waited_for(lambda: not any(is_running(pid) for pid in pids))
    if number != signal.SIGKILL:
        assert names(out) == []
