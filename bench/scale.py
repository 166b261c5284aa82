"""Measure the scrub under Spark next to one machine, and write docs/scale.md.

    python bench/scale.py [--mb 20] [--files 500] [--write]

Each run is a command of its own, so that start is in its time; CPU time is what the machine worked meanwhile,
Java's included. Outputs are compared with those of one process, byte for byte. Clusters are Spark's own
local-cluster: a Java process for each executor, which starts Python processes. The machine should have
nothing else to do.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import lifelike  # noqa: E402 - the project is found only now

PAGE = ROOT / "docs" / "scale.md"
AS_OF = "2026-06-30"
SIZES = (1_500, 4_000, 9_000)
"""Bytes of a small file, drawn at random."""
_DAY = 10_000_000
"""Claims a day of the sizing table."""
_HOURS = 4


class Measured(NamedTuple):
    """A run: its name, its seconds by the clock and of CPU, what it read, and what its outputs are."""

    name: str
    seconds: float
    cpu: float
    megabytes: float
    claims: int
    digest: str
    staged: int = 0


def make_large(path: Path, megabytes: float) -> None:
    """Write one large file."""
    with path.open("wb") as out:
        lifelike.generate(out, size=int(megabytes * 1_000_000), seed=1, fault_rate=0.05)


def make_many(folder: Path, count: int) -> None:
    """Write small files into ten folders."""
    for number in range(count):
        below = folder / f"{number % 10}"
        below.mkdir(parents=True, exist_ok=True)
        out = io.BytesIO()
        size = random.Random(number).choice(SIZES)
        lifelike.generate(out, size=size, seed=1000 + number, fault_rate=0.2)
        (below / f"{number:06d}.837").write_bytes(out.getvalue())


def digest_of(folder: Path) -> str:
    """Return a hash of all outputs: their names and their bytes."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "run.json"):
        digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def claims_in(folder: Path) -> int:
    """Return the number of claims that the reports in a folder count."""
    return sum(
        json.loads(path.read_bytes())["files"][0]["counts"]["claims"]
        for path in folder.rglob("*.report.json")
    )


class _Staged(threading.Thread):
    """Watches how much is in the hidden folder of results that wait."""

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self.most = 0
        self.stopped = threading.Event()
        self._folder = folder

    def run(self) -> None:
        while not self.stopped.wait(0.5):
            size = 0
            for path in self._folder.glob(".scrubber-spark-*/*"):
                try:
                    size += path.stat().st_size
                except FileNotFoundError:
                    continue
            self.most = max(self.most, size)


def _cpu() -> float:
    """Return the seconds for which the processors of this machine have worked since it started.

    Those of a command's own processes would not do: Spark does not count its Python workers when they end.
    """
    user, nice, system = map(int, Path("/proc/stat").read_text(encoding="ascii").split()[1:4])
    return (user + nice + system) / os.sysconf("SC_CLK_TCK")


def _home(folder: Path) -> None:
    """Make a home of Spark in a folder: workers write into theirs, which is not to be the installation."""
    found = importlib.util.find_spec("pyspark")
    if found is None or found.origin is None:
        raise SystemExit("this needs the extra `spark`")
    folder.mkdir()
    for path in Path(found.origin).parent.iterdir():
        if path.name != "work":
            (folder / path.name).symlink_to(path)
    os.environ["SPARK_HOME"] = str(folder)


def run(name: str, root: Path, out: Path, commands: Sequence[Sequence[str]]) -> Measured:
    """Run commands one after the other, and measure them together."""
    staged = _Staged(out)
    staged.start()
    before, began = _cpu(), time.monotonic()
    for command in commands:
        done = subprocess.run(
            [sys.executable, "-m", "scrubber", *command], cwd=ROOT, capture_output=True, check=False
        )
        if done.returncode not in (0, 1):
            raise SystemExit(done.stderr.decode(errors="replace"))
    seconds = time.monotonic() - began
    staged.stopped.set()
    size = sum(path.stat().st_size for path in root.rglob("*.837"))
    cpu = _cpu() - before
    measured = Measured(name, seconds, cpu, size / 1e6, claims_in(out), digest_of(out), staged.most)
    told = f"{name}: {seconds:.1f} s, CPU {cpu:.1f} s, {measured.claims} claims, {measured.digest[:16]}"
    print(told, flush=True)
    return measured


def one_machine(root: Path, out: Path, jobs: int) -> list[list[str]]:
    """Return the commands of one machine: one for each folder of files."""
    folders = sorted({path.parent for path in root.rglob("*.837")})
    return [
        ["scrub", *map(str, sorted(folder.glob("*.837"))), "-o", str(out / folder.relative_to(root)),
         "--as-of", AS_OF, "--jobs", str(jobs)]
        for folder in folders
    ]  # fmt: skip


