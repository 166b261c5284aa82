"""Read one 837 file with one library, and print what came of it. Runs with the Python of that library.

    PYTHON bench/speed/read_with.py split|pyx12|x12sdk|linuxforhealth FILE

Nothing of this project is imported here: a peer is alone in its virtual environment.
"""

from __future__ import annotations

import logging
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

BLOCK = 1 << 20


def split(path: Path) -> str:
    """Split a file into segments and elements, and forget them: no reader of X12 does less."""
    segments, rest = 0, b""
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            *whole, rest = (rest + block).split(b"~")
            for segment in whole:
                segment.split(b"*")
            segments += len(whole)
    return f"{segments:,} segments"


def pyx12(path: Path) -> str:
    """Validate a file against the maps; no acknowledgment and no other output is asked for."""
    logging.disable(logging.CRITICAL)
    params, document = import_module("pyx12.params"), import_module("pyx12.x12n_document")
    is_valid = document.x12n_document(params.params(), str(path), None, None)
    return "valid" if is_valid else "faults found"


def models(package: str) -> Callable[[Path], str]:
    """Return what builds the models of each transaction set.

    A set with a fault raises, which would end the reading of the file. So each set is given alone, and the
    refused ones are counted.
    """

    def build(path: Path) -> str:
        reader = import_module(f"{package}.io").X12ModelReader
        sets, refused = 0, Counter[str]()
        for one in transaction_sets(path.read_text(encoding="ascii")):
            sets += 1
            try:
                with reader(one) as opened:
                    for _ in opened.models():
                        pass
            except Exception as error:  # noqa: BLE001 - whatever a library raises is its answer
                refused[type(error).__name__] += 1
        if not refused:
            return f"all {sets} transaction sets accepted"
        return f"{refused.total()} of {sets} transaction sets refused ({', '.join(refused)})"

    return build


def transaction_sets(text: str) -> Iterator[str]:
    """Return each transaction set, with the ISA and GS of the file before it."""
    head, *sets = text.partition("\nGE*")[0].split("\nST*")
    for one in sets:
        yield f"{head}\nST*{one}\n"


READERS = {
    "split": split,
    "pyx12": pyx12,
    "x12sdk": models("x12sdk"),
    "linuxforhealth": models("linuxforhealth.x12"),
}

if __name__ == "__main__":
    print(READERS[sys.argv[1]](Path(sys.argv[2])))
