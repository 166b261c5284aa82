"""Introducing the scrubber in an office: what is known already, and what a change of edits or tables does."""
