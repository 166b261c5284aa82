"""A command-line run over one or more inputs: what it prints, and its exit status."""

from __future__ import annotations

import errno
import io
import os
import shutil
import sys
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import click

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

from scrubber import log
from scrubber.cli.ending import (
    HELD,
    NO_MEMORY,
    OK,
    PARTIAL,
    STANDARD_OUTPUT,
    STOPPED,
    TRY_LATER,
    USAGE,
    internal,
    reason_of,
    say,
    signal_name,
)
from scrubber.cli.progress import Progress
from scrubber.engine.finding import EditFailure
from scrubber.engine.memory.evaluator import Evaluator
from scrubber.engine.policy import Policy
from scrubber.engine.steps import ClaimDone, FileDone, Step, deliver
from scrubber.errors import ScrubberError, StoppedError, is_passing
from scrubber.pipeline.preflight import OnProgress
from scrubber.report.fan_out import ReportSink
from scrubber.report.formats import FORMATS, Style, Writer
from scrubber.stopping import heed
from scrubber.text import counted, plain
from scrubber.x12.source import STANDARD_INPUT, Source, source_of_path, source_of_stream

FILE_WIDTH = 80
"""Characters per line of text that is not printed to a terminal."""
_NOTHING_HELD = ("clean", "partly_checked", "would_be_held")
Work = Callable[[Source, OnProgress], Generator[Step, None, None]]
"""A function that processes an input and yields its steps."""


def is_terminal() -> bool:
    """Return True if standard output is a terminal."""
    return sys.stdout.isatty()


def style_of(
    policy: Policy, options: Mapping[str, Any], *, diff: bool = False, for_file: bool = False
) -> Style:
    """Return the style of a report: in color only on a terminal, and never if NO_COLOR is set."""
    on_terminal = is_terminal() and not for_file
    return Style(
        edits=policy.rulebook.edits,
        masked=options["mask"],
        color=on_terminal and not os.environ.get("NO_COLOR"),
        width=shutil.get_terminal_size().columns if on_terminal else FILE_WIDTH,
        quiet=options["quiet"],
        statistics=options["statistics"],
        diff=diff,
    )


class _Printed(io.RawIOBase):
    """Standard output. An error in writing to it says so."""

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        with _printing():
            return sys.stdout.buffer.write(data)

    def flush(self) -> None:
        with _printing():
            sys.stdout.buffer.flush()


@contextmanager
def _printing() -> Iterator[None]:
    """Name standard output in an error of the system, which names nothing."""
    try:
        yield
    except OSError as error:
        error.filename = STANDARD_OUTPUT
        raise


class Run:
    """A run over one or more inputs: it writes their report, and ends with an exit status.

    The report goes to the file ``out``, called ``name``, or to ``writer``; otherwise it is printed. There is
    one ``evaluator`` for all inputs: what it learns of one helps with the next.
    """

    def __init__(
        self,
        policy: Policy,
        format_: str,
        style: Style,
        *,
        out: BinaryIO | None = None,
        name: str = STANDARD_OUTPUT,
        writer: Writer | None = None,
        verbose: bool = False,
        debug: bool = False,
    ) -> None:
        self.evaluator = Evaluator(policy)
        self._out: BinaryIO = out or cast("BinaryIO", io.BufferedWriter(_Printed()))
        self._reports = ReportSink([writer or FORMATS[format_].writer(self._out, style)], style, policy)
        self._verbose = verbose
        self._debug = debug
        self._name = name
        self._is_report_only = policy.is_report_only
        self._status = {PARTIAL if policy.rulebook.is_narrowed else OK}
        self._files = 0
        self._is_done = False

    def each(self, path: Path, work: Work, *, writes: bool = False) -> bool:
        """Process one input; return False if it could not be done, which affects this input only.

        With the last step of work that ``writes``, its outputs are complete.
        """
        self._files += 1
        started = time.monotonic()
        self._is_done = False
        try:
            source = _open(path)
            with _progress(source) as progress, closing(work(source, progress.bytes)) as steps:
                done = deliver(self._watched(steps, progress), self._reports)
            self._reports.file(done)
        except StoppedError as stop:
            state = "its outputs are complete" if writes and self._is_done else "not finished"
            say(f"{path}: stopped by {signal_name(stop.number)}; {state}")
            sys.exit(STOPPED + stop.number)
        except Exception as error:  # whatever is wrong with one input, the others are done
            if isinstance(error, OSError) and error.filename == self._name:
                raise
            self._fail(path, error)
            return False
        verdict, counts = done.result.verdict, done.result.counts
        self._status.add(OK if verdict in _NOTHING_HELD else HELD)
        if self._verbose:
            log.logger(verbose=True).info(
                "file scrubbed", file_number=self._files, verdict=verdict, claims=counts.claims,
                accepted=counts.accepted, held=counts.held, seconds=round(time.monotonic() - started, 3),
            )  # fmt: skip
        return True

    def finish(self) -> int:
        """Write the end of the report and return the exit status: the most serious of all inputs."""
        self._reports.finish()
        self._out.flush()
        failures = self._reports.provenance.failures
        if failures:
            self._status.add(USAGE)
            self._print_failures(failures)
        return next(code for code in (TRY_LATER, USAGE, HELD, PARTIAL, OK) if code in self._status)

    def _watched(self, steps: Iterator[Step], progress: Progress | _NoProgress) -> Iterator[Step]:
        for step in steps:
            heed()
            if isinstance(step, ClaimDone):
                progress.claim()
            elif isinstance(step, FileDone):
                self._is_done = True
            yield step

    def _print_failures(self, failures: Mapping[EditFailure, int]) -> None:
        """Name the edits that failed, with ``debug`` their tracebacks; never a value of a claim."""
        for failure, times in sorted(failures.items(), key=lambda item: str(item[0])):
            say(f"{failure} ({counted(times, 'time')})")
            if self._debug:
                click.echo("".join(f"    {plain(frame)}\n" for frame in failure.frames), nl=False, err=True)
        if not self._debug:
            are = "would be" if self._is_report_only else "are"
            say(f"claims on which an edit failed {are} held; --debug shows where")

    def _fail(self, path: Path, error: Exception) -> None:
        if isinstance(error, OSError):
            reason = reason_of(error) if error.filename != str(path) else str(error.strerror)
        elif isinstance(error, MemoryError):
            reason = NO_MEMORY
        else:
            reason = str(error) if isinstance(error, ScrubberError) else internal(error)
        say(f"{path}: {reason}")
        self._status.add(TRY_LATER if is_passing(error) else USAGE)
        if self._verbose:
            log.logger(verbose=True).error("file failed", file_number=self._files, error=type(error).__name__)
        self._reports.abandon()


def _open(path: Path) -> Source:
    if str(path) != STANDARD_INPUT:
        return source_of_path(path)
    if sys.stdin is None:
        raise OSError(errno.EBADF, "standard input is closed")
    return source_of_stream(sys.stdin.buffer)


class _NoProgress:
    """Where there is no terminal, progress is not shown."""

    def bytes(self, count: int) -> None:
        """Do nothing."""

    def claim(self) -> None:
        """Do nothing."""


@contextmanager
def _progress(source: Source) -> Iterator[Progress | _NoProgress]:
    """Show progress if standard error is a terminal."""
    if not sys.stderr.isatty():
        yield _NoProgress()
        return
    width = shutil.get_terminal_size().columns
    with closing(Progress(source.name, source.size(), sys.stderr, width)) as progress:
        yield progress
