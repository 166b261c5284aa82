"""Text in the cells of a spreadsheet: it must stay text."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet may take for the beginning of a formula; the last four are wide forms."""


def cell(text: str) -> str:
    """A text that a spreadsheet will not take for a formula: one that could be gets an apostrophe."""
    return f"'{text}" if text.startswith(_FORMULA) else text
