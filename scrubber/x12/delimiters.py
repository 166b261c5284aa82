"""Read the four delimiters of an interchange from its ISA segment.

ISA is the only fixed-width segment (X12.5): every element has a set length, so the delimiters are at set
positions. If an ISA is damaged (wrong widths, an element too few or too many, no terminator), they are found
by what follows it, so that the claims after it can still be examined and the damage is reported.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property, lru_cache

from msgspec import Struct

ISA_LENGTH = 106
"""The length of a well-formed ISA segment in bytes, including its terminator (X12.5)."""

LONGEST_ISA = 300
"""The number of bytes searched for what follows a damaged ISA."""

_FEWEST, _MOST = 13, 18
"""So many element separators may a damaged ISA have; a sound one has sixteen."""
_USUAL_COMPONENT = b":"

ISA_WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
_SEPARATOR_POSITIONS = (3, 6, 17, 20, 31, 34, 50, 53, 69, 76, 81, 83, 89, 99, 101, 103)
_BLANK = b"\r\n\t "


class IsaFault(Struct, frozen=True):
    """A damaged ISA segment: the first thing that is wrong with it.

    ``elements`` is their number if that is not sixteen. ``element`` is the first one that has another width
    than the standard sets, or that cannot be a separator (ISA16); ``length`` is the number of its bytes.
    ``unended`` is true if only the terminator of the segment is lost.
    """

    elements: int = 0
    element: int = 0
    length: int = 0
    unended: bool = False

    @property
    def is_separator(self) -> bool:
        """Whether only ISA16 is wrong, which cannot be the component separator."""
        return self.element == len(ISA_WIDTHS)


class Delimiters(Struct, frozen=True, dict=True):
    """The delimiters of one interchange, each one byte.

    ``repetition`` is empty before version 00402, when ISA11 was not a separator (a letter such as ``U``).
    """

    element: bytes
    component: bytes
    repetition: bytes
    terminator: bytes

    @cached_property
    def blanks(self) -> bytes:
        """The bytes that may be between two segments without any meaning."""
        used = self.element + self.component + self.terminator
        return bytes(byte for byte in _BLANK if byte not in used)


def find_delimiters(head: bytes, known: Delimiters | None = None) -> Delimiters | None:
    """Read the delimiters from ``head``, which begins with ``ISA``.

    ``head`` should have ``LONGEST_ISA`` bytes, or all that is left of the input. ``known`` are those of the
    interchange before, for what a damaged ISA does not tell. Return ``None`` if it is not an ISA segment.
    """
    element = head[3:4]
    if head[:3] != b"ISA" or len(head) < 5 or element.isalnum() or element in b"\r\n ":
        return None
    return find_sound(head) or _find_by_what_follows(head, element, known)


def find_sound(head: bytes) -> Delimiters | None:
    """Read the delimiters of a sound ISA; return ``None`` if it is not one."""
    element = head[3:4]
    if len(head) < ISA_LENGTH or element.isalnum() or element in b"\r\n ":
        return None
    if head[6:7] != element or not all(head[at : at + 1] == element for at in _SEPARATOR_POSITIONS):
        return None
    component, terminator = head[104:105], head[105:106]
    if not _can_separate(component) or terminator.isalnum() or len({element, component, terminator}) < 3:
        return None
    after = head[ISA_LENGTH:].lstrip(_BLANK)
    if terminator in b"\r\n" and _usual_terminator(after, element) not in (b"", terminator):
        return None  # the line ends after the ISA, whose terminator is lost
    return Delimiters(element, component, _repetition(head[82:83]), terminator)


def unended_length(head: bytes, delimiters: Delimiters) -> int:
    """Return the length of the ISA at the beginning of ``head`` if its terminator is lost, otherwise 0."""
    before = head[: max(0, _isa_end(head, delimiters.element))] if head.startswith(b"ISA") else b""
    return 0 if delimiters.terminator in before else len(before.rstrip(_BLANK))


def isa_fault(body: bytes, end: bytes, delimiters: Delimiters) -> IsaFault | None:
    """Return what is wrong with the form of an ISA, which was read with these delimiters."""
    elements = body.split(delimiters.element)[1:]
    if len(elements) == len(ISA_WIDTHS) + 1 and not any(elements[-2:]):
        elements = [*elements[:-2], delimiters.element]  # ISA16 is the element separator
    if len(elements) != len(ISA_WIDTHS):
        return IsaFault(elements=len(elements))
    for at, (width, element) in enumerate(zip(ISA_WIDTHS, elements, strict=True), start=1):
        if len(element) != width:
            return IsaFault(element=at, length=len(element))
    if elements[-1] != delimiters.component:
        return IsaFault(element=len(ISA_WIDTHS), length=1)
    return None if end else IsaFault(unended=True)


def _find_by_what_follows(head: bytes, element: bytes, known: Delimiters | None) -> Delimiters | None:
    """Read the delimiters of a damaged ISA; the segment after it, usually GS, must be recognizable."""
    end = _isa_end(head, element)
    if end < 0:
        return None
    isa = head[:end].rstrip(_BLANK)
    terminator = _usual_terminator(head[len(isa) - 1 :], element) or isa[-1:]
    isa, _, between = isa.partition(terminator)
    if not _FEWEST <= isa.count(element) <= _MOST or re.search(rb"[A-Za-z0-9]", between):
        return None
    parts = isa.split(element)
    component = parts[-1]
    if not _can_separate(component) or component in (element, terminator):
        component = known.component if known else _USUAL_COMPONENT
    if len({element, component, terminator}) < 3 or terminator.isalnum():
        return None
    return Delimiters(element, component, _repetition(parts[11]), terminator)


def _isa_end(head: bytes, element: bytes) -> int:
    """Return where the first segment after an ISA begins, or -1 if none is near.

    The texts of an ISA may look like a segment ID; so only what is behind its last text counts.
    """
    for follows in _ids(element).finditer(head[:LONGEST_ISA]):
        if head.count(element, 0, follows.start()) >= _FEWEST:
            return follows.start()
    return -1


def _usual_terminator(after: bytes, element: bytes) -> bytes:
    """Return what ends most of the segments after an ISA; its own terminator may be wrong, or that of GS."""
    ends = Counter(_ends(element).findall(after))
    return ends.most_common(1)[0][0] if ends else b""


@lru_cache(maxsize=16)
def _ends(element: bytes) -> re.Pattern[bytes]:
    """Return the pattern of the segments that begin an interchange; its group ends the one before."""
    return re.compile(
        b"([^A-Za-z0-9 " + re.escape(element) + b"])[\\r\\n\\t ]*(?!ISA)" + _ids(element).pattern
    )


@lru_cache(maxsize=16)
def _ids(element: bytes) -> re.Pattern[bytes]:
    """Return the pattern of the IDs of segments that may be after an ISA, damaged or not."""
    ids = b"ISA|TA1|GS|ST|SE|GE|IEA|BHT|NM1|PER|N3|N4|REF|HL|PRV|SBR|DMG|PAT|CLM|DTP|HI|LX|SV1"
    return re.compile(b"(?:" + ids + b")" + re.escape(element))


def _can_separate(mark: bytes) -> bool:
    return len(mark) == 1 and not mark.isalnum() and mark not in b"\r\n "


def _repetition(isa11: bytes) -> bytes:
    return isa11 if _can_separate(isa11) else b""
