"""Measure files of extreme shape, each at two sizes: a byte should cost the same, however large they are.

    python bench/shapes.py [--only strays] [--profile] [--scale 1]

A row is a shape: CPU seconds for the small and the big file, how much more a byte of the big one costs than a
byte of the small one (1 is linear), and how much more it costs than a byte of a lifelike file (see
`lifelike.py`) of the same size, or of 1 MB if it is larger. Files are scrubbed with all outputs, but for the
tiny ones, which are only read. With ``--profile`` two things are added: how the number of calls a byte grows
(no noise changes it, but it does not see loops within a call), and the functions in which the big file spends
its time. Compare figures of one run only.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import io
import pstats
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import scrubber
from bench import lifelike
from bench.invented import Writer, write_claim
from scrubber.engine.policy import Policy

AS_OF = date(2026, 6, 30)
MIXED_AT_MOST = 1_000_000
SHORT = 3.0
"""seconds: what takes less is measured three times"""
DAY = lifelike.RECENT[0]
PAYER = lifelike.PAYERS[2]


# ------------------------------------------------------------------------------------------ files


class Builder:
    """Writes files with lifelike claims in any arrangement."""

    def __init__(self) -> None:
        self.rng = random.Random(1)
        self.maker = lifelike.Lifelike(self.rng)
        self.office = self.maker.practices[0]
        self.out = io.BytesIO()
        self.writer = Writer(self.out)
        self.writer.begin_file(lifelike.CREATED)

    def begin(self) -> None:
        """Begin a transaction set with one billing provider."""
        self.writer.begin_set(lifelike.CREATED)
        self.writer.put([self.writer.level(0, "20", 1), *self.office.segments])

    def subscriber(self, child: int = 0) -> None:
        """Write a patient below the billing provider; with ``child``, one who only is the subscriber."""
        level = self.writer.level(1, "22", child)
        number = self.writer.hl
        patient = ("N3*1 ELM AVE", "N4*SALEM*OR*97301", "DMG*D8*19650101*F") if not child else ()
        self.writer.put(
            [
                level,
                f"SBR*P*{'' if child else '18'}*******CI",
                f"NM1*IL*1*{lifelike.person(number)}***MI*{PAYER.id}{number:09d}",
                *patient,
                f"NM1*PR*2*{PAYER.name}*****PI*{PAYER.id}",
            ]
        )

    def dependent(self, parent: int) -> None:
        """Write a patient below a subscriber."""
        level = self.writer.level(parent, "23", 0)
        name = lifelike.person(self.writer.hl)
        self.writer.put(
            [level, "PAT*19", f"NM1*QC*1*{name}", "N3*1 ELM AVE", "N4*SALEM*OR*97301", "DMG*D8*20010101*F"]
        )

    def claim(self, lines: int = 0, more: Sequence[str] = ()) -> None:
        """Write a claim: as it comes, or with so many lines; ``more`` are put after its last line."""
        writer = self.writer
        writer.claims += 1
        day = self.rng.choice(lifelike.RECENT)
        claim = self.maker.claim(writer.claims, self.office, PAYER, day)
        while len(claim.lines) < lines:
            # Each claim brings its own diagnoses: point to those that are there.
            for line in self.maker.claim(writer.claims, self.office, PAYER, day).lines:
                line.pointers = str(1 + self.rng.randrange(len(claim.diagnoses)))
                claim.lines.append(line)
        if lines:
            del claim.lines[lines:]
        writer.put([*write_claim(claim), *more])

    def finish(self) -> bytes:
        """Return the file."""
        self.writer.end_file()
        return self.out.getvalue()


def lines_a_claim(claims: int, lines: int) -> bytes:
    """Return a file of claims with so many lines; the guide allows 50."""
    builder = Builder()
    builder.begin()
    for _ in range(claims):
        builder.subscriber()
        builder.claim(lines)
    builder.writer.end_set()
    return builder.finish()


def strays(count: int, segment: str) -> bytes:
    """Return a file of one claim with so many segments that do not belong there."""
    builder = Builder()
    builder.begin()
    builder.subscriber()
    builder.claim(more=[segment.format(number) for number in range(count)])
    builder.writer.end_set()
    return builder.finish()


def sets(count: int) -> bytes:
    """Return a file of transaction sets with one claim each."""
    builder = Builder()
    for _ in range(count):
        builder.begin()
        builder.subscriber()
        builder.claim()
        builder.writer.end_set()
    return builder.finish()


def one_provider(claims: int) -> bytes:
    """Return a file of one transaction set and provider, each claim of a patient of its own."""
    return lines_a_claim(claims, 0)


def one_patient(claims: int) -> bytes:
    """Return a file whose claims are all of one patient."""
    builder = Builder()
    builder.begin()
    builder.subscriber()
    for _ in range(claims):
        builder.claim()
    builder.writer.end_set()
    return builder.finish()


def levels(count: int) -> bytes:
    """Return a file of so many HL loops without a claim, but for the last one."""
    builder = Builder()
    builder.begin()
    for _ in range(count - 2):
        builder.subscriber()
    builder.subscriber()
    builder.claim()
    builder.writer.end_set()
    return builder.finish()


def dependents(count: int) -> bytes:
    """Return a file of so many HL loops below one subscriber, each with a claim."""
    builder = Builder()
    builder.begin()
    builder.subscriber(child=1)
    for _ in range(count - 2):
        builder.dependent(2)
        builder.claim()
    builder.writer.end_set()
    return builder.finish()


def tiny(count: int) -> Sequence[bytes]:
    """Return tiny files that differ in their claim."""
    raw = one_provider(count)
    head, _, rest = raw.partition(b"HL*2*")
    parts = (b"HL*2*" + rest.partition(b"SE*")[0]).split(b"HL*")[1:]
    return [_as_file(head, part) for part in parts]


def _as_file(head: bytes, part: bytes) -> bytes:
    """Return a file of one patient: what is above the patients, and the patient without its HL01."""
    body = head + b"HL*2" + part[part.index(b"*") :]
    segments = body.count(b"~\n") - 2 + 1
    return body + b"SE*%d*0001~\nGE*1*1~\nIEA*1*000000001~\n" % segments


# ------------------------------------------------------------------------------------- measuring


@dataclass(frozen=True)
class Shape:
    """A shape at two sizes."""

    name: str
    small: int
    big: int
    files: Callable[[int], Sequence[bytes]]
    with_outputs: bool = True


def one(make: Callable[[int], bytes]) -> Callable[[int], Sequence[bytes]]:
    """Return what makes a single file of a size."""
    return lambda size: (make(size),)


SHAPES = (
    Shape("200 lines a claim: claims", 5, 20, one(lambda n: lines_a_claim(n, 200))),
    Shape("480 lines a claim: claims", 5, 20, one(lambda n: lines_a_claim(n, 480))),
    Shape("10 claims: lines a claim", 120, 480, one(lambda n: lines_a_claim(10, n))),
    Shape("one claim: unknown strays", 2_400, 9_500, one(lambda n: strays(n, "QQ*{}"))),
    Shape("one claim: strays from elsewhere", 2_400, 9_500, one(lambda n: strays(n, "N3*{} ELM AVE"))),
    Shape("one claim: notes after a line", 2_400, 9_500, one(lambda n: strays(n, "NTE*ADD*NOTE {}"))),
    Shape("one claim: drugs of a line", 600, 2_400, one(lambda n: strays(n, "LIN**N4*00143961901"))),
    Shape("one claim: payers after a line", 600, 2_400, one(lambda n: strays(n, "SBR*S*18*******CI"))),
    Shape("transaction sets of one claim", 500, 2_000, one(sets)),
    Shape("one provider: claims", 1_250, 5_000, one(one_provider)),
    Shape("one patient: claims", 1_250, 5_000, one(one_patient)),
    Shape("HL loops without a claim", 5_000, 20_000, one(levels)),
    Shape("HL loops of dependents' claims", 1_250, 5_000, one(dependents)),
    Shape("tiny files, not written", 2_500, 10_000, tiny, with_outputs=False),
)


class Meter:
    """Measures files, and lifelike files of the same size beside them."""

    def __init__(self) -> None:
        self.policy: Policy = scrubber.make_policy(as_of=AS_OF)
        self._mixed: dict[tuple[int, bool], float] = {}
        self.seconds(self._lifelike(200_000), with_outputs=True)  # whatever is loaded on first use

    def seconds(self, files: Sequence[bytes], *, with_outputs: bool) -> float:
        """Return the CPU seconds for scrubbing files one after the other; if short, the best of three."""
        best = self.once(files, with_outputs=with_outputs)
        for _ in range(2 if best < SHORT else 0):
            best = min(best, self.once(files, with_outputs=with_outputs))
        return best

    def once(self, files: Sequence[bytes], *, with_outputs: bool) -> float:
        """Return the CPU seconds of one time."""
        gc.collect()
        with tempfile.TemporaryDirectory() as folder:
            started = time.process_time()
            for raw in files:
                if with_outputs:
                    run = scrubber.scrub_iter(raw, folder, policy=self.policy, force=True)
                else:
                    run = scrubber.scrub_iter(raw, policy=self.policy)
                for _ in run:
                    pass
            return time.process_time() - started

    def mixed(self, size: int, *, with_outputs: bool) -> float:
        """Return the seconds a byte of a lifelike file."""
        size = min(size, MIXED_AT_MOST)
        known = self._mixed.get((size, with_outputs))
        if known is None:
            files = self._lifelike(size)
            known = self.seconds(files, with_outputs=with_outputs) / sum(map(len, files))
            self._mixed[size, with_outputs] = known
        return known

    @staticmethod
    def _lifelike(size: int) -> Sequence[bytes]:
        out = io.BytesIO()
        lifelike.generate(out, size=size, seed=1)
        return (out.getvalue(),)


def main() -> None:
    """Measure and print a line a shape."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", help="only shapes whose name has this text")
    parser.add_argument("--scale", type=float, default=1, help="of the sizes")
    parser.add_argument("--profile", action="store_true", help="list the costliest functions of the big file")
    wanted = parser.parse_args()
    meter = Meter()
    print(
        f"{'shape':<34} {'sizes':>14} {'MB':>12} {'seconds':>15} {'big/small':>9} {'small/mixed':>11} "
        f"{'big/mixed':>9}"
    )
    for shape in SHAPES:
        if wanted.only in shape.name:
            measure(shape, meter, wanted.scale)
            if wanted.profile:
                profile(shape, meter, wanted.scale)


