"""The progress line: an honest estimate, with speeds, and removed at the end."""

from __future__ import annotations

import io

from scrubber.cli.progress import Progress

SIZE = 10_000_000


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def _read(progress: Progress, clock: Clock, size: int, seconds: float, claims: int = 0) -> None:
    """Read so many bytes with so many claims, which takes so long."""
    progress.bytes(0)
    for _ in range(claims):
        progress.claim()
    clock.now += seconds
    progress.bytes(size)


def _line(out: io.StringIO) -> str:
    """Return what is on the line after all that was written."""
    return out.getvalue().split("\r")[-1].rstrip()


def test_the_estimate_is_of_what_takes_the_time() -> None:
    """At half of the second reading, what is left is what it has taken; the first one does not count."""
    out, clock = io.StringIO(), Clock()
    progress = Progress("batch.837", SIZE, out, 200, clock)
    _read(progress, clock, SIZE, 5)
    assert _line(out) == "batch.837: reading, 100%"
    _read(progress, clock, SIZE // 2, 100, claims=10_000)
    assert _line(out) == "batch.837: 50%, 0.1 MB/s, 100 claims/s, about 2 min left"
    _read(progress, clock, SIZE // 4, 50, claims=5_000)
    assert _line(out) == "batch.837: 75%, 0.1 MB/s, 100 claims/s, about 50 s left"


def test_nothing_is_claimed_before_it_can_be_known() -> None:
    """A short run has no line, and the beginning of a long one no speed and no estimate."""
    out, clock = io.StringIO(), Clock()
    progress = Progress("batch.837", SIZE, out, 200, clock)
    _read(progress, clock, SIZE, 0.9)
    assert out.getvalue() == ""
    _read(progress, clock, SIZE // 100, 0.9)
    assert _line(out) == "batch.837: 1%"
    _read(progress, clock, SIZE // 100, 1.1)
    assert _line(out) == "batch.837: 2%, 0.1 MB/s, 0 claims/s"


def test_the_line_is_removed_and_fits() -> None:
    """It is never as wide as the terminal, so it never wraps, and nothing of it stays."""
    out, clock = io.StringIO(), Clock()
    progress = Progress("a-very-long-name-of-a-batch-\x1b[31m.837", SIZE, out, 30, clock)
    _read(progress, clock, SIZE, 5)
    assert len(_line(out)) < 30
    assert "\x1b" not in out.getvalue()
    progress.close()
    assert _line(out) == ""
