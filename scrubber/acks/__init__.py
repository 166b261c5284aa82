"""Acknowledgements of an input: 999, TA1 and 277CA."""
