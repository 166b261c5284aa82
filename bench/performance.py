"""Measure how fast the scrubber is, beside other programs, and write docs/performance.md.

    python bench/performance.py [--write] [--rounds 5] [--mb 20] [--peer-mb 1] [--only files]

Prints the page; with ``--write`` it replaces docs/performance.md. Peers are installed by pip into virtual
environments of their own, once. Programs take turns: each round runs every program on every file. Figures
are kept in build/performance.json; ``--again`` makes the page from them without measuring. The machine should
have nothing else to do.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import msgspec
import platformdirs

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.speed import programs
from bench.speed.figures import (
    FLOOR,
    SCRUBBER,
    Figures,
    File,
    Machine,
    Run,
    Series,
    Stage,
    Stages,
)
from bench.speed.page import KINDS, STAGES, page_of
from scrubber.version import __version__

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
KEPT = ROOT / "build" / "performance.json"
PARTS = ("files", "sizes", "jobs", "stages")
SEED = 1


def main() -> None:
    """Measure, keep the figures, print the page."""
    wanted = _parser().parse_args()
    if not wanted.again:
        KEPT.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory() as folder:
            for figures in Meter(wanted, Path(folder)).measure():
                KEPT.write_bytes(msgspec.json.format(msgspec.json.encode(figures), indent=1))
    page = page_of(msgspec.json.decode(KEPT.read_bytes(), type=Figures))
    print(page, end="")
    if wanted.write:
        PAGE.write_text(page, encoding="utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    parser.add_argument("--again", action="store_true", help="make the page of the figures kept, only")
    parser.add_argument("--only", choices=PARTS, action="append", help="measure this part only; may repeat")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--mb", type=float, default=20, help="size of the scrubber's files, in 10**6 bytes")
    parser.add_argument("--peer-mb", type=float, default=1, help="size of the files for pyx12 and models")
    parser.add_argument("--stage-mb", type=float, default=5, help="size of the file for the stages")
    parser.add_argument("--sizes", type=float, nargs=2, default=[10, 100], metavar=("MB", "MB"))
    parser.add_argument("--size-rounds", type=int, default=3, help="rounds of the two sizes")
    parser.add_argument("--envs", type=Path, help="where peers are installed; by default, a cache folder")
    return parser


class Meter:
    """Generates files, runs programs on them in turn, and collects what they took."""

    def __init__(self, wanted: argparse.Namespace, folder: Path) -> None:
        self.wanted = wanted
        self.folder = folder
        envs = wanted.envs or platformdirs.user_cache_path("scrubber837") / "peers"
        parts = wanted.only or PARTS
        self.parts = [part for part in PARTS if part in parts]
        self.peers = {peer.name: peer for peer in programs.PEERS} if "files" in self.parts else {}
        self.pythons: dict[str, str] = {}
        self.missing: dict[str, str] = {}
        for name, peer in self.peers.items():
            try:
                self.pythons[name] = programs.python_of(peer, envs.absolute())
            except programs.NotInstalledError as error:
                self.missing[name] = f"not installed: {error}"
        self.figures = Figures(
            command=_command(wanted),
            date=date.today().isoformat(),  # noqa: DTZ011 - the day where it runs
            version=__version__,
            seed=SEED,
            machine=Machine(
                f"{platform.system()} {platform.machine()}",
                os.cpu_count() or 1,
                platform.python_version(),
                os.getloadavg()[0],
            ),
        )

    def measure(self) -> Iterator[Figures]:
        """Measure the parts that are wanted; yield what is there after each."""
        self.startup()
        for part in self.parts:
            getattr(self, part)()
            yield self.figures

    def generate(self, name: str, megabytes: float, options: Sequence[str]) -> Path:
        """Write a file of ``lifelike.py``; the process of its own keeps this one small."""
        path = self.folder / f"{name}-{megabytes:g}.837"
        if not path.exists():
            command = [sys.executable, str(ROOT / "bench" / "lifelike.py"), "--seed", str(SEED)]
            command += ["--mb", str(megabytes), "--out", str(path), *options]
            subprocess.run(command, check=True, capture_output=True)
        return path

    def startup(self) -> None:
        """Run every program on a file of one claim."""
        tiny = self.generate("one claim", 0.0001, ())
        self.figures.startup = [self.series(name, tiny) for name in (SCRUBBER, *self.peers)]
        self.take_turns("start-up", self.wanted.rounds, [(one, tiny) for one in self.figures.startup])

    def files(self) -> None:
        """Run every program on a file of each kind: the scrubber and the floor on a large one."""
        turns = []
        for kind in KINDS:
            large = self.generate(kind.key, self.wanted.mb, kind.options)
            slice_ = self.generate(kind.key, self.wanted.peer_mb, kind.options)
            paths = {SCRUBBER: large, FLOOR: large}
            names = (SCRUBBER, *self.peers)
            file = File(kind.key, [self.series(name, paths.get(name, slice_)) for name in names])
            self.figures.files.append(file)
            turns += [(one, paths.get(one.program, slice_)) for one in file.series]
        self.take_turns("files", self.wanted.rounds, turns)

    def sizes(self) -> None:
        """Scrub a small and a large file."""
        paths = [self.generate(KINDS[0].key, size, KINDS[0].options) for size in self.wanted.sizes]
        self.figures.sizes = [self.series(SCRUBBER, path) for path in paths]
        turns = list(zip(self.figures.sizes, paths, strict=True))
        self.take_turns("sizes", self.wanted.size_rounds, turns)

    def jobs(self) -> None:
        """Scrub one file with one process and with two, if this version can."""
        path = self.generate(KINDS[0].key, self.wanted.mb, KINDS[0].options)
        help_text = subprocess.run(
            [sys.executable, "-m", "scrubber", "scrub", "--help"], check=True, capture_output=True, cwd=ROOT
        ).stdout
        if b"--jobs" in help_text:
            self.figures.jobs = [self.series(f"--jobs {count}", path) for count in (1, 2)]
            self.take_turns("jobs", self.wanted.rounds, [(one, path) for one in self.figures.jobs])

    def stages(self) -> None:
        """Measure each stage of the work in a process of its own."""
        path = self.generate(KINDS[0].key, self.wanted.stage_mb, KINDS[0].options)
        stages = [Stage(key) for key in STAGES]
        self.figures.stages = Stages(path.stat().st_size, claims_in(path), stages)
        script = str(ROOT / "bench" / "speed" / "stages.py")
        for number in range(self.wanted.rounds):
            print(f"stages: round {number + 1}", file=sys.stderr)
            for stage in stages:
                run = programs.run([sys.executable, script, stage.name, str(path)])
                if run.failed:
                    sys.exit(f"{stage.name}: {run.failed}")
                stage.seconds.append(float(run.said))

    def series(self, program: str, path: Path) -> Series:
        """Return a series without runs."""
        return Series(program, path.stat().st_size, claims_in(path), missing=self.missing.get(program, ""))

    def take_turns(self, part: str, rounds: int, turns: Sequence[tuple[Series, Path]]) -> None:
        """Run each series once a round. One that cannot be run, or fails, is not run again."""
        for number in range(rounds):
            print(f"{part}: round {number + 1} of {rounds}", file=sys.stderr)
            for series, path in turns:
                if not series.missing and not any(run.failed for run in series.runs):
                    series.runs.append(self.run(series.program, path))

    def run(self, program: str, path: Path) -> Run:
        """Run a program once."""
        if program in self.peers:
            return programs.run(programs.peer_command(self.peers[program], self.pythons[program], path))
        return programs.scrub(path, self.folder, *(() if program == SCRUBBER else program.split()))


def claims_in(path: Path) -> int:
    """Return how many claims a file has."""
    with path.open("rb") as stream:
        return sum(line.startswith(b"CLM*") for line in stream)


def _command(wanted: argparse.Namespace) -> str:
    """Return the command as it is shown: without a folder of the machine."""
    said = "python bench/performance.py --write"
    said += "".join(f" --only {part}" for part in wanted.only or ())
    said += f" --rounds {wanted.rounds} --mb {wanted.mb:g} --peer-mb {wanted.peer_mb:g}"
    said += " --sizes {:g} {:g}".format(*wanted.sizes)
    return f"{said} --size-rounds {wanted.size_rounds} --stage-mb {wanted.stage_mb:g}"


if __name__ == "__main__":
    main()
