"""Progress on a terminal: how far a run is with its file, how fast, and how long it will still take."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO

from scrubber.text import counted, plain

_SHOWN_AFTER = 1.0
"""Seconds after which a run is worth a line."""
_EVERY = 0.2
_MEASURED_AFTER = 1.0
"""Seconds of evaluating claims after which a speed means something."""
_ESTIMATED_AFTER = 3.0
"""Seconds of evaluating claims before what is left is estimated: the first claims are the slowest."""
_MEGABYTE = 1e6
_LONGEST_NAME = 40


class Progress:
    """A line on a terminal that is written over and removed at the end.

    Every input is read twice. The first reading, for its envelopes, is many times as fast as the second one,
    in which claims are evaluated, so what is left is estimated from the second one alone.
    """

    def __init__(
        self, name: str, size: int, out: TextIO, width: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._name = plain(name)[-_LONGEST_NAME:]
        self._size = size
        self._out = out
        self._width = width
        self._clock = clock
        self._started = self._shown = clock()
        self._second: float | None = None  # when the second reading began
        self._read = 0
        self._claims = 0
        self._is_visible = False
        self._length = 0

    def bytes(self, count: int) -> None:
        """Count bytes that were read."""
        if self._second is None and self._read >= self._size:
            self._second = self._clock()
        self._read += count
        self._show()

    def claim(self) -> None:
        """Count a claim that was evaluated."""
        self._claims += 1
        self._show()

    def close(self) -> None:
        """Remove the line."""
        if self._is_visible:
            self._write("\r" + " " * self._length + "\r")
            self._is_visible = False

    def _show(self) -> None:
        now = self._clock()
        if now - self._started < _SHOWN_AFTER or now - self._shown < _EVERY:
            return
        previous = self._length if self._is_visible else 0
        text = self._text(now)[: max(1, self._width - 1)]
        self._write("\r" + text.ljust(previous))
        self._shown, self._is_visible, self._length = now, True, len(text)

    def _write(self, text: str) -> None:
        with suppress(OSError):  # a terminal that has gone away is no reason to stop
            self._out.write(text)
            self._out.flush()

    def _text(self, now: float) -> str:
        size = max(1, self._size)
        if self._second is None:
            return f"{self._name}: reading, {self._read * 100 // size}%"
        read, seconds = self._read - self._size, now - self._second
        text = f"{self._name}: {min(99, read * 100 // size)}%"
        if seconds >= _MEASURED_AFTER:
            text += f", {read / seconds / _MEGABYTE:.1f} MB/s"
            text += f", {counted(round(self._claims / seconds), 'claim')}/s"
        if seconds >= _ESTIMATED_AFTER and read > 0:
            text += f", about {_duration((self._size - read) / (read / seconds))} left"
        return text


def _duration(seconds: float) -> str:
    """Return a duration as one says it: no more exact than an estimate can be."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
