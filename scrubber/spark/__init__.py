"""The same scrub under Spark: a job that writes files, and tables. Needs the extra ``spark``."""
