"""Text in the cells of a spreadsheet: it must stay text."""

from __future__ import annotations

LONGEST = 32_767
"""So many characters a cell can have."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet may take for the beginning of a formula; the last four are wide forms."""
_PASSED_OVER = ' \xa0\u3000"'
"""Blanks and quotes, which some programs drop before they look."""


def cell(text: str) -> str:
    """A text that a spreadsheet will not take for a formula: one that could be gets an apostrophe. What is
    longer than a cell is cut, since Excel would go on with it in the next row.
    """
    shown = f"'{text}" if text.lstrip(_PASSED_OVER).startswith(_FORMULA) else text
    return shown[:LONGEST]
