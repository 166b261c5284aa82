"""The page of figures, docs/performance.md: the tables, put into the text of ``page.md.txt``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from string import Template
from typing import NamedTuple

from bench.speed.figures import (
    FLOOR,
    MEGABYTE,
    SCRUBBER,
    YARDSTICK,
    Figures,
    File,
    Series,
    Spread,
    Stages,
    microseconds,
)
from bench.speed.programs import PEERS

TEXT = Path(__file__).with_name("page.md.txt")
NOT_MEASURED = "not measured"
LEFT_OUT = "Not measured in this run.\n"
PEAK_TARGET = 120
JOBS_TARGET = 1.7
LINEAR = 1.05
"""how much more than its share the larger of two files may take"""
Row = Sequence[str]


class Kind(NamedTuple):
    """A kind of file and how it is generated; ``target`` is how many times pyx12's speed is wanted."""

    key: str
    title: str
    about: str
    options: tuple[str, ...]
    target: float = 0


KINDS = (
    Kind(
        "lifelike",
        "Lifelike, a fault in 5% of claims",
        "practices, payers, fees, drugs and diagnoses repeat as in a day's billing, patients do not",
        ("--kind", "lifelike", "--fault-rate", "0.05"),
        25,
    ),
    Kind(
        "distinct",
        "Distinct claims",
        "no two claims have in common what can differ, so remembering does not help",
        ("--kind", "distinct"),
        15,
    ),
    Kind(
        "faulty",
        "Lifelike, a fault in every claim",
        "every claim is held, explained and reported",
        ("--kind", "lifelike", "--fault-rate", "1.0"),
        10,
    ),
    Kind(
        "kind",
        "One claim again and again",
        "only people and control numbers differ",
        ("--kind", "kind"),
    ),
    Kind(
        "clean",
        "Lifelike, no fault",
        "the file that every program should accept",
        ("--kind", "lifelike"),
    ),
)

PROGRAMS = {
    SCRUBBER: "`scrubber scrub` with all default outputs: the TR3 (SNIP 1 and 2), all edits, safe fixes, "
    "clean and held 837, 999, TA1, 277CA, JSON and text report",
    "pyx12": "`x12n_document` of pyx12: validates against the TR3 and writes nothing; this is 1x",
    "x12sdk": "`X12ModelReader` of x12sdk: turns each transaction set into validated Pydantic 2 models",
    "linuxforhealth-x12": "`X12ModelReader` of linuxforhealth-x12, which x12sdk continues: Pydantic 1 models",
    FLOOR: "a bare Python loop that splits the file at `~` and `*` and keeps nothing: the floor",
}

STAGES = {
    "split": "split into segments and elements, keep nothing: the floor",
    "read": "read segments",
    "preflight": "first reading: hash and envelopes",
    "walk": "second reading: segments, HL loops, claims",
    "evaluate": "both readings, and every claim evaluated; no outputs",
    "files": "+ clean and held 837",
    "acks": "+ 999, TA1, 277CA",
    "json": "+ JSON report",
    "text": "+ text report, printed",
    "whole": "everything that is written to the folder (no text report)",
}


def page_of(figures: Figures) -> str:
    """Return the page."""
    machine, stages = figures.machine, figures.stages
    values = {
        "date": figures.date,
        "command": figures.command,
        "version": figures.version,
        "system": machine.system,
        "cpus": str(machine.cpus),
        "python": machine.python,
        "load": f"{machine.load:.1f}",
        "seed": str(figures.seed),
        "versions": "; ".join(
            f"{peer.requirements[0]} ({', '.join(peer.requirements[1:])})".replace("==", " ")
            for peer in PEERS
            if peer.requirements
        ),
        "targets": _table(("what", "target", "measured", ""), _targets(figures)),
        "programs": _table(("program", "what it does"), list(PROGRAMS.items())),
        "kinds": "\n".join(f"- *{kind.title}*: {kind.about}." for kind in KINDS),
        "files": "\n".join(_file(figures, file) for file in figures.files) or f"## Files\n{LEFT_OUT}",
        "sizes": _sizes(figures) if figures.sizes else LEFT_OUT,
        "jobs": LEFT_OUT if figures.jobs is None else _jobs(figures.jobs),
        "stages_file": f"{_mb(stages.size)} ({stages.claims:,} claims)" if stages else "a file",
        "stages": _stages(stages) if stages else LEFT_OUT,
    }
    return Template(TEXT.read_text(encoding="utf-8")).substitute(values)


