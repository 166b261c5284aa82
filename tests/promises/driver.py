"""Watches in forked processes: a start costs milliseconds, since everything is loaded already.

A process can put itself under strace, to be killed or to see an error at one of its system calls, and can
report every step that it takes on the file system through a pipe.
"""

from __future__ import annotations

import ctypes
import errno
import faulthandler
import gc
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from scrubber import log
from scrubber.engine.history import History
from scrubber.errors import SpoolBusyError, SpoolError, TableError
from scrubber.pipeline.forked import die_with
from scrubber.spool.jobs.intake import Job
from scrubber.spool.jobs.job_files import JobVerdict
from scrubber.spool.layout import Spool
from scrubber.spool.settings import Settings
from scrubber.spool.watch import Watch
from scrubber.spool.work.foreman import TroubleError
from scrubber.spool.work.worker import Decide

FINE, HELD, REFUSED, UNTYPED, LATER = 0, 1, 2, 70, 75
AT_ONCE = Settings(quiet=0, pauses=(0, 0), interval=0.05)
"""Nothing is waited for."""

_SET_PTRACER, _ANYONE = 0x59616D61, ctypes.c_ulong(-1)
_STEPS = frozenset({"open", "os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.link", "sqlite3.connect"})


CHILDREN: list[Child] = []
"""All that were forked: what a failed test leaves running is ended."""


@dataclass(slots=True)
class Child:
    """A forked process; ``code`` is its exit status once `wait` has seen it, or minus a signal."""

    pid: int
    log: Path
    code: int | None = None

    def wait(self) -> int:
        """Until it ends; an error that nobody has foreseen is raised here with its traceback."""
        if self.code is None:
            _, status = os.waitpid(self.pid, 0)
            self.code = os.waitstatus_to_exitcode(status)
        if self.code == UNTYPED:
            raise AssertionError(self.log.read_text(encoding="utf-8"))
        return self.code

    def signal(self, number: int) -> None:
        """Send it a signal, if it is still there."""
        if self.code is None:
            os.kill(self.pid, number)

    def end(self) -> None:
        """Kill it, whatever it is at."""
        self.signal(signal.SIGKILL)
        self.wait()


def fork(run: Callable[[], int], log_file: Path, most_seconds: int = 0) -> Child:
    """Call ``run`` in a process of its own and end with what it gives, or as the command line ends.

    One that should end at once and does not is killed after ``most_seconds``.
    """
    gc.freeze()
    parent = os.getpid()
    pid = os.fork()
    if pid:
        child = Child(pid, log_file)
        CHILDREN.append(child)
        return child
    code = UNTYPED
    try:
        die_with(parent)
        handle = os.open(log_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(handle, 1)
        os.dup2(handle, 2)
        sys.stdout, sys.stderr = open(1, "w", closefd=False), open(2, "w", closefd=False)  # noqa: SIM115
        faulthandler.disable()
        signal.alarm(most_seconds)
        log.configure(verbose=False)
        code = run()
    except (SpoolBusyError, TroubleError, OSError):
        code = LATER
    except (SpoolError, TableError) as error:
        print(error)  # noqa: T201 - for the log
        code = REFUSED
    except BaseException:  # noqa: BLE001 - the process must not return into the tests
        traceback.print_exc()
    finally:
        with suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def watch(
    root: Path,
    decide: Decide,
    settings: Settings = AT_ONCE,
    *,
    once: bool = True,
    done: Callable[[], None] = lambda: None,
) -> int:
    """Run a watch in this process until all is done, or until SIGTERM."""
    run = Watch(Spool(root), decide, settings, done=lambda _job, _outcome: done())
    signal.signal(signal.SIGTERM, run.stop)
    (run.once if once else run.forever)()
    return HELD if run.totals.needs_a_person else FINE


def run_once(root: Path, decide: Decide, log_file: Path, settings: Settings = AT_ONCE) -> int:
    """A single run in a process of its own, undisturbed."""
    return fork(lambda: watch(root, decide, settings), log_file).wait()


def trace_me(calls: str, log_file: Path, injection: str = "") -> None:
    """Put the calling process under strace from here on, without its children.

    ``injection`` is of strace's kind, ``rename:signal=SIGKILL:when=3``; the calls are written to the log.
    """
    ctypes.CDLL(None).prctl(_SET_PTRACER, _ANYONE, 0, 0, 0)
    command = ["strace", "-o", str(log_file), "-e", f"trace={calls}", "-e", "signal=none"]
    command += ["-e", f"inject={injection}"] if injection else []
    tracer = subprocess.Popen(
        [*command, "-p", str(os.getpid())], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    assert tracer.stderr
    said = tracer.stderr.readline()
    if b"attached" not in said:
        raise RuntimeError(said.decode())
    _TRACERS.append(tracer)  # its pipe must stay open


_TRACERS: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True, slots=True)
class FirstTraced:
    """Decides as ``decide`` does; the first worker that is started puts itself under strace before.

    Each worker that begins leaves a byte in ``begun``.
    """

    decide: Decide
    calls: str
    log_file: Path
    begun: Path
    injection: str = ""

    def __call__(self, job: Job, history: History) -> JobVerdict:
        """Work, perhaps not to the end."""
        with self.begun.open("ab") as stream:
            stream.write(b".")
        with suppress(FileExistsError):
            os.close(os.open(self.log_file, os.O_CREAT | os.O_EXCL, 0o600))
            trace_me(self.calls, self.log_file, self.injection)
        return self.decide(job, history)


def report_steps(pipe: int) -> None:
    """From here on this process and its workers write a byte for every step on the file system."""
    os.set_blocking(pipe, False)

    def step() -> None:
        with suppress(BlockingIOError, BrokenPipeError):
            os.write(pipe, b".")

    on_steps(step)


def on_steps(step: Callable[[], None]) -> None:
    """Call ``step`` right before every step that this process and its workers take on the file system."""
    sync = os.fsync

    def audited(event: str, _arguments: tuple[object, ...]) -> None:
        if event in _STEPS:
            step()

    def fsync(handle: int) -> None:
        step()
        sync(handle)

    os.fsync = fsync  # type: ignore[assignment] # only in a forked process
    sys.addaudithook(audited)


def count_steps(run: Callable[[], int], log_file: Path) -> int:
    """How many steps a run takes."""
    reading, writing = os.pipe()

    def report_and_run() -> int:
        report_steps(writing)
        return run()

    child = fork(report_and_run, log_file)
    os.close(writing)
    count = read_steps(reading, 1 << 30)
    os.close(reading)
    child.wait()
    return count


def read_steps(pipe: int, count: int) -> int:
    """Wait for so many bytes, or for the end of all who could write more; gives how many came."""
    seen = 0
    while seen < count:
        try:
            chunk = os.read(pipe, count - seen)
        except OSError as error:
            if error.errno == errno.EINTR:
                continue
            raise
        if not chunk:
            break
        seen += len(chunk)
    return seen
