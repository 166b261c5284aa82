"""The ledger: an index over all jobs that can be rebuilt and verified."""
