"""What was measured, as it is kept, and what follows from it: rates, ratios, spreads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

from msgspec import Struct, field

MEGABYTE = 1_000_000
YARDSTICK = "pyx12"
SCRUBBER = "scrubber"
FLOOR = "split only"
SHORTEST = 0.05
"""seconds: what takes less cannot be told from the start-up"""


class Run(Struct, frozen=True):
    """One run of one program: seconds of CPU and of the clock, megabytes at most, its last word."""

    cpu: float
    wall: float
    peak: float
    said: str = ""
    failed: str = ""


class Series(Struct):
    """The runs of one program on one file, one a round; without any, ``problem`` says why."""

    program: str
    size: int
    claims: int
    runs: list[Run] = field(default_factory=list)
    missing: str = ""

    @property
    def problem(self) -> str:
        """Why there are no figures, if so."""
        failed = (run.failed for run in self.runs if run.failed)
        return self.missing or next(failed, "") or ("" if self.runs else "not run")

    @property
    def peak(self) -> float:
        """The most memory that a run took."""
        return max((run.peak for run in self.runs), default=0)


class File(Struct):
    """The programs on files of one kind."""

    kind: str
    series: list[Series]

    def of(self, program: str) -> Series:
        """Return the runs of a program."""
        return next(series for series in self.series if series.program == program)


class Stage(Struct):
    """CPU seconds of a part of the work, one a round."""

    name: str
    seconds: list[float] = field(default_factory=list)


class Stages(Struct):
    """The parts of the work on one file."""

    size: int
    claims: int
    stages: list[Stage]


class Machine(Struct):
    """Where it was measured."""

    system: str
    cpus: int
    python: str
    load: float


class Figures(Struct):
    """Everything that was measured by one command. A part that was left out is empty or None."""

    command: str
    date: str
    version: str
    seed: int
    machine: Machine
    startup: list[Series] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    sizes: list[Series] = field(default_factory=list)
    jobs: list[Series] | None = None
    stages: Stages | None = None

    def startup_of(self, program: str) -> float:
        """Return the CPU seconds that a program takes for a file of one claim."""
        runs = next((series.runs for series in self.startup if series.program == program), [])
        return median(run.cpu for run in runs) if runs else 0

    def seconds(self, series: Series) -> list[float]:
        """Return the CPU seconds of each run without those for starting up."""
        startup = self.startup_of(series.program)
        return [max(run.cpu - startup, 1e-6) for run in series.runs]

    def problem_of(self, series: Series) -> str:
        """Return why there is no speed, if so."""
        if not series.problem and min(self.seconds(series)) < SHORTEST:
            return f"too quick for a file of this size: less than {SHORTEST} s"
        return series.problem

    def ratios(self, file: File, program: str, to: str = YARDSTICK) -> Spread | None:
        """Return how many times as fast as another a program is, byte for byte, from round to round."""
        ours, theirs = file.of(program), file.of(to)
        if self.problem_of(ours) or self.problem_of(theirs):
            return None
        pairs = zip(self.seconds(ours), self.seconds(theirs), strict=True)
        return Spread.of(ours.size / own / (theirs.size / other) for own, other in pairs)

    def growth(self) -> Spread | None:
        """Return how many times as long the larger of the two sizes takes, from round to round."""
        if len(self.sizes) < 2 or any(series.problem for series in self.sizes):
            return None
        small, large = (self.seconds(series) for series in self.sizes)
        return Spread.of(more / less for less, more in zip(small, large, strict=True))

    def speedup(self) -> Spread | None:
        """Return how many times as soon two processes are done as one is, by the clock."""
        if not self.jobs or any(series.problem for series in self.jobs):
            return None
        one, two = (series.runs for series in self.jobs)
        return Spread.of(alone.wall / both.wall for alone, both in zip(one, two, strict=True))

    def peak(self) -> float | None:
        """Return the most memory that the scrubber took in one process, whatever the file."""
        runs = [file.of(SCRUBBER) for file in self.files] + self.sizes
        return max((series.peak for series in runs), default=None)


class Spread(NamedTuple):
    """The middle of several figures, and the ends."""

    middle: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        """Return the median, the least and the greatest."""
        found = list(values)
        return cls(median(found), min(found), max(found))


def microseconds(seconds: Sequence[float], claims: int) -> float:
    """Return the microseconds a claim, of the median round."""
    return median(seconds) / claims * 1e6
