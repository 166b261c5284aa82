"""Results as five Arrow tables: columns, rows, and where batches go. Needs pyarrow, the extra ``arrow``."""
