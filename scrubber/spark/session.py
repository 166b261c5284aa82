"""A Spark context with what this work needs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark import SparkContext

_USUAL = {
    "spark.app.name": "scrubber837",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.task.maxFailures": "4",
}


@contextmanager
def context_of(master: str = "", settings: Mapping[str, str] | None = None) -> Iterator[SparkContext]:
    """Start Spark; stop it at the end. Without a master it is the one of spark-submit, or ``local[*]``.

    The Python of the workers is this one, unless PYSPARK_PYTHON says otherwise.
    """
    from pyspark import SparkConf, SparkContext  # noqa: PLC0415 - the extra is there

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    conf = SparkConf()
    for key, value in (settings or {}).items():
        conf.set(key, value)
    if master:
        conf.setMaster(_retrying(master))
    conf.setIfMissing("spark.master", "local[*,4]")
    for key, value in _USUAL.items():
        conf.setIfMissing(key, value)
    context = SparkContext(conf=conf)
    try:
        context.setLogLevel("ERROR")
        yield context
    finally:
        context.stop()


def _retrying(master: str) -> str:
    """Return a local master that retries a task, as clusters do: ``local[2]`` never does."""
    is_plain = master.startswith("local[") and "," not in master
    return master.replace("]", ",4]") if is_plain else "local[1,4]" if master == "local" else master