def _targets(figures: Figures) -> list[Row]:
    rows = []
    for kind in KINDS:
        if kind.target:
            file = next((file for file in figures.files if file.kind == kind.key), None)
            ratio = figures.ratios(file, SCRUBBER) if file else None
            rows.append(_at_least(f"{kind.title}: speed", kind.target, ratio))
    rows.append(_at_least("One file with `--jobs 2`: speed of one process", JOBS_TARGET, figures.speedup()))
    sizes = figures.sizes
    large, small = (sizes[1].size, sizes[0].size) if sizes else (100 * MEGABYTE, 10 * MEGABYTE)
    limit = LINEAR * large / small
    rows.append(
        _target(f"{_mb(large)}: time of {_mb(small)}", f"at most {limit:.1f}x", figures.growth(),
                lambda value: value <= limit)
    )  # fmt: skip
    peak = figures.peak()
    rows.append(
        ("Peak memory, any file, one process", f"at most {PEAK_TARGET} MB",
         *((f"{peak:.0f} MB", _met(peak <= PEAK_TARGET)) if peak else (NOT_MEASURED, "")))
    )  # fmt: skip
    return rows


def _at_least(what: str, target: float, spread: Spread | None) -> Row:
    return _target(what, f"at least {target:g}x", spread, lambda value: value >= target)


def _target(what: str, target: str, spread: Spread | None, is_met: Callable[[float], bool]) -> Row:
    return (what, target, _times(spread), _met(is_met(spread.middle)) if spread else "")


def _met(is_met: bool) -> str:
    return "met" if is_met else "**missed**"


def _file(figures: Figures, file: File) -> str:
    title = next(kind.title for kind in KINDS if kind.key == file.kind)
    head = ("program", "file", "start-up", "CPU s", "MB/s", "per claim", "speed", "peak memory", "outcome")
    return f"## {title}\n{_table(head, [_program(figures, file, series) for series in file.series])}"


def _program(figures: Figures, file: File, series: Series) -> Row:
    name, size = series.program, _mb(series.size)
    problem = figures.problem_of(series)
    if problem:
        return (name, size, *[""] * 6, _plain(problem))
    seconds, rate, per_claim, peak = _measured(figures, series)
    speed = "1x" if name == YARDSTICK else _times(figures.ratios(file, name))
    peak = "" if name == FLOOR else peak  # it is that of the measuring process
    start = f"{figures.startup_of(name):.2f}"
    return (name, size, start, seconds, rate, per_claim, speed, peak, _plain(series.runs[-1].said))


def _measured(figures: Figures, series: Series) -> tuple[str, str, str, str]:
    """Return seconds, rate, microseconds a claim and peak memory."""
    seconds = figures.seconds(series)
    middle = median(seconds)
    per_claim = microseconds(seconds, series.claims)
    return (
        f"{middle:.2f}",
        _figure(series.size / MEGABYTE / middle),
        f"{_figure(per_claim)} µs",
        f"{series.peak:.0f} MB",
    )


def _sizes(figures: Figures) -> str:
    rows = [
        (_mb(series.size), *([_plain(series.problem)] if series.problem else _measured(figures, series)))
        for series in figures.sizes
    ]
    return _table(("file", "CPU s", "MB/s", "per claim", "peak memory"), rows)


def _jobs(jobs: Sequence[Series]) -> str:
    rows: list[Row] = []
    for series in jobs:
        name, size = f"`{series.program}`", _mb(series.size)
        if series.problem:
            rows.append((name, size, _plain(series.problem)))
            continue
        wall = Spread.of(run.wall for run in series.runs)
        cpu = median(run.cpu for run in series.runs)
        rows.append((name, size, _spread(wall), f"{cpu:.2f}", f"{series.peak:.0f} MB"))
    return _table(("option", "file", "seconds by the clock", "CPU s of all processes", "peak memory"), rows)


def _stages(stages: Stages) -> str:
    found = {
        stage.name: Spread.of(seconds / stages.claims * 1e6 for seconds in stage.seconds)
        for stage in stages.stages
    }
    whole = found["whole"].middle
    rows: list[Row] = []
    for name, spread in found.items():
        rows.append((STAGES[name], _spread(spread), f"{spread.middle / whole:.0%}"))
        if name == "evaluate":
            rest = spread.middle - found["preflight"].middle - found["walk"].middle
            what = "of this, other than readings: TR3, claim model, edits, fixes"
            rows.append((what, _figure(rest), f"{rest / whole:.0%}"))
    return _table(("stage", "µs per claim", "share of everything written"), rows)


def _table(head: Row, rows: Sequence[Row]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join([*row, *[''] * (len(head) - len(row))])} |\n" for row in lines)


def _plain(text: str) -> str:
    """Return another program's text without what would break a table."""
    return text.replace("|", "/").replace("<", "&lt;")


def _times(spread: Spread | None) -> str:
    if spread is None:
        return NOT_MEASURED
    return f"{_figure(spread.middle)}x ({_figure(spread.low)} to {_figure(spread.high)})"


def _spread(spread: Spread) -> str:
    return f"{_figure(spread.middle)} ({_figure(spread.low)} to {_figure(spread.high)})"


def _figure(value: float) -> str:
    """Return a number with about three digits."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}" if value < 1 else f"{value:.1f}"


def _mb(size: int) -> str:
    return f"{size / MEGABYTE:.3g} MB"
