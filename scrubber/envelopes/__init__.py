"""Facts about interchanges, functional groups and transaction sets: counts, control numbers, HL levels."""
