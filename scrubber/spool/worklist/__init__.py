"""The claim work list: one row for each claim that was held, over all files of a spool."""
