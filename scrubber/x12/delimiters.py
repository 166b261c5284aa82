"""The four delimiters of an interchange, read from its ISA segment.

ISA is the only segment of fixed width (X12.5): every element has a set length, so the delimiters stand
at set positions. Sloppy senders get a width wrong; then the element separators are counted instead, so
that the claims behind a damaged ISA can still be examined, and the damage is said.
"""

from __future__ import annotations

from dataclasses import dataclass

ISA_LENGTH = 106
"""Bytes of a well-formed ISA segment, its terminator included (X12.5)."""

LONGEST_ISA = 300
"""Bytes looked at to find the sixteen separators of an ISA whose widths are wrong."""

_SEPARATOR_POSITIONS = (3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103)
_BLANK = b"\r\n\t "


@dataclass(frozen=True, slots=True)
class IsaFault:
    """An ISA segment whose widths are not the standard's.

    ``length`` is the number of bytes up to and including the terminator that was found.
    """

    length: int


@dataclass(frozen=True, slots=True)
class Delimiters:
    """The delimiters of one interchange, each one byte.

    ``repetition`` is empty before 00402, where ISA11 was something else (a letter such as ``U``).
    ``fault`` tells that they had to be found by counting, because the ISA is malformed.
    """

    element: bytes
    component: bytes
    repetition: bytes
    terminator: bytes
    fault: IsaFault | None = None

    @property
    def blanks(self) -> bytes:
        """Bytes that may stand between two segments and mean nothing."""
        taken = self.element + self.component + self.terminator
        return bytes(byte for byte in _BLANK if byte not in taken)


def find_delimiters(head: bytes) -> Delimiters | None:
    """Read the delimiters from ``head``, which begins with ``ISA``.

    ``head`` should hold ``LONGEST_ISA`` bytes or all that is left of the input. ``None`` means that this
    is no ISA segment that anything can be made of.
    """
    if head[:3] != b"ISA" or len(head) < 5:
        return None
    element = head[3:4]
    if element.isalnum() or element in b"\r\n ":
        return None
    if len(head) >= ISA_LENGTH and all(head[at : at + 1] == element for at in _SEPARATOR_POSITIONS):
        return _checked(element, head[82:83], head[104:105], head[105:106], None)
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
    return _checked(element, parts[11], component, terminator, IsaFault(length))


def _checked(
    element: bytes, isa11: bytes, component: bytes, terminator: bytes, fault: IsaFault | None
) -> Delimiters | None:
    if len({element, component, terminator}) < 3 or component.isalnum() or terminator.isalnum():
        return None
    repetition = b"" if isa11.isalnum() or len(isa11) != 1 else isa11
    return Delimiters(element, component, repetition, terminator, fault)
