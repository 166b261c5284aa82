"""The 837 outputs: the clean and the held file, their diff, and output folders written all or nothing."""
