"""Damage files and judge what comes of them, for as long as asked.

``python -m tests.laws.check_laws --files 3000 --seed 1`` prints how many files were judged and how often each
law is broken, and writes the smallest file that breaks it into ``build/laws``.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.support.damages import damaged_files
from tests.support.judge837 import Outputs, judge
from tests.support.running import run, shipped

BUILD = Path(__file__).resolve().parents[2] / "build" / "laws"
_BATCH = 100
_SEGMENT = re.compile(rb"[^~\n'!]*[~\n'!]?[\r\n]*")


def broken_laws(raw: bytes) -> list[str]:
    """Scrub a file with the shipped edits and without fixes, and return the laws that this breaks."""
    result = run(raw, shipped())
    acks = (result.acks.get(f"input.{suffix}") for suffix in ("999", "ta1", "277"))
    return judge(raw, Outputs(result.clean, result.held, *acks), is_clean=True)


def law_of(problem: str) -> str:
    """Return a problem without what is particular to a file."""
    return re.sub(r"b'[^']*'|\bCLM\d+|\b[0-9/]+\b", "…", problem)


def files_of(count: int, seed_: int) -> Iterator[bytes]:
    """Yield so many damaged files; the same ones for a seed."""
    for at in range(0, count, _BATCH):
        yield from _drawn(min(_BATCH, count - at), seed_ * 1_000_003 + at)


def _drawn(count: int, seed_: int) -> list[bytes]:
    drawn: list[bytes] = []

    @seed(seed_)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(damaged_files())
    def draw(raw: bytes) -> None:
        drawn.append(raw)

    draw()
    return drawn


def shrunk(raw: bytes, is_it: Callable[[bytes], bool]) -> bytes:
    """Return the file with as many segments left out as possible while it still is what it is."""
    parts = _SEGMENT.findall(raw)
    size = len(parts) // 2
    while size:
        at = 0
        while at < len(parts):
            fewer = [*parts[:at], *parts[at + size :]]
            if is_it(b"".join(fewer)):
                parts = fewer
            else:
                at += size
        size //= 2
    return b"".join(parts)


def main(arguments: Sequence[str]) -> int:
    """Judge the files, print what was found, and return 1 if a law is broken."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args(arguments)
    say = partial(print, flush=True)
    started, count, size = time.monotonic(), 0, 0
    times: Counter[str] = Counter()
    smallest: dict[str, bytes] = {}
    for raw in files_of(chosen.files, chosen.seed):
        count, size = count + 1, size + len(raw)
        for law in {law_of(problem) for problem in broken_laws(raw)}:
            times[law] += 1
            smallest[law] = min(smallest.get(law, raw), raw, key=len)
    minutes = (time.monotonic() - started) / 60
    say(f"{count} files, {size} bytes, {minutes:.1f} minutes, {sum(times.values())} broken laws")
    BUILD.mkdir(parents=True, exist_ok=True)
    for law, found in times.most_common():
        small = shrunk(smallest[law], lambda raw, law=law: law in map(law_of, broken_laws(raw)))  # type: ignore[misc]
        path = BUILD / f"{hashlib.sha256(law.encode()).hexdigest()[:8]}.837"
        path.write_bytes(small)
        say(f"{found:6} {law}\n       {path}, {len(small)} bytes")
    return 1 if times else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
