"""What is told when Spark gives up: what to do, and nothing of a claim."""

from __future__ import annotations

from scrubber.spark.session import why_it_failed

JAVA = """An error occurred while calling z:org.apache.spark.api.python.PythonRDD.collectAndServe.
: org.apache.spark.SparkException: Job aborted due to stage failure: Task 0 in stage 0.0 failed 4 times:
org.apache.spark.api.python.PythonException: Traceback (most recent call last):
  File "/lake/worker.py", line 75, in read_command
    command = serializer.loads(file)
{last}
 SQLSTATE: 38000
\tat org.apache.spark.scheduler.Task.run(Task.scala:147)
"""


def test_a_module_that_workers_lack_is_named_with_the_remedy() -> None:
    """It is what goes wrong in a new cluster."""
    told = why_it_failed(JAVA.format(last="ModuleNotFoundError: No module named 'scrubber.spark'"))
    assert "no Python module scrubber:" in told
    assert "PYSPARK_PYTHON" in told
    assert "scrubber837[spark]" in told


def test_an_error_is_named_without_its_text() -> None:
    """The text of a worker's error may have a value of a claim."""
    told = why_it_failed(JAVA.format(last="ValueError: DOE*JANE is no name"))
    assert "(ValueError)" in told
    assert "DOE" not in told
    assert "/lake" not in told


def test_nothing_but_java_is_to_blame() -> None:
    """A lost executor has no Python error."""
    lost = "Job aborted due to stage failure: ExecutorLostFailure (executor 1 exited, OOM)"
    assert why_it_failed(lost).startswith("a task of Spark failed again and again; ")
