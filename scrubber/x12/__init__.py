"""X12 syntax: bytes to segments and back, without loss. Nothing here knows the TR3 or claims."""

from scrubber.x12.block import Block
from scrubber.x12.delimiters import ISA_LENGTH, ISA_WIDTHS, Delimiters, IsaFault, find_delimiters, isa_fault
from scrubber.x12.reader import BYTE_ORDER_MARK, MAX_SEGMENT_BYTES, Piece, read_blocks, read_pieces
from scrubber.x12.segment import Segment, Stray

__all__ = [
    "BYTE_ORDER_MARK",
    "ISA_LENGTH",
    "ISA_WIDTHS",
    "MAX_SEGMENT_BYTES",
    "Block",
    "Delimiters",
    "IsaFault",
    "Piece",
    "Segment",
    "Stray",
    "find_delimiters",
    "isa_fault",
    "read_blocks",
    "read_pieces",
]
