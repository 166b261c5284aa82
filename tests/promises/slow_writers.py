"""Slow senders, each a process of its own: they write in pieces with pauses between, in one of four ways."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

_LONGEST_PAUSE = 0.03
_LONG_PAUSE = 0.3
"""Between two interchanges."""
_PIECES = 12


def append(target: Path, pieces: Iterator[bytes]) -> None:
    """With the file open all the time."""
    with target.open("ab", buffering=0) as stream:
        for piece in pieces:
            stream.write(piece)


def append_and_close(target: Path, pieces: Iterator[bytes]) -> None:
    """Closing the file after each piece."""
    for piece in pieces:
        with target.open("ab", buffering=0) as stream:
            stream.write(piece)


def part_then_rename(target: Path, pieces: Iterator[bytes]) -> None:
    """Under the name of an unfinished file, renamed in the end."""
    part = target.with_name(target.name + ".part")
    append_and_close(part, pieces)
    part.rename(target)


def hidden_then_rename(target: Path, pieces: Iterator[bytes]) -> None:
    """As rsync does: under a hidden name with random letters behind it."""
    part = target.with_name(f".{target.name}.Xa{os.getpid()}")
    append(part, pieces)
    part.rename(target)


KINDS: tuple[Callable[[Path, Iterator[bytes]], None], ...] = (
    append,
    append_and_close,
    part_then_rename,
    hidden_then_rename,
)


CLOSING = KINDS.index(append_and_close)
"""Between two pieces of such a sender nobody has the file open: only the end of its text tells."""


def slowly(raw: bytes, seed: int) -> Iterator[bytes]:
    """The pieces of a file, with pauses between, a long one where an interchange ends."""
    chance = random.Random(seed)
    ends = {raw.index(b"~", raw.index(b"\nIEA*")) + 1} - {len(raw)}
    cuts = sorted({*chance.sample(range(1, len(raw)), _PIECES - 1), *ends})
    for start, end in zip([0, *cuts], [*cuts, len(raw)], strict=True):
        time.sleep(_LONG_PAUSE if start in ends else chance.uniform(0, _LONGEST_PAUSE))
        yield raw[start:end]
