"""Text for people: amounts, counts and shares, and values made safe for terminals and spreadsheets."""

from __future__ import annotations

import io
import shutil
import tempfile
from decimal import ROUND_FLOOR, Decimal
from typing import IO, BinaryIO


def dollars(amount: Decimal) -> str:
    """An amount in dollars: ``1,234.50``."""
    return f"{amount:,.2f}"


def in_dollars(cents: int) -> Decimal:
    """Cents as dollars, exactly: ``f"{in_dollars(5):.2f}"`` is ``0.05``."""
    return Decimal(cents).scaleb(-2)


def floored(rate: float, places: int) -> Decimal:
    """A share from 0 to 1 with so many decimal places, rounded down: 0.99996 must not read as all.

    0.57 stays 0.57, although its nearest binary number is smaller.
    """
    return Decimal(repr(rate)).quantize(Decimal(1).scaleb(-places), ROUND_FLOOR)


def percent(rate: float | None) -> str:
    """A share from 0 to 1 in percent, rounded down, or a dash where there is nothing to share."""
    return "-" if rate is None else f"{floored(rate, 3) * 100:.1f} %"


def counted(count: int, thing: str) -> str:
    """So many of a thing: ``1 claim``, ``2,000 claims``."""
    return f"{count:,} {thing}" + ("" if count == 1 else "s")


def spoken(key: str) -> str:
    """Return a key of the JSON report as people write it: ``partly held`` for ``partly_held``."""
    return key.replace("_", " ")


def plain(value: str) -> str:
    """Return the text with everything that is not printable replaced, so that it cannot steer a terminal."""
    return value if value.isprintable() else "".join(c if c.isprintable() else "?" for c in value)


LONGEST_CELL = 32_767
"""The most characters that a spreadsheet cell can hold."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet may take for the beginning of a formula; the last four are wide forms."""
_PASSED_OVER = ' \xa0\u3000"'
"""Spaces and quotes, which some programs drop before they look."""


def cell(text: str) -> str:
    """Return a text that a spreadsheet does not take for a formula: one that could be gets an apostrophe.

    What is longer than a cell is cut, since Excel would continue it in the next row.
    """
    shown = f"'{text}" if text.lstrip(_PASSED_OVER).startswith(_FORMULA) else text
    return shown[:LONGEST_CELL]


def text_layer(out: BinaryIO) -> io.TextIOWrapper:
    """Text on a binary stream, the same on every system; ``detach`` it in the end."""
    return io.TextIOWrapper(out, encoding="utf-8", newline="\n", errors="replace", write_through=True)


def temporary_text() -> IO[str]:
    """An unnamed text file, on disk where it grows large."""
    return tempfile.SpooledTemporaryFile(
        max_size=1 << 22, mode="w+", encoding="utf-8", newline="\n", errors="replace"
    )


def pour(kept: IO[str], out: IO[str]) -> None:
    """Write out what was kept, and forget it."""
    kept.seek(0)
    shutil.copyfileobj(kept, out)
    kept.close()
