"""Facts about interchanges, groups and transaction sets: counts, control numbers, levels, repeats."""
