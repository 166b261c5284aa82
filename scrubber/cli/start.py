"""What speeds up the start of a command."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_THRESHOLDS = (10_000, 10, 10)
"""A run makes many short-lived objects and remembers many long-lived ones: searching seldom is enough."""


@contextmanager
def loading() -> Iterator[None]:
    """Collect no garbage while modules, edits and tables are loaded; they stay and are not searched later."""
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
