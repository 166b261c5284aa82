"""Measure one stage of the work on one file, in CPU seconds, in a process of its own.

    python bench/speed/stages.py STAGE FILE

A process measures one stage only: a second one would find warm caches. Edits, tables and the TR3 are loaded
before, with a small file. Stages are the reader, the walk, ``preflight``, ``scrub_source`` and the sinks, as
the rest of the scrubber calls them. A sink is timed step by step while ``scrub_source`` runs.
"""

from __future__ import annotations

import gc
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

import scrubber
from bench.speed.read_with import split
from scrubber.acks.writer import Acknowledger, Streams
from scrubber.claim.walk import walk
from scrubber.engine.policy import Policy
from scrubber.engine.steps import FileDone, Sink
from scrubber.files.split import Split
from scrubber.pipeline.preflight import preflight
from scrubber.pipeline.scrub import scrub_source
from scrubber.report.fan_out import ReportSink
from scrubber.report.formats import FORMATS, Style
from scrubber.x12 import read_pieces
from scrubber.x12.envelope import envelope_events
from scrubber.x12.source import source_of_path

AS_OF = date(2026, 6, 30)
ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLE = ROOT / "fixtures" / "837" / "broken" / "example.837"
Measure = Callable[[Path, Policy], float]


def main() -> None:
    """Load what is needed, measure, print the seconds."""
    stage, path = sys.argv[1:]
    with tempfile.TemporaryDirectory() as empty:
        policy = scrubber.make_policy(tables=empty, as_of=AS_OF)
        STAGES[stage](EXAMPLE, policy)
        gc.collect()
        print(STAGES[stage](Path(path), policy))


def seconds_of(work: Iterable[object]) -> float:
    """Return the seconds until an iterable is exhausted."""
    started = time.process_time()
    for _ in work:
        pass
    return time.process_time() - started


def split_only(path: Path, _: Policy) -> float:
    """Return the seconds of the bare loop."""
    started = time.process_time()
    split(path)
    return time.process_time() - started


def read(path: Path, _: Policy) -> float:
    """Return the seconds of reading segments."""
    with source_of_path(path).open() as reader:
        return seconds_of(read_pieces(reader))


def first_reading(path: Path, policy: Policy) -> float:
    """Return the seconds of the first reading."""
    started = time.process_time()
    preflight(source_of_path(path), policy)
    return time.process_time() - started


def second_reading(path: Path, _: Policy) -> float:
    """Return the seconds of the second reading, up to the walk."""
    with source_of_path(path).open() as reader:
        return seconds_of(walk(envelope_events(read_pieces(reader)), lambda _: False))


def evaluation(path: Path, policy: Policy) -> float:
    """Return the seconds of both readings and of evaluating all claims."""
    return seconds_of(scrub_source(source_of_path(path), policy))


def whole(path: Path, policy: Policy) -> float:
    """Return the seconds of everything that goes into a folder."""
    with tempfile.TemporaryDirectory() as folder:
        return seconds_of(scrubber.scrub_iter(path, folder, policy=policy))


def sink(make: Callable[[Policy], Sink]) -> Measure:
    """Return what measures the seconds that a sink takes."""

    def measure(path: Path, policy: Policy) -> float:
        one, total, steps = make(policy), 0.0, 0
        clock = time.process_time
        for step in scrub_source(source_of_path(path), policy):
            started = clock()
            if not isinstance(step, FileDone):
                step.to(one)
            elif isinstance(one, ReportSink):
                one.file(step)
                one.finish()
            total += clock() - started
            steps += 1
        return total - steps * _clock_seconds()

    return measure


def _clock_seconds(times: int = 10_000) -> float:
    """Return what reading the clock adds to each step."""
    clock, total = time.process_time, 0.0
    for _ in range(times):
        started = clock()
        total += clock() - started
    return total / times


def _file() -> BinaryIO:
    return tempfile.TemporaryFile()


def _report(name: str) -> Callable[[Policy], Sink]:
    def make(policy: Policy) -> Sink:
        style = Style(policy.rulebook.edits)
        return ReportSink([FORMATS[name].writer(_file(), style)], style, policy)

    return make


STAGES: dict[str, Measure] = {
    "split": split_only,
    "read": read,
    "preflight": first_reading,
    "walk": second_reading,
    "evaluate": evaluation,
    "files": sink(lambda _: Split(_file(), _file())),
    "acks": sink(lambda _: Acknowledger(Streams(_file(), _file(), _file()), datetime(2026, 6, 30))),  # noqa: DTZ001
    "json": sink(_report("json")),
    "text": sink(_report("text")),
    "whole": whole,
}

if __name__ == "__main__":
    main()
