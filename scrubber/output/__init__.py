"""Everything that is written: the cleaned and the held 837, and the report in its formats."""