def measure(shape: Shape, meter: Meter, scale: float) -> None:
    """Print the line of a shape."""
    sizes, megabytes, seconds, costs, against = [], [], [], [], []
    for wanted in (shape.small, shape.big):
        size = max(3, round(wanted * scale))
        files = shape.files(size)
        total = sum(map(len, files))
        spent = meter.seconds(files, with_outputs=shape.with_outputs)
        sizes.append(f"{size:,}")
        megabytes.append(f"{total / 1e6:.2f}")
        seconds.append(f"{spent:.2f}")
        costs.append(spent / total)
        against.append(costs[-1] / meter.mixed(total, with_outputs=shape.with_outputs))
    print(
        f"{shape.name:<34} {' '.join(sizes):>14} {' '.join(megabytes):>12} {' '.join(seconds):>15} "
        f"{costs[1] / costs[0]:>9.2f} {against[0]:>11.2f} {against[1]:>9.2f}",
        flush=True,
    )


def profile(shape: Shape, meter: Meter, scale: float, top: int = 8) -> None:
    """Print how the number of calls a byte grows, and the functions in which the big file spends its time."""
    calls = []
    for wanted in (shape.small, shape.big):
        files = shape.files(max(3, round(wanted * scale)))
        profiler = cProfile.Profile()
        profiler.enable()
        meter.once(files, with_outputs=shape.with_outputs)
        profiler.disable()
        functions = pstats.Stats(profiler).stats  # type: ignore[attr-defined]
        calls.append(sum(number for _, number, *_ in functions.values()) / sum(map(len, files)))
    print(f"    calls a byte: big/small {calls[1] / calls[0]:.2f}")
    whole = sum(own for _, _, own, _, _ in functions.values())
    costliest = sorted(functions.items(), key=lambda item: -item[1][2])[:top]
    for (path, line, name), (_, number, own, below, _) in costliest:
        place = f"{'/'.join(Path(path).parts[-2:])}:{line} {name}"
        print(f"    {own / whole:4.0%} own {below / whole:4.0%} with callees {number:>11,} calls  {place}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
