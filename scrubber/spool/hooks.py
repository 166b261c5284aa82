"""Commands that hear of events: a file is held, has failed, or lies in ``out/``.

They run next to the watch, which waits for none of them: each has a time limit, and what they do, say or
return changes nothing but a line in the log. They hear which job it is and where its files are, and nothing
of what is in them.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import structlog

from scrubber.engine.loading.watch_section import fill_in
from scrubber.errors import SpoolError

LONGEST = 60.0
"""Seconds after which a command is killed."""
_AT_A_TIME = 4
_MOST_WAITING = 10_000
_PASSED_ON = ("PATH", "HOME", "LANG", "TZ")
WAKE = 0.05
"""Seconds after which a watch should look again at commands that run."""


class Event(NamedTuple):
    """What happened to a job; ``path`` is the file or folder concerned, ``reports`` that of its reports."""

    name: str
    job: str
    path: Path
    reports: Path | None = None


@dataclass(slots=True)
class _Running:
    event: Event
    process: subprocess.Popen[bytes]
    until: float
    is_killed: bool = False


@dataclass(slots=True)
class Hooks:
    """The commands by event, those that run, and those that wait; call `advance` now and then."""

    commands: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    longest: float = LONGEST
    clock: Callable[[], float] = time.monotonic
    _waiting: deque[Event] = field(default_factory=deque)
    _running: list[_Running] = field(default_factory=list)
    _log: Any = field(default_factory=structlog.get_logger)

    def __post_init__(self) -> None:
        """Raise SpoolError for a command that is not there: better now than at the first held file."""
        for name, command in self.commands.items():
            if not os.access(command[0], os.X_OK) or Path(command[0]).is_dir():
                raise SpoolError(f"hook on {name}: {command[0]} cannot be run")

    @property
    def is_busy(self) -> bool:
        """True if a command runs or waits."""
        return bool(self._running or self._waiting)

    def tell(self, event: Event) -> None:
        """Have the command for this event run soon, if there is one."""
        if event.name not in self.commands:
            return
        if len(self._waiting) >= _MOST_WAITING:
            self._log.error("too many hooks wait: one is left out", job=event.job)
            return
        self._waiting.append(event)

    def advance(self) -> None:
        """Start what can start and end what takes too long; never wait."""
        for running in list(self._running):
            code = running.process.poll()
            if code is not None:
                self._running.remove(running)
                if code:
                    self._log.error("a hook failed", job=running.event.job, status=code)
            elif not running.is_killed and self.clock() >= running.until:
                running.is_killed = True
                self._log.error("a hook took too long", job=running.event.job)
                with suppress(ProcessLookupError):
                    os.killpg(running.process.pid, signal.SIGKILL)
        while self._waiting and len(self._running) < _AT_A_TIME:
            self._start(self._waiting.popleft())

    def leave_out(self) -> None:
        """Start no more of those that wait."""
        if self._waiting:
            self._log.error("stopped: hooks are left out", files=len(self._waiting))
        self._waiting.clear()

    def _start(self, event: Event) -> None:
        try:
            process = subprocess.Popen(  # noqa: S603 - the user's own command; no shell
                fill_in(self.commands[event.name], {"event": event.name, "job": event.job}),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env=_environment(event),
                start_new_session=True,
            )
        except OSError as error:
            self._log.error("a hook cannot be run", job=event.job, errno=error.errno)
            return
        self._running.append(_Running(event, process, self.clock() + self.longest))


def _environment(event: Event) -> dict[str, str]:
    """Return the variables of a command. Paths are here, where no other account can read them."""
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    told = {
        "SCRUBBER_EVENT": event.name,
        "SCRUBBER_JOB": event.job,
        "SCRUBBER_PATH": str(event.path),
        "SCRUBBER_REPORTS": str(event.reports or ""),
    }
    return passed_on | told
