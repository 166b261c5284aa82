"""What a 999 acknowledges: values filled in by the caller that evaluated an input.

:mod:`scrubber.acks.ack999` writes them. Nothing here reads a clock or a file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from scrubber.guide.fault import Fault
from scrubber.x12 import Delimiters, Segment
from scrubber.x12.segment import text


class SetFault(StrEnum):
    """What is wrong with a transaction as a whole: IK502 to IK506 of the 999 (X12 data element 618)."""

    UNSUPPORTED = "1"
    TRAILER_MISSING = "2"
    CONTROL_NUMBERS_DIFFER = "3"
    COUNT_DIFFERS = "4"
    SEGMENTS = "5"
    IDENTIFIER = "6"
    CONTROL_NUMBER = "7"
    FOREIGN_TO_GROUP = "18"
    REPEATED_CONTROL_NUMBER = "23"
    GUIDE_SEGMENTS = "I5"
    GUIDE_UNSUPPORTED = "I6"


class GroupFault(StrEnum):
    """What is wrong with a functional group: AK905 to AK909 of the 999 (X12 data element 716)."""

    UNSUPPORTED = "1"
    VERSION_UNSUPPORTED = "2"
    TRAILER_MISSING = "3"
    CONTROL_NUMBERS_DIFFER = "4"
    COUNT_DIFFERS = "5"
    CONTROL_NUMBER = "6"
    RECEIVER = "13"
    SENDER = "14"
    REPEATED_CONTROL_NUMBER = "19"


@dataclass(frozen=True, slots=True)
class SegmentFaults:
    """The faults of one segment, or of the gap after it (``FaultKind.MISSING_SEGMENT``).

    ``position`` counts the segments of the transaction, ST is 1; the caller provides it, because a changed
    copy of a segment no longer knows. ``loop`` is the TR3's ID of its loop, for faults that name none.
    ``claim`` is CLM01 of the claim it belongs to, empty outside of claims. The 999 copies ``claim`` and the
    faulty values: patient data.
    """

    position: int
    segment: Segment
    loop: str
    faults: tuple[Fault, ...]
    claim: str = ""


@dataclass(frozen=True, slots=True)
class TransactionAck:
    """One received ST–SE. ``segments`` is read once, in order, while it is being written.

    ``held`` means that nothing of it is accepted because of faults of SNIP level 1 or 2. A transaction whose
    claims are held for business reasons is not ``held`` here: the 999 does not report those.
    """

    st: Segment
    segments: Iterable[SegmentFaults] = ()
    faults: tuple[SetFault, ...] = ()
    held: bool = False


@dataclass(frozen=True, slots=True)
class GroupAck:
    """One received GS–GE. ``transactions`` is read once, in order, while it is being written.

    ``declared`` is GE01, ``None`` if it is absent or not a number; ``received`` counts the received
    transactions, including those without an ST (which cannot be acknowledged individually).
    """

    gs: Segment
    declared: int | None
    received: int
    transactions: Iterable[TransactionAck]
    faults: tuple[GroupFault, ...] = ()


def copy_of(raw: bytes, source: Delimiters) -> str:
    """Return a faulty value as text if it is one simple value by its own delimiters, else an empty string."""
    if any(mark in raw for mark in (source.component, source.repetition) if mark):
        return ""
    return text(raw)
