"""X12 syntax: bytes to segments and back, without loss. Nothing here knows the TR3 or claims."""

from scrubber.x12.block import Block
from scrubber.x12.delimiters import ISA_LENGTH, Delimiters, IsaFault, find_delimiters
from scrubber.x12.reader import MAX_SEGMENT_BYTES, Piece, read_blocks, read_pieces
from scrubber.x12.segment import Segment, Stray

__all__ = [
    "ISA_LENGTH",
    "MAX_SEGMENT_BYTES",
    "Block",
    "Delimiters",
    "IsaFault",
    "Piece",
    "Segment",
    "Stray",
    "find_delimiters",
    "read_blocks",
    "read_pieces",
]