def spark(root: Path, out: Path, workers: int, split: int) -> list[list[str]]:
    """Return the command under Spark, with so many executors of a core each."""
    return [
        ["spark", str(root), str(out), "--as-of", AS_OF, "--split", str(split),
         "--master", f"local-cluster[{workers},1,1024]", "--conf", "spark.executor.memory=1g"]
    ]  # fmt: skip


def compared(root: Path, work: Path, name: str, split: int) -> list[Measured]:
    """Measure one machine with one and two processes, and Spark with one and two workers."""
    runs = [
        run("one process", root, work / f"{name}-1", one_machine(root, work / f"{name}-1", 1)),
        run("`--jobs 2`", root, work / f"{name}-2", one_machine(root, work / f"{name}-2", 2)),
    ]
    for workers in (1, 2):
        out = work / f"{name}-spark{workers}"
        what = f"Spark, {workers} worker" + ("s" if workers > 1 else "")
        runs.append(run(what, root, out, spark(root, out, workers, split)))
    if len({each.digest for each in runs}) != 1:
        raise SystemExit("the outputs differ")
    return runs


def grown(work: Path, files: int, split: int) -> list[tuple[int, Measured]]:
    """Measure Spark with two workers on a hundredth, a tenth and all of the files."""
    found = []
    for part in (100, 10, 1):
        count = max(files // part, 1)
        root = work / f"grown-{count}"
        make_many(root, count)
        out = work / f"grown-{count}-out"
        found.append((count, run(f"{count} files", root, out, spark(root, out, 2, split))))
    return found


def table(runs: Sequence[Measured]) -> str:
    """Return a table of runs."""
    rows = [
        f"| {each.name} | {each.seconds:.1f} s | {each.claims / each.seconds:,.0f} | {each.cpu:.1f} s |"
        f" {1000 * each.cpu / each.claims:.2f} ms |"
        for each in runs
    ]
    head = ["| run | time | claims a second | CPU time | CPU a claim |", "|---|---|---|---|---|"]
    return "\n".join([*head, *rows])


def sizing(large: Sequence[Measured]) -> str:
    """Return the sizing table: cores for ten million claims in some hours, by CPU time."""
    spark = large[-1]
    per_claim = spark.cpu / spark.claims
    head = ["| of its time a core works on this | CPU a claim | cores |", "|---|---|---|"]
    rows = [
        f"| {share:.0%} | {1000 * per_claim:.2f} ms | {_DAY * per_claim / share / (_HOURS * 3600):,.0f} |"
        for share in (1.0, 0.7, 0.5)
    ]
    return "\n".join([*head, *rows])


def page(large: Sequence[Measured], many: Sequence[Measured], growth: Sequence[tuple[int, Measured]]) -> str:
    """Return the page."""
    claims = large[0].claims
    staged = max(each.staged for each in large)
    rows = "\n".join(
        f"| {count:,} | {each.claims:,} | {each.seconds:.1f} s | {each.cpu:.1f} s |" for count, each in growth
    )
    return f"""# Scale
Written by `bench/scale.py` on a machine with {os.cpu_count()} processors; its load was
{os.getloadavg()[0]:.1f} at the end (2 is what these runs make themselves), so compare CPU times rather than
times. Start is included: Java and Python need some seconds. Every run has the same outputs byte for byte. How
it works: [Spark](spark.md).

## One file of {large[0].megabytes:.1f} MB, {claims:,} claims
{table(large)}

All outputs: `sha256 {large[0].digest}`. Nothing goes through Spark's shuffle. Results of ranges wait in a
hidden folder of the output folder: at most {staged / 1e6:.1f} MB here, {staged / claims:,.0f} bytes a claim.

## {growth[-1][0]:,} small files, {many[0].claims:,} claims
{table(many)}

All outputs: `sha256 {many[0].digest}`.

## As work grows
Spark with two workers.

| files | claims | time | CPU time |
|---|---|---|---|
{rows}

## Ten million claims a day
Within {_HOURS} hours, by the CPU time of a claim of the large file with two workers. The start is in it,
which a day's work does not notice, so these are rather too many. Assumed: claims like those of
`bench/lifelike.py`, cores like these, the shipped tables, shared storage that delivers each input three times
(hash and envelopes, claims, writing) and takes the outputs once. The last step of one file is not divided: it
walks the file and writes its outputs.

{sizing(large)}
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print or write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mb", type=float, default=20, help="size of the large file")
    parser.add_argument("--files", type=int, default=500, help="number of small files")
    parser.add_argument("--split", type=int, default=4, help="size of a range in MB")
    parser.add_argument("--write", action="store_true", help="write docs/scale.md")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        _home(work / "home")
        (work / "large").mkdir()
        make_large(work / "large" / "large.837", options.mb)
        make_many(work / "many", options.files)
        large = compared(work / "large", work, "large", options.split)
        many = compared(work / "many", work, "many", options.split)
        text = page(large, many, grown(work, options.files, options.split))
    if options.write:
        PAGE.write_text(text, encoding="utf-8")
    else:
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
