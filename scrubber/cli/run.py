"""One run over several inputs at the command line: what is printed, and how it ends."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import structlog

from scrubber import log
from scrubber.cli.options import HELD, OK, TRY_LATER, USAGE
from scrubber.engine.policy import Policy
from scrubber.engine.result import ClaimResult
from scrubber.errors import InputChangedError, OutputExistsError, TableError, is_passing
from scrubber.pipeline.preflight import OnProgress
from scrubber.pipeline.scrub import RunProvenance
from scrubber.report.fan_out import Reporting
from scrubber.report.formats import FORMATS, Style
from scrubber.report.model import ClaimReport, FileReport
from scrubber.text import plain
from scrubber.x12.source import STANDARD_INPUT, Source, source_of_path, source_of_stream

_PROGRESS_FROM = 8 << 20  # bytes
FILE_WIDTH = 80
"""Characters of a line of text where it does not go to a terminal."""
Work = Callable[[Source, Callable[[ClaimReport, ClaimResult], None], OnProgress], FileReport]
"""What is done with an input, telling of each claim and of how far it is."""


def is_terminal() -> bool:
    """Whether a person reads standard output."""
    return sys.stdout.isatty()


def style_of(policy: Policy, options: Mapping[str, Any], *, diff: bool = False) -> Style:
    """How to print: in colours on a terminal only, and never where NO_COLOR is set."""
    on_terminal = is_terminal()
    return Style(
        edits=policy.rulebook.edits,
        masked=options["mask"],
        colour=on_terminal and not os.environ.get("NO_COLOR"),
        width=shutil.get_terminal_size().columns if on_terminal else FILE_WIDTH,
        quiet=options["quiet"],
        statistics=options["statistics"],
        diff=diff,
    )


@dataclass(slots=True)
class Run:
    """One run over several inputs: what is printed meanwhile, and the exit status at its end."""

    policy: Policy
    format: str
    style: Style
    verbose: bool = False
    _status: set[int] = field(default_factory=lambda: {OK})
    _basis: RunProvenance = field(default_factory=RunProvenance)
    _files: int = 0
    _reporting: Reporting = field(init=False)
    _log: Any = field(init=False)

    def __post_init__(self) -> None:
        log.configure(verbose=self.verbose)
        self._log = structlog.get_logger()
        self._reporting = Reporting([FORMATS[self.format].writer(sys.stdout.buffer, self.style)], self.style)

    def each(self, path: Path, work: Work) -> None:
        """Work on one input; an error concerns this input only."""
        self._files += 1
        started = time.monotonic()
        try:
            source = _open(path)
            with _progress(source) as progress:
                file = work(source, self._take, progress)
        except (OSError, InputChangedError, OutputExistsError, TableError) as error:
            self._fail(path, error)
            return
        self._reporting.file(file)
        counts = file.counts
        self._status.add(OK if file.verdict == "clean" else HELD)
        self._log.info(
            "file scrubbed", file_number=self._files, verdict=file.verdict, claims=counts.claims,
            accepted=counts.accepted, held=counts.held, seconds=round(time.monotonic() - started, 3),
        )  # fmt: skip

    def finish(self) -> int:
        """Print what is left and give the exit status: the gravest of all inputs."""
        self._reporting.finish(self._basis.report(self.policy))
        sys.stdout.buffer.flush()
        return next(code for code in (TRY_LATER, USAGE, HELD, OK) if code in self._status)

    def _take(self, claim: ClaimReport, judged: ClaimResult) -> None:
        self._basis.add(claim)
        self._reporting.claim(claim, judged)

    def _fail(self, path: Path, error: Exception) -> None:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        click.echo(f"scrubber: {plain(str(path))}: {plain(str(reason))}", err=True)
        self._status.add(TRY_LATER if is_passing(error) else USAGE)
        self._log.error("file failed", file_number=self._files, error=type(error).__name__)
        self._reporting.abandon()


def _open(path: Path) -> Source:
    if str(path) == STANDARD_INPUT:
        return source_of_stream(sys.stdin.buffer)
    return source_of_path(path)


@contextmanager
def _progress(source: Source) -> Iterator[OnProgress]:
    """A progress bar for long inputs where a person looks on."""
    size = source.size()
    if size < _PROGRESS_FROM or not sys.stderr.isatty():
        yield lambda _: None
        return
    # Every input is read twice: once for its envelopes, once for its claims.
    with click.progressbar(length=2 * size, label="scrubbing", file=sys.stderr) as bar:
        yield bar.update
