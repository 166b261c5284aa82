"""Process one input: preflight, scrub, and write all outputs into a folder."""
