"""A Spark context with what this work needs."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from scrubber.errors import WorkerError

if TYPE_CHECKING:
    from pyspark import SparkContext

_MISSING = re.compile(r"ModuleNotFoundError: No module named '(\w+)")
_ERRORS = re.compile(r"^(?:\w+\.)*(\w+(?:Error|Exception))\b", re.MULTILINE)
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
    with _failures_told():
        context = SparkContext(conf=conf)
        try:
            context.setLogLevel("ERROR")
            yield context
        finally:
            context.stop()


@contextmanager
def _failures_told() -> Iterator[None]:
    """Make of Java's errors one that says what to do."""
    from py4j.protocol import Py4JError  # noqa: PLC0415 - the extra is there

    try:
        yield
    except Py4JError as error:
        # Its text has a worker's traceback, which may hold values of a claim.
        raise WorkerError(why_it_failed(str(error))) from None


def why_it_failed(text: str) -> str:
    """Return why a job of Spark failed, by the text of Java's error: names of modules and of errors only."""
    if missing := _MISSING.search(text):
        return (
            f"Spark's workers have no Python module {missing[1]}: on every machine, the Python that "
            "PYSPARK_PYTHON names needs scrubber837[spark]"
        )
    errors = _ERRORS.findall(text)
    last = f" ({errors[-1]})" if errors else ""
    return f"a task of Spark failed again and again{last}; the logs of the executors say more"


def _retrying(master: str) -> str:
    """Return a local master that retries a task, as clusters do: ``local[2]`` never does."""
    is_plain = master.startswith("local[") and "," not in master
    return master.replace("]", ",4]") if is_plain else "local[1,4]" if master == "local" else master
