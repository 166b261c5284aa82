"""The ledger: an index of all jobs that can be rebuilt and verified."""
