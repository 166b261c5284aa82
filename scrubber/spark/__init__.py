"""The same scrub under Spark: a job that writes files, and tables as DataFrames. Needs the extra ``spark``."""
