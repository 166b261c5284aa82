"""The same scrub under Spark: a job that writes files, and tables. Needs the extra ``spark``.

`register` makes 837 files a format of Spark, `tables_of` takes the contents of files from a column::

    from scrubber import spark as scrubber_spark

    scrubber_spark.register(spark, as_of="2026-06-30")
    findings = spark.read.format("scrubber837").option("table", "findings").load("/lake/in")
"""

from scrubber.spark.register import register, tables_of

__all__ = ["register", "tables_of"]
