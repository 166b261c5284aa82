"""Read a clean file back before it is published: it must have the claims that were written to it."""

from __future__ import annotations

from typing import BinaryIO

from scrubber.errors import ReadBackError
from scrubber.x12 import Block, Stray, read_blocks


def read_back(clean: BinaryIO, claims: int) -> None:
    """Read a clean file from its beginning; raise ReadBackError unless it has so many claims and no strays.

    The input was read and split with care, so this finds mistakes of the program. It costs a hundredth of
    evaluating the claims.
    """
    clean.seek(0)
    found = 0
    for piece in read_blocks(clean):
        if isinstance(piece, Block):
            found += piece.name == b"CLM"
        elif isinstance(piece, Stray):
            if not piece.blank:
                raise ReadBackError(
                    f"the clean file has bytes at {piece.offset} that are not part of a segment"
                )
        elif piece.elements[0] == b"CLM":
            found += 1
    if found != claims:
        raise ReadBackError(f"{claims} claims were written to the clean file, but {found} can be read back")
