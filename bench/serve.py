"""How long the page to work on takes to answer, with thousands of open claims.

    python bench/serve.py [--claims 5000] [--times 20]

Each page is asked for several times, on a ledger that is flushed to the disk. Printed are the first answer,
the median and the longest of the others, by the clock and in processor time of the whole process, in
milliseconds: an upper bound of the server's time, since the browser's part is in the same process.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from unittest.mock import patch

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import msgspec

from scrubber.spool.layout import Spool
from scrubber.spool.worklist.claims import ClaimDetail, ClaimRecord
from tests.support import serving as support
from tests.support.work import claim, receive

_FILES = 50
_PAYERS = 12
_EDITS = ("BILL-03", "DX-06", "NDC-01", "PAIR-01", "DX-05", "UNIT-01")
_LINE = ("1", "drug", "J3420", (), "20260511", "11", "1", "6.75", ("I10",), "00143961901", "1", "ML")


def main() -> None:
    """Make a spool, serve it, and ask for its pages."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--claims", type=int, default=5000)
    parser.add_argument("--times", type=int, default=20)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        spool = Spool(Path(folder) / "spool")
        spool.create()
        each = -(-wanted.claims // _FILES)
        for number in range(_FILES):
            receive(spool, *(_claim(number * each + at, at) for at in range(1, each + 1)))
        with _flushed(), support.serving(spool) as server:
            visitor = server.visitor()
            _measure(visitor, "/", "list, patients hidden", wanted.times)
            visitor.show_patients()
            with server.site.worklist() as worklist:
                items = worklist.items(("open",))
            print(f"{len(items):,} open claims")
            for path, what in (
                ("/", "list with patients"),
                ("/?order=patient&down=0", "sorted by patient"),
                (f"/?page={len(items) // 50}", "last page"),
                ("/?edit=DX&dollars=100", "filtered"),
                ("/?reason=DX-06", "claims with one reason"),
                ("/reasons", "reasons"),
                (f"/claims/{items[len(items) // 2].row.id}", "a claim in the middle"),
                ("/files", "files"),
            ):
                _measure(visitor, path, what, wanted.times)
            visitor.post("/search", {"search": "name-1234"})
            _measure(visitor, "/", "search", wanted.times)


@contextmanager
def _flushed() -> Iterator[None]:
    """Serve as it is served: the tests' own server does not wait for the disk."""
    with patch("tests.support.serving.unflushed", nullcontext):
        yield


def _claim(number: int, ordinal: int) -> ClaimRecord:
    edit = _EDITS[number % len(_EDITS)]
    short = claim(
        ordinal,
        number=f"INJ-{number:06}", name=f"NAME-{number}", patient=f"NAME-{number}, ALDER",
        cents=1000 + number * 7919 % 90_000, edits=(edit,), payer=f"PAY{number % _PAYERS:02}",
    )  # fmt: skip
    findings = tuple(msgspec.structs.replace(one, edit=edit) for one in short.findings)
    values = {**msgspec.structs.asdict(short), "findings": findings}
    return msgspec.convert({**values, "lines": [(at, *_LINE[1:]) for at in range(1, 5)]}, ClaimDetail)


def _measure(visitor: support.Visitor, path: str, what: str, times: int) -> None:
    wall, work = [], []
    for _ in range(times + 1):
        begun, used = time.perf_counter(), time.process_time()
        size = len(visitor.page(path).html)
        wall.append(1000 * (time.perf_counter() - begun))
        work.append(1000 * (time.process_time() - used))
    median, longest, used = statistics.median(wall[1:]), max(wall[1:]), statistics.median(work[1:])
    times_of = f"first {wall[0]:6.0f}, median {median:5.0f}, longest {longest:5.0f} ms"
    print(f"{what:<24} {times_of}; processor {used:4.0f} ms; {size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
