"""Measure the recogniser of the guide alone, beside pyx12's validation of the same segments.

    python bench/guide.py [--mb 10] [--witness-mb 1]

Three files: as `generate.py` writes them; with names, numbers and amounts of every claim made unique, so that
no segment can be remembered; and with one fault a claim, so that every claim takes the slow path. The
recogniser gets segments that are read already; pyx12 reads its file, as it has no other way, and gets only a
smaller file (``--witness-mb``), since it takes so long. Compare figures of one run only.
"""

from __future__ import annotations

import argparse
import io
import json
import logging
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

import pyx12.params  # noqa: E402 - the project is found only now
import pyx12.x12n_document  # noqa: E402

from bench import generate  # noqa: E402
from scrubber.claim.walk import Leaf, walk  # noqa: E402
from scrubber.guide.maps import UNITS  # noqa: E402
from scrubber.guide.recognizer import recognizer  # noqa: E402
from scrubber.x12 import Segment, read_pieces  # noqa: E402
from scrubber.x12.envelope import envelope_events  # noqa: E402

MEGABYTE = 1_000_000
Unit = tuple[str, Sequence[Segment]]

# ------------------------------------------------------------------------------------------ files


def mixed(megabytes: float) -> bytes:
    """Return what `generate.py` writes."""
    out = io.BytesIO()
    generate.generate(out, size=int(megabytes * MEGABYTE), seed=1)
    return out.getvalue()


def _segments(raw: bytes) -> list[list[bytes]]:
    return [part.split(b"*") for part in raw.split(b"~\n")[:-1]]


def _joined(segments: Sequence[Sequence[bytes]]) -> bytes:
    return b"~\n".join(b"*".join(elements) for elements in segments) + b"~\n"


def unique(raw: bytes) -> bytes:
    """Return the same with names, streets, references, charges and quantities that occur once."""
    segments = _segments(raw)
    for at, elements in enumerate(segments):
        tag = b"%d" % at
        name = elements[0]
        if name == b"NM1" and elements[1] in (b"IL", b"QC", b"82", b"PR"):
            elements[3] += b" " + tag
        elif name == b"N3":
            elements[1] = tag + b" " + elements[1]
        elif name == b"REF" and elements[1] == b"6R":
            elements[2] += b"-" + tag
        elif name == b"SV1":
            elements[2] = tag + b".5"
        elif name == b"CTP":
            elements[4] = tag + b".25"
        elif name == b"LIN":
            elements[3] = b"%011d" % at
        elif name == b"HI":
            elements[1] += tag
    return _joined(segments)


# One fault each, by the segment in which it is.
_FAULTS: dict[bytes, Callable[[list[bytes]], None]] = {
    b"CLM": lambda elements: elements.__setitem__(6, b"Q"),
    b"HI": lambda elements: elements.__setitem__(1, b"XXX" + elements[1][3:]),
    b"NM1": lambda elements: elements.__setitem__(8, b"??"),
    b"SV1": lambda elements: elements.__setitem__(2, b"1E2"),
    b"DTP": lambda elements: elements.__setitem__(3, b"20260230"),
}


def faulty(raw: bytes) -> bytes:
    """Return the same with one fault a claim, of five kinds in turn."""
    segments = _segments(raw)
    names = list(_FAULTS)
    wanted, claims = b"", 0
    for elements in segments:
        if elements[0] == b"CLM":
            wanted = names[claims % len(names)]
            claims += 1
        elif elements[0] == b"HL":
            wanted = b""
        if elements[0] == wanted:
            _FAULTS[wanted](elements)
            wanted = b""
    return _joined(segments)


VARIANTS: dict[str, Callable[[bytes], bytes]] = {
    "mixed": lambda raw: raw,
    "nothing twice": unique,
    "a fault a claim": faulty,
}


# --------------------------------------------------------------------------------------- measuring


