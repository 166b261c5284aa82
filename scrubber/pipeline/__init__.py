"""Processing one input: preflight, scrub, and writing everything into a folder."""
