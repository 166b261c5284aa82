"""What the tests of the promises share: a spool in memory, and reasons to skip."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from scrubber.spool.layout import Spool
from tests.promises.driver import CHILDREN
from tests.promises.scale import FIGURES


@pytest.fixture
def area() -> Iterator[Path]:
    """A folder for spools, in memory where there is one: only power cuts need a disk."""
    memory = Path("/dev/shm")
    parent = memory if os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="scrubber-promises-", dir=parent) as name:
        yield Path(name)


@pytest.fixture
def spool(area: Path) -> Spool:
    """An empty spool."""
    made = Spool(area / "spool")
    made.create()
    return made


@pytest.fixture(autouse=True)
def no_child_left() -> Iterator[None]:
    """A test that fails leaves no watch running."""
    yield
    while CHILDREN:
        with suppress(ProcessLookupError, ChildProcessError, AssertionError):
            CHILDREN.pop().end()


@pytest.fixture
def root() -> None:
    """For tests that mount file systems."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount file systems")


@pytest.fixture
def strace() -> None:
    """For tests that kill at a system call, or let it fail."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was measured."""
    for figure in FIGURES:
        terminalreporter.write_line(f"measured: {figure}")
