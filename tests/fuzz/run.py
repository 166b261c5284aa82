"""Fuzz one target, guided by coverage: ``python -m tests.fuzz.run TARGET [libFuzzer options]``.

What it learns is kept in ``build/fuzz/TARGET``, so that the next run goes on from there. An input that breaks
a promise is written to ``build/fuzz/crashes``; fix the program, and move it to ``tests/fuzz/crashes/TARGET``.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
import types
from pathlib import Path

import atheris

BUILD = Path(__file__).resolve().parents[2] / "build" / "fuzz"
_WORDS = {"configuration": "toml.dict", "tables": "tables.dict"}
_LIMITS = ("-rss_limit_mb=2048", "-timeout=30", "-max_len=16384")
_RAM = Path("/dev/shm")


def main(name: str, options: list[str]) -> None:
    """Fuzz the target of this name until an option of libFuzzer ends it, or a promise is broken."""
    private = tempfile.mkdtemp(prefix="scrubber-fuzz-", dir=_RAM if _RAM.is_dir() else None)
    atexit.register(shutil.rmtree, private, ignore_errors=True)
    # Neither the user's tables nor the user's cache; and folders made many times a second stay in memory.
    os.environ.update(TMPDIR=private, XDG_DATA_HOME=private, XDG_CACHE_HOME=private)
    with atheris.instrument_imports(include=["scrubber"]):
        from tests.fuzz.targets import CORPUS, CRASHES, TARGETS  # noqa: PLC0415 - instrumented as imported
        from tests.support.running import shipped  # noqa: PLC0415 - likewise
    shipped()
    _instrument_edits()
    learned, crashes = BUILD / name, BUILD / "crashes"
    for folder in (learned, crashes):
        folder.mkdir(parents=True, exist_ok=True)
    words = Path(__file__).with_name(_WORDS.get(name, "x12.dict"))
    seeds = [str(folder / name) for folder in (CORPUS, CRASHES) if (folder / name).is_dir()]
    arguments = [f"-artifact_prefix={crashes}/{name}-", f"-dict={words}", *_LIMITS, *options]
    atheris.Setup([sys.argv[0], *arguments, str(learned), *seeds], TARGETS[name])
    atheris.Fuzz()


def _instrument_edits() -> None:
    """Instrument the edits: they are loaded from files, which the hook of imports does not see."""
    for module in [module for name, module in sys.modules.items() if name.startswith("scrubber.edits.")]:
        for value in list(vars(module).values()):
            if isinstance(value, types.FunctionType) and value.__module__ == module.__name__:
                atheris.instrument_func(value)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
