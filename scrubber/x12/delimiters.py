"""Read the four delimiters of an interchange from its ISA segment.

ISA is the only fixed-width segment (X12.5): every element has a set length, so the delimiters are at set
positions. If a sender gets a width wrong, the element separators are counted instead, so that the claims
after a damaged ISA can still be examined and the damage is reported.
"""

from __future__ import annotations

from functools import cached_property

from msgspec import Struct

ISA_LENGTH = 106
"""The length of a well-formed ISA segment in bytes, including its terminator (X12.5)."""

LONGEST_ISA = 300
"""The number of bytes searched for the sixteen separators of an ISA with wrong widths."""

_SEPARATOR_POSITIONS = (3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103)
_BLANK = b"\r\n\t "


class IsaFault(Struct, frozen=True):
    """An ISA segment whose elements do not have the standard widths.

    ``length`` is the number of bytes up to and including the terminator that was found.
    """

    length: int


class Delimiters(Struct, frozen=True, dict=True):
    """The delimiters of one interchange, each one byte.

    ``repetition`` is empty before version 00402, when ISA11 was not a separator (a letter such as ``U``).
    ``fault`` is set if the ISA is malformed, so that the delimiters were found by counting.
    """

    element: bytes
    component: bytes
    repetition: bytes
    terminator: bytes
    fault: IsaFault | None = None

    @cached_property
    def blanks(self) -> bytes:
        """The bytes that may be between two segments without any meaning."""
        used = self.element + self.component + self.terminator
        return bytes(byte for byte in _BLANK if byte not in used)


def find_delimiters(head: bytes) -> Delimiters | None:
    """Read the delimiters from ``head``, which begins with ``ISA``.

    ``head`` should have ``LONGEST_ISA`` bytes, or all that is left of the input. Return ``None`` if it is not
    a usable ISA segment.
    """
    if head[:3] != b"ISA" or len(head) < 5:
        return None
    element = head[3:4]
    if element.isalnum() or element in b"\r\n ":
        return None
    if len(head) >= ISA_LENGTH and all(head[at : at + 1] == element for at in _SEPARATOR_POSITIONS):
        return _valid_delimiters(element, head[82:83], head[104:105], head[105:106], None)
    return _find_by_counting(head, element)


def _find_by_counting(head: bytes, element: bytes) -> Delimiters | None:
    parts = head[:LONGEST_ISA].split(element, 16)
    if len(parts) < 17 or len(parts[16]) < 2:
        return None
    component, terminator = parts[16][0:1], parts[16][1:2]
    follows = parts[16][2:].lstrip(_BLANK)
    if follows[:3] not in (b"GS" + element, b"TA1", b"IEA"):
        return None
    length = len(element.join(parts[:16])) + 3
    return _valid_delimiters(element, parts[11], component, terminator, IsaFault(length))


def _valid_delimiters(
    element: bytes, isa11: bytes, component: bytes, terminator: bytes, fault: IsaFault | None
) -> Delimiters | None:
    if len({element, component, terminator}) < 3 or component.isalnum() or terminator.isalnum():
        return None
    repetition = b"" if isa11.isalnum() or len(isa11) != 1 else isa11
    return Delimiters(element, component, repetition, terminator, fault)
