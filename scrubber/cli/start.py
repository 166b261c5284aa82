"""The start of a command: quick, and without a traceback if it is stopped."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from scrubber.stopping import ending_at_once

_THRESHOLDS = (10_000, 10, 10)
"""A run makes many short-lived objects and remembers many long-lived ones: searching seldom is enough."""


@contextmanager
def loading() -> Iterator[None]:
    """Load modules, edits and tables, which stay, without collecting garbage; a signal ends that at once."""
    with ending_at_once(), _uncollected():
        yield


@contextmanager
def _uncollected() -> Iterator[None]:
    """Collect no garbage in the block, and do not search later what stays of it."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        if not gc.get_freeze_count():  # once a process: what was dropped since would stay, too
            gc.freeze()
        gc.set_threshold(*_THRESHOLDS)
        gc.enable()
