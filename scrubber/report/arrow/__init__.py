"""Results as five Arrow tables: columns, rows, and where the batches go. Needs pyarrow, the extra ``arrow``."""
