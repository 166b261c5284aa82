"""The 837 outputs: the clean and the held file, their diff, and a folder that appears whole or not at all."""
