"""A command-line run over one or more inputs: what it prints, and its exit status."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import click

from scrubber import log
from scrubber.cli.options import HELD, OK, TRY_LATER, USAGE
from scrubber.engine.finding import EditFailure
from scrubber.engine.policy import Policy
from scrubber.engine.steps import Step, deliver
from scrubber.errors import InputChangedError, OutputExistsError, TableError, WorkerError, is_passing
from scrubber.pipeline.preflight import OnProgress
from scrubber.report.fan_out import ReportSink
from scrubber.report.formats import FORMATS, Style
from scrubber.text import counted, plain
from scrubber.x12.source import STANDARD_INPUT, Source, source_of_path, source_of_stream

STOPPED = 128
"""The exit status after a signal that asks to stop is this and the signal's number."""
_PROGRESS_FROM = 8 << 20  # bytes
FILE_WIDTH = 80
"""Characters per line of text that is not printed to a terminal."""
Work = Callable[[Source, OnProgress], Generator[Step, None, None]]
"""A function that processes an input and yields its steps."""


def is_terminal() -> bool:
    """Return True if standard output is a terminal."""
    return sys.stdout.isatty()


def style_of(policy: Policy, options: Mapping[str, Any], *, diff: bool = False) -> Style:
    """Return the style for printing: in color only on a terminal, and never if NO_COLOR is set."""
    on_terminal = is_terminal()
    return Style(
        edits=policy.rulebook.edits,
        masked=options["mask"],
        color=on_terminal and not os.environ.get("NO_COLOR"),
        width=shutil.get_terminal_size().columns if on_terminal else FILE_WIDTH,
        quiet=options["quiet"],
        statistics=options["statistics"],
        diff=diff,
    )


class StoppedError(BaseException):
    """A signal asks to stop. No Exception: what catches the errors of an edit must not catch it."""

    def __init__(self, number: signal.Signals) -> None:
        super().__init__(number)
        self.number = number


@contextmanager
def stoppable() -> Iterator[None]:
    """Raise StoppedError when a signal asks to stop, so that nothing half done is left behind."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are not its business
        return

    def stop(number: int, _frame: object) -> None:
        raise StoppedError(signal.Signals(number))

    every = [signal.Signals[name] for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    unhandled = [which for which in every if signal.getsignal(which) == signal.SIG_DFL]
    for which in unhandled:
        signal.signal(which, stop)
    try:
        yield
    finally:
        for which in unhandled:
            signal.signal(which, signal.SIG_DFL)


class Run:
    """A run over one or more inputs: it prints their report, and ends with an exit status."""

    def __init__(
        self, policy: Policy, format_: str, style: Style, *, verbose: bool = False, debug: bool = False
    ) -> None:
        writer = FORMATS[format_].writer(sys.stdout.buffer, style)
        self._reports = ReportSink([writer], style, policy)
        self._verbose = verbose
        self._debug = debug
        self._status = {OK}
        self._files = 0

    def each(self, path: Path, work: Work) -> None:
        """Process one input; an error affects this input only."""
        self._files += 1
        started = time.monotonic()
        try:
            source = _open(path)
            with stoppable(), _progress(source) as progress, closing(work(source, progress)) as steps:
                done = deliver(steps, self._reports)
        except (OSError, InputChangedError, OutputExistsError, TableError, WorkerError) as error:
            self._fail(path, error)
            return
        except (KeyboardInterrupt, StoppedError) as stop:
            number = stop.number if isinstance(stop, StoppedError) else signal.SIGINT
            click.echo(f"scrubber: {plain(str(path))}: stopped by {number.name}; not finished", err=True)
            sys.exit(STOPPED + number)
        self._reports.file(done)
        verdict, counts = done.result.verdict, done.result.counts
        self._status.add(OK if verdict == "clean" else HELD)
        if self._verbose:
            log.logger(verbose=True).info(
                "file scrubbed", file_number=self._files, verdict=verdict, claims=counts.claims,
                accepted=counts.accepted, held=counts.held, seconds=round(time.monotonic() - started, 3),
            )  # fmt: skip

    def finish(self) -> int:
        """Print the end of the report and return the exit status: the most serious of all inputs."""
        self._reports.finish()
        sys.stdout.buffer.flush()
        failures = self._reports.provenance.failures
        if failures:
            self._status.add(USAGE)
            self._print_failures(failures)
        return next(code for code in (TRY_LATER, USAGE, HELD, OK) if code in self._status)

    def _print_failures(self, failures: Mapping[EditFailure, int]) -> None:
        """Name the edits that failed, with ``debug`` their tracebacks; never a value of a claim."""
        for failure, times in sorted(failures.items(), key=lambda item: str(item[0])):
            click.echo(f"scrubber: {plain(str(failure))} ({counted(times, 'time')})", err=True)
            if self._debug:
                click.echo("".join(f"    {plain(frame)}\n" for frame in failure.frames), nl=False, err=True)
        if not self._debug:
            click.echo("scrubber: claims on which an edit failed are held; --debug shows where", err=True)

    def _fail(self, path: Path, error: Exception) -> None:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        click.echo(f"scrubber: {plain(str(path))}: {plain(str(reason))}", err=True)
        self._status.add(TRY_LATER if is_passing(error) else USAGE)
        log.logger(verbose=self._verbose).error(
            "file failed", file_number=self._files, error=type(error).__name__
        )
        self._reports.abandon()


def _open(path: Path) -> Source:
    if str(path) == STANDARD_INPUT:
        return source_of_stream(sys.stdin.buffer)
    return source_of_path(path)


@contextmanager
def _progress(source: Source) -> Iterator[OnProgress]:
    """Show a progress bar for large inputs if standard error is a terminal."""
    size = source.size()
    if size < _PROGRESS_FROM or not sys.stderr.isatty():
        yield lambda _: None
        return
    # Every input is read twice: for its envelopes, then for its claims.
    with click.progressbar(length=2 * size, label="scrubbing", file=sys.stderr) as bar:
        yield bar.update
