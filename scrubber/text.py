"""Text for people: amounts, counts and percentages, and values made safe for terminals and spreadsheets."""

from __future__ import annotations

import io
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import IO, BinaryIO


def dollars(amount: Decimal) -> str:
    """Format an amount in dollars: ``1,234.50``."""
    return f"{amount:,.2f}"


def in_dollars(cents: int) -> Decimal:
    """Convert cents to dollars, exactly: ``f"{in_dollars(5):.2f}"`` is ``0.05``."""
    return Decimal(cents).scaleb(-2)


def floored(rate: float, places: int) -> Decimal:
    """Round a share from 0 to 1 down to so many decimal places: 0.99996 must not read as everything.

    0.57 stays 0.57, although its nearest binary number is smaller.
    """
    return Decimal(repr(rate)).quantize(Decimal(1).scaleb(-places), ROUND_FLOOR)


def percent(rate: float | None) -> str:
    """Format a share from 0 to 1 as a percentage, rounded down; a dash if there is none."""
    return "-" if rate is None else f"{floored(rate, 3) * 100:.1f}%"


def counted(count: int, thing: str) -> str:
    """Format a count of things: ``1 claim``, ``2,000 claims``."""
    return f"{count:,} {thing}" + ("" if count == 1 else "s")


def spoken(key: str) -> str:
    """Return a value of the JSON report as people write it: ``partly held`` for ``partly_held``."""
    return key.replace("_", " ")


def partial_run(select: Sequence[str], ignore: Sequence[str]) -> str:
    """Return which edits or families the user selected or left out; empty if all edits were run."""
    parts = [f"only {', '.join(select)} was run"] if select else []
    parts += [f"{', '.join(ignore)} was left out"] if ignore else []
    return "; ".join(parts)


def plain(value: str) -> str:
    """Replace every unprintable character, so that the text cannot control a terminal."""
    return value if value.isprintable() else "".join(c if c.isprintable() else "?" for c in value)


_US_DAY = re.compile(r"([0-9]{1,2})[/-]([0-9]{1,2})[/-]([0-9]{4}|[0-9]{2})")
_PLAIN_DAY = re.compile(r"([0-9]{4})[/.-]?([0-9]{1,2})[/.-]?([0-9]{1,2})")


def how_to_write_day(text: str) -> str:
    """Return how a day is to be written, with the day that was probably meant: ``05/01/2026`` is May 1."""
    year = month = day = 0
    if match := _US_DAY.fullmatch(text.strip()):
        month, day, year = map(int, match.groups())
        year += 2000 if year < 100 else 0
    elif match := _PLAIN_DAY.fullmatch(text.strip()):
        year, month, day = map(int, match.groups())
    try:
        return f"write it as {date(year, month, day).isoformat()}"
    except ValueError:
        return "write it as YYYY-MM-DD, such as 2026-05-01"


LONGEST_CELL = 32_767
"""The most characters that a spreadsheet cell can hold."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet may take for the start of a formula; the last four are full-width forms."""
_SKIPPED = ' \xa0\u3000"'
"""Spaces and quotes, which some programs strip before they look for a formula."""


def cell(text: str) -> str:
    """Return a text that a spreadsheet does not take for a formula: one that could be gets an apostrophe.

    Text longer than a cell is cut, since Excel would continue it in the next row.
    """
    safe = f"'{text}" if text.lstrip(_SKIPPED).startswith(_FORMULA) else text
    return safe[:LONGEST_CELL]


def text_layer(out: BinaryIO) -> io.TextIOWrapper:
    """Wrap a binary stream for text, the same on every system; ``detach`` it at the end."""
    return io.TextIOWrapper(out, encoding="utf-8", newline="\n", errors="replace", write_through=True)


def temporary_text() -> IO[str]:
    """Return an unnamed temporary text file, which moves to disk if it grows large."""
    return tempfile.SpooledTemporaryFile(
        max_size=1 << 22, mode="w+", encoding="utf-8", newline="\n", errors="replace"
    )


class Spool:
    """Bytes that wait for what goes before them, in an unnamed temporary file that moves to disk if it grows.

    A file takes many small pieces slowly, so they are gathered first.
    """

    _GATHERED = 1 << 16

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=1 << 22)  # noqa: SIM115 - closed by `close`
        self._pieces: list[bytes] = []
        self._size = 0

    def write(self, raw: bytes) -> None:
        """Append bytes."""
        self._pieces.append(raw)
        self._size += len(raw)
        if self._size >= self._GATHERED:
            self._flush()

    def __iter__(self) -> Iterator[bytes]:
        """Yield the lines."""
        self._flush()
        self._file.seek(0)
        return iter(self._file)

    def pour(self, out: BinaryIO | Spool) -> None:
        """Append everything to ``out``, and close."""
        self._flush()
        self._file.seek(0)
        while raw := self._file.read(1 << 18):
            out.write(raw)
        self.close()

    def close(self) -> None:
        """Discard everything."""
        self._pieces.clear()
        self._file.close()

    def _flush(self) -> None:
        self._file.write(b"".join(self._pieces))
        self._pieces.clear()
        self._size = 0


def pour(kept: IO[str], out: IO[str]) -> None:
    """Copy a temporary file into another stream, and close it."""
    kept.seek(0)
    shutil.copyfileobj(kept, out)
    kept.close()
