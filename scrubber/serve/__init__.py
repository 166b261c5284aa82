"""The page to work on: the work list of a spool in a browser on the same machine, for those who sign in."""
