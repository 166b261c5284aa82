"""Signals that ask the program to stop: raised as an error, but never while something is half made."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from scrubber.errors import StoppedError

TO_STOP = tuple(
    signal.Signals[name] for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
)
_PATIENCE = 5.0
"""Seconds in which what is open is removed. Further signals do not interrupt that; later ones do again."""
_UNHANDLED = (signal.SIG_DFL, signal.default_int_handler)


class _Asked:
    """The signal that asked to stop, and when, by the clock of `time.monotonic`."""

    number = 0
    at = 0.0


_asked = _Asked()


@contextmanager
def stoppable() -> Iterator[None]:
    """Raise StoppedError when a signal asks to stop, so that nothing half made is left behind.

    A signal that is ignored, or that someone else handles, stays so.
    """
    if threading.current_thread() is threading.main_thread():
        _asked.number = 0
    with _handled_by(_stop):
        yield


@contextmanager
def ending_at_once() -> Iterator[None]:
    """Let a signal that asks to stop end the program at once, with its exit status and without a word.

    This is for the time in which modules are imported, when there is nothing to clean up: Python drops some
    errors that are raised then, and shows their traceback.
    """
    with _handled_by(_end):
        yield


def ignore_signals() -> None:
    """Ignore what asks to stop from now on. All is done; the exit status shall say how."""
    for which in _unhandled():
        signal.signal(which, signal.SIG_IGN)


@contextmanager
def _handled_by(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Give the signals that ask to stop a handler, unless they have another one than at the start."""
    unhandled = _unhandled()
    for which in unhandled:
        signal.signal(which, handler)
    try:
        yield
    finally:
        for which, before in unhandled.items():
            signal.signal(which, before)


def _unhandled() -> dict[signal.Signals, signal._HANDLER]:
    """Return the signals that nobody handles or ignores. In other threads signals are nobody's business."""
    if threading.current_thread() is not threading.main_thread():
        return {}
    before = {which: signal.getsignal(which) for which in TO_STOP}
    return {which: handler for which, handler in before.items() if handler in _UNHANDLED}


def _end(number: int, _frame: FrameType | None) -> None:
    os._exit(128 + number)


def _stop(number: int, _frame: FrameType | None) -> None:
    now = time.monotonic()
    if _asked.number and now - _asked.at < _PATIENCE:
        return
    _asked.number, _asked.at = number, now
    raise StoppedError(number)


def heed() -> None:
    """Raise StoppedError if a signal has asked to stop.

    Python drops an error that is raised while an object is finalized, so a run asks again between claims.
    """
    if _asked.number:
        raise StoppedError(_asked.number)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let signals that ask to stop wait until the block is done. On Windows they do not wait."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, TO_STOP)
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
