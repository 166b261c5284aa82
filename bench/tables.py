"""Measure the tables: a full-size import of NCCI pairs, start-up with it, look-ups beside recognition.

    python bench/tables.py [--pairs 2500000] [--mb 5]

The pairs are generated in the official layout, four files. Start-up is the checking of one small claim, with
no imported tables and with all pairs imported, the best of several runs in turn. Look-ups are all that
edits may ask of a claim (every diagnosis, code, modifier, NDC, and every pair of codes), against the time
that the recogniser takes for the same file. Compare figures of one run only.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import permutations
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT))

from bench import generate  # noqa: E402 - the project is found only now
from bench.guide import units_of  # noqa: E402
from scrubber.claim import Claim  # noqa: E402
from scrubber.claim.model import build_claim  # noqa: E402
from scrubber.claim.walk import Leaf, walk  # noqa: E402
from scrubber.guide.recognizer import recognizer  # noqa: E402
from scrubber.tables import Lookups, open_tables  # noqa: E402
from scrubber.x12 import read_pieces  # noqa: E402
from scrubber.x12.envelope import envelope_events  # noqa: E402

HEADING = (
    "CPT only copyright American Medical Association.\t\t\t\t\t\t\r\n"
    "Column1/Column2 Edits\t\t\t\t\t\t\r\n"
    "Column 1\tColumn 2\t*=in existence\tEffective\tDeletion\tModifier\tPTP Edit Rationale\r\n"
    "\t\tprior to 1996\tDate\tDate\t0=not allowed\t\r\n"
    "\t\t\t\t*=no data\t1=allowed\t\r\n"
    "\t\t\t\t\t9=not applicable\t\r\n"
)
EXAMPLE = ROOT / "fixtures" / "837" / "broken" / "example.837"


def main() -> None:
    """Generate, import, and print what each step took."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=2_500_000)
    parser.add_argument("--mb", type=float, default=5, help="claims to look up, in 10**6 bytes")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = write_pairs(folder, arguments.pairs)
        empty, tables = folder / "empty", folder / "tables"
        empty.mkdir()
        print_import(files, tables, arguments.pairs)
        print_startup(empty, tables)
        print_lookups(tables, arguments.mb)


def write_pairs(folder: Path, count: int) -> list[Path]:
    """Four files of pairs, sorted as the official ones; a part of them deleted."""
    random.seed(1)
    codes = [f"{number:05}" for number in range(100, 100_000, 9)]
    codes += [f"{letter}{number:04}" for letter in "ACEGJQ" for number in range(0, 10_000, 25)]
    each = -(-count // len(codes))
    files, left = [], count
    for part in range(4):
        path = folder / f"ccipra-v322r0-f{part + 1}.txt"
        with path.open("w", encoding="ascii", newline="") as stream:
            stream.write(HEADING)
            for one in codes[part * len(codes) // 4 : (part + 1) * len(codes) // 4]:
                for two in sorted(random.sample(codes, min(each, left))):
                    begun = random.choice(("19960101", "20180701", "20240101"))
                    ended = "20260630" if random.random() < 0.3 else "*"
                    stream.write(f"{one}\t{two}\t\t{begun}\t{ended}\t{random.choice('011')}\tPolicy\r\n")
                    left -= 1
        files.append(path)
    return files


def print_import(files: Sequence[Path], tables: Path, count: int) -> None:
    """Import the pairs in a process of its own."""
    size = sum(path.stat().st_size for path in files) / 1e6
    started = time.monotonic()
    command = ["tables", "import", "ptp", *map(str, files), "--tables", str(tables)]
    process = subprocess.Popen([sys.executable, "-m", "scrubber", *command], cwd=ROOT)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - started
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6
    stored = sum(path.stat().st_size for path in tables.iterdir()) / 1e6
    print(
        f"import of {count:,} pairs, {size:.0f} MB: {seconds:.1f} s, peak {peak:.0f} MB, "
        f"{stored:.0f} MB on disk, exit status {process.returncode}"
    )


def print_startup(empty: Path, tables: Path, runs: int = 9) -> None:
    """One small file checked, without and with the imported table."""
    best: dict[Path, float] = {}
    for _ in range(runs):
        for folder in (empty, tables):
            started = time.monotonic()
            command = [sys.executable, "-m", "scrubber", "check", str(EXAMPLE), "--tables", str(folder)]
            subprocess.run(command, cwd=ROOT, check=False, capture_output=True)
            best[folder] = min(best.get(folder, 99), time.monotonic() - started)
    without, with_it = best[empty], best[tables]
    print(f"start-up: {without:.3f} s without, {with_it:.3f} s with it: {with_it / without:.2f} times")


def print_lookups(folder: Path, megabytes: float) -> None:
    """Every look-up of every claim, beside the recognition of the same claims."""
    out = io.BytesIO()
    generate.generate(out, size=int(megabytes * 1e6), seed=1)
    raw = out.getvalue()
    claims = [build_claim(leaf.levels(), leaf.segments) for leaf in claims_of(raw)]
    recognition = min(recognize(raw) for _ in range(3))
    tables = open_tables(ROOT / "edits" / "tables", folder)
    first, count = look_up(claims, Lookups(tables))
    again = min(look_up(claims, Lookups(tables))[0] for _ in range(3))
    print(
        f"{len(claims):,} claims: recognition {recognition:.3f} s; {count:,} look-ups {first:.3f} s cold, "
        f"{again:.3f} s warm: {again / recognition:.2f} times recognition"
    )


def claims_of(raw: bytes) -> Iterator[Leaf]:
    """Return the claims of a file."""
    for step in walk(envelope_events(read_pieces(io.BytesIO(raw))), lambda _: False):
        if isinstance(step, Leaf) and step.is_claim:
            yield step


def recognize(raw: bytes) -> float:
    """Seconds for proving the file's headers, levels and claims; reading is not counted."""
    units = list(units_of(raw))
    checker = recognizer(units[0][1][0].delimiters)
    started = time.perf_counter()
    for name, segments in units:
        checker.check(name, segments)
    return time.perf_counter() - started


def look_up(claims: Sequence[Claim], lookups: Lookups) -> tuple[float, int]:
    """Seconds and number of all look-ups."""
    count = 0
    started = time.perf_counter()
    for claim in claims:
        count += look_up_claim(claim, lookups)
        lookups.take_uncovered()
    return time.perf_counter() - started, count


def look_up_claim(claim: Claim, lookups: Lookups) -> int:
    """All that edits may ask of one claim."""
    day = claim.first_service
    if day is None:
        return 0
    count = 1
    lookups.place(claim.place, day)
    for diagnosis in claim.diagnoses:
        lookups.icd10cm(diagnosis.code, day)
        count += 1
    for line in claim.lines:
        lookups.mue(line.procedure, day)
        lookups.hcpcs(line.procedure, day)
        lookups.drug(line.procedure, day)
        lookups.unclassified(line.procedure, day)
        for modifier in line.modifiers:
            lookups.modifier(modifier, day)
        for drug in line.drugs:
            lookups.asp(drug.ndc, day)
            lookups.ndc(drug.ndc, day)
        count += 4 + len(line.modifiers) + 2 * len(line.drugs)
    for one, two in permutations(claim.lines, 2):
        lookups.ptp(one.procedure, two.procedure, day)
        count += 1
    return count


if __name__ == "__main__":
    main()
