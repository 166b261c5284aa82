"""Text from a claim made safe for a terminal."""

from __future__ import annotations


def plain(value: str) -> str:
    """The text with everything that is no printable character replaced, so that it cannot steer one."""
    return value if value.isprintable() else "".join(c if c.isprintable() else "?" for c in value)