def units_of(raw: bytes) -> Iterator[Unit]:
    """Headers, levels and claims of a file, as they are given to the recogniser."""
    seen: set[int] = set()
    for step in walk(envelope_events(read_pieces(io.BytesIO(raw))), lambda _scope: False):
        if not isinstance(step, Leaf) or step.frame is None:
            continue
        for frame in step.chain():
            name = "HEADER" if frame.kind == "transaction" else frame.kind
            segments = [segment for segment in frame.segments if segment.body]
            if name in UNITS and segments and segments[0].number not in seen:
                seen.add(segments[0].number)
                yield name, segments[1:] if segments[0].id == "ST" else segments
        if step.is_claim:
            yield "2300", step.segments


def run_ours(path: Path) -> dict[str, float]:
    """Seconds of the recogniser over all units, and what it found; reading is not counted."""
    faults = segments = 0
    seconds = 0.0
    raw = path.read_bytes()
    recognizer(next(iter(units_of(raw)))[1][0].delimiters).check("2300", ())  # the guide is loaded
    batch: list[Unit] = []

    def check_batch() -> None:
        nonlocal faults, seconds
        started = time.perf_counter()
        for name, unit in batch:
            faults += len(recognizer(unit[0].delimiters).check(name, unit))
        seconds += time.perf_counter() - started
        batch.clear()

    for unit in units_of(raw):
        segments += len(unit[1])
        batch.append(unit)
        if len(batch) >= 1000:
            check_batch()
    check_batch()
    return {"seconds": seconds, "segments": segments, "faults": faults, "peak": peak()}


def run_pyx12(path: Path) -> dict[str, float]:
    """Seconds of pyx12's validation of a file."""
    logging.disable(logging.CRITICAL)
    started = time.perf_counter()
    with path.open(encoding="ascii") as stream:
        pyx12.x12n_document.x12n_document(pyx12.params.params(), stream, None, None)
    return {"seconds": time.perf_counter() - started, "peak": peak()}


def peak() -> float:
    """Megabytes of memory at most so far, of this program alone: ``ru_maxrss`` begins with the parent's."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / 1e6
    return (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6
    )


def in_process_of_its_own(what: str, path: Path) -> dict[str, float]:
    """One of the two runs, in a fresh process."""
    command = [sys.executable, __file__, "--run", what, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def write(folder: Path, name: str, raw: bytes) -> Path:
    """Return the file of a variant."""
    path = folder / (name.replace(" ", "-") + ".837")
    path.write_bytes(raw)
    return path


def main() -> None:
    """Generate, run both on each variant, print a line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mb", type=float, default=10, help="size of the files in 10**6 bytes")
    parser.add_argument("--witness-mb", type=float, default=1, help="the most that pyx12 is given")
    parser.add_argument("--run", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.run:
        what, path = arguments.run
        print(json.dumps((run_ours if what == "ours" else run_pyx12)(Path(path))))
        return
    given = min(arguments.mb, arguments.witness_mb)
    if given < arguments.mb:
        print(f"pyx12 is measured on {given:g} MB; its speed is taken to be the same on {arguments.mb:g} MB")
    print(f"{'file':16} {'MB':>6} {'segments/s':>11} {'MB/s':>7} {'pyx12 MB/s':>11} {'ratio':>6} "
          f"{'peak MB*':>9} {'pyx12 peak':>10} {'faults':>8}")  # fmt: skip
    whole, slice_ = mixed(arguments.mb), mixed(given)
    with tempfile.TemporaryDirectory() as folder:
        for name, change in VARIANTS.items():
            raw = change(whole)
            part = change(slice_)
            ours = in_process_of_its_own("ours", write(Path(folder), name, raw))
            theirs = in_process_of_its_own("pyx12", write(Path(folder), name + " part", part))
            speed = len(raw) / MEGABYTE / ours["seconds"]
            other = len(part) / MEGABYTE / theirs["seconds"]
            print(f"{name:16} {len(raw) / MEGABYTE:6.1f} {ours['segments'] / ours['seconds']:11,.0f} "
                  f"{speed:7.1f} {other:11.2f} {speed / other:6.0f} "
                  f"{ours['peak'] - len(raw) / MEGABYTE:9.1f} {theirs['peak']:10.1f} "
                  f"{ours['faults']:8,.0f}")  # fmt: skip
    print("* without the bytes of the file, which are held to keep reading out of the measurement")


if __name__ == "__main__":
    main()
