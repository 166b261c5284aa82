"""The implementation acknowledgement 999 (005010X231A1): what the guide says of a file as it was received.

It speaks of SNIP levels 1 and 2 only; docs/acknowledgements.md says what it decides and what it leaves out.
Source of shapes and codes: the 999 guide, by pyx12's map ``999.5010X231.A1.xml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import BinaryIO

from scrubber.acks.interchange import AckInterchange, Addressee
from scrubber.acks.model import GroupAck, GroupFault, SegmentFaults, SetFault, TransactionAck, copy_of
from scrubber.guide.fault import Fault, FaultKind
from scrubber.guide.maps import LoopNode, SegmentNode, units
from scrubber.x12 import Segment
from scrubber.x12.segment import is_count

_SETS = {"BE": "834", "HB": "271", "HC": "837", "HI": "278", "HN": "277", "HP": "835", "HR": "276",
         "HS": "270", "RA": "820"}  # fmt: skip
"""GS01 that a 999 acknowledges (AK101), and the transaction set that such a group has in it (AK201)."""

SEGMENT_CODES = frozenset({"1", "2", "3", "4", "5", "6", "7", "8", "I4", "I6", "I7", "I8", "I9"})
"""IK304."""
ELEMENT_CODES = frozenset(
    {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13",
     "I6", "I9", "I10", "I11", "I12", "I13"}
)  # fmt: skip
"""IK403."""

# Segments of X12's 837 that the 837P guide does not use: ids that a receiver of a 999 knows all the same.
_OTHERS_OF_837 = frozenset(
    {"ST", "SE", "CL1", "CR4", "CR5", "CR6", "CR7", "CR8", "DN1", "DN2", "DSB", "HSD", "IMM", "LE", "LS",
     "MIA", "N2", "SV2", "SV3", "SV4", "SV6", "SV7", "TOO", "UR"}
)  # fmt: skip

_MOST_CODES = 5
_LONGEST_COPY = 99
_MOST_IN_COUNT = 999_999
_MOST_IN_POSITION = 99
_WITH_ELEMENTS = "8"
_LOOP = re.compile(r"[0-9]{4}", re.ASCII)


def write_999(groups: Iterable[GroupAck], reply: Addressee, out: BinaryIO) -> int:
    """Write one interchange with one ST*999 for each group, and give back how many there are.

    ``groups``, their transactions and those's segments are read once and in step with what is written, so
    memory does not grow with them; see `Writer999` for which groups are passed over. Raises only what ``out``
    and the iterables raise.
    """
    writer = Writer999(reply, out)
    for group in groups:
        writer.begin(group)
        for transaction in group.transactions:
            writer.transaction(transaction)
        writer.end()
    writer.close()
    return writer.written


class Writer999:
    """Writes one interchange of ST*999, a step at a time, for who learns of the input step by step.

    Groups that a 999 cannot acknowledge (GS01 is none of the guides', such as another acknowledgement) are
    passed over with all that is in them; where none is left, nothing is written.
    """

    def __init__(self, reply: Addressee, out: BinaryIO) -> None:
        self._paper = AckInterchange(out, reply)
        self._group: GroupAck | None = None
        self._faults: list[str] = []
        self._verdicts = {"A": 0, "E": 0, "R": 0}
        self.written = 0

    def begin(self, group: GroupAck) -> None:
        """Begin the ST*999 of a group; its ``transactions`` are not read."""
        paper, gs = self._paper, group.gs
        if gs.get(1) not in _SETS:
            return
        self._group, self._faults = group, list(group.faults)
        self._verdicts = {"A": 0, "E": 0, "R": 0}
        paper.begin_set(gs)
        number = gs.get(6)
        if not (is_count(number) and len(number) <= 9):
            # AK102 must be a number; 0 with this code is no one's.
            number = "0"
            self._faults.append(GroupFault.CONTROL_NUMBER)
        version = gs.get(8)
        if not paper.usable(version, 12):
            version = "UNKNOWN"
            self._faults.append(GroupFault.VERSION_UNSUPPORTED)
        paper.write("AK1", gs.get(1), number, version)

    def transaction(self, ack: TransactionAck) -> None:
        """Acknowledge the next transaction of the group."""
        if self._group:
            self._verdicts[self._transaction(self._group, ack)] += 1

    def end(self) -> None:
        """End the group's ST*999 with the verdict on it."""
        group, verdicts = self._group, self._verdicts
        if group is None:
            return
        accepted = verdicts["A"] + verdicts["E"]
        received = max(group.received, sum(verdicts.values()))
        declared = received if group.declared is None else group.declared
        if not accepted:
            verdict = "R"
        elif received > accepted:
            verdict = "P"
        else:
            verdict = "E" if verdicts["E"] or self._faults else "A"
        counts = (str(min(count, _MOST_IN_COUNT)) for count in (declared, received, accepted))
        self._paper.write("AK9", verdict, *counts, *_first(self._faults))
        self._paper.end_set()
        self._group = None
        self.written += 1

    def close(self) -> None:
        """End the interchange, if anything was written."""
        self._paper.close()

    def _transaction(self, group: GroupAck, ack: TransactionAck) -> str:
        """Write AK2 to IK5; gives back IK501."""
        paper, st = self._paper, ack.st
        faults: list[str] = list(ack.faults)
        identifier, number, version = st.get(1), st.get(2), st.get(3)
        if identifier not in _SETS.values():
            identifier = _SETS[group.gs.get(1)]
            faults.append(SetFault.IDENTIFIER)
        if not paper.usable(number, 9, 4):
            number = "0000"
            faults.append(SetFault.CONTROL_NUMBER)
        paper.write("AK2", identifier, number, version if paper.usable(version, 35) else "")
        kinds: set[SetFault] = set()
        for faulty in ack.segments:
            kinds |= self._segment(faulty)
        faults += sorted(kinds)
        if ack.held and not faults:
            faults.append(SetFault.SEGMENTS)
        verdict = "R" if ack.held else "E" if faults else "A"
        paper.write("IK5", verdict, *_first(faults))
        return verdict

    def _segment(self, faulty: SegmentFaults) -> set[SetFault]:
        """Write the IK3 loops of a segment, and say what its faults make of the transaction."""
        kinds: set[SetFault] = set()
        for note in _notes(faulty):
            kinds |= note.kinds
            if note.id not in _known() or not 1 <= note.position <= _MOST_IN_COUNT:
                continue  # IK301 and IK302 have no place for these; IK502 speaks for them
            self._paper.write("IK3", note.id, str(note.position), _loop(note.loop), note.code)
            if self._paper.usable(faulty.claim, 35):
                self._paper.write("CTX", self._paper.composite("CLM01", faulty.claim))
            for fault in note.elements:
                self._element(faulty.segment, fault)
        return kinds

    def _element(self, segment: Segment, fault: Fault) -> None:
        part = fault.component if fault.component <= _MOST_IN_POSITION else 0
        copy = copy_of(_value(segment, fault), segment.delimiters)
        self._paper.write(
            "IK4",
            self._paper.composite(str(fault.element), str(part) if part else ""),
            _numbers().get((segment.id, fault.element, fault.component), ""),
            fault.kind.element_code,
            copy if self._paper.usable(copy, _LONGEST_COPY) else "",
        )


@dataclass(slots=True)
class _SegmentNote:
    """One IK3 loop to be; ``kinds`` is what it makes of the transaction."""

    id: str
    position: int
    loop: str
    code: str
    elements: list[Fault] = field(default_factory=list)
    kinds: set[SetFault] = field(default_factory=set)


def _notes(faulty: SegmentFaults) -> Iterator[_SegmentNote]:
    """One note for each thing that IK304 can say of the segment, in the order of the faults."""
    notes: dict[tuple[str, int, str, str], _SegmentNote] = {}
    for fault in faulty.faults:
        code, element_code = fault.kind.segment_code, fault.kind.element_code
        if code not in SEGMENT_CODES:
            continue
        name, position, loop = faulty.segment.id, faulty.position, fault.loop or faulty.loop
        if fault.kind is FaultKind.MISSING_SEGMENT:
            # It would stand behind this segment, which is itself right.
            name, position = fault.missing, position + 1
        note = notes.setdefault((name, position, loop, code), _SegmentNote(name, position, loop, code))
        of_guide = code.startswith("I") or element_code.startswith("I")
        note.kinds.add(SetFault.GUIDE_SEGMENTS if of_guide else SetFault.SEGMENTS)
        is_placed = 1 <= fault.element <= _MOST_IN_POSITION
        if code == _WITH_ELEMENTS and element_code in ELEMENT_CODES and is_placed:
            note.elements.append(fault)
    yield from notes.values()


def _loop(name: str) -> str:
    """IK303 has four characters: of ``2010AA`` it says ``2010``; of what is no numbered loop, nothing."""
    found = _LOOP.match(name)
    return found.group() if found else ""


def _value(segment: Segment, fault: Fault) -> bytes:
    """The bytes that the fault is about; none where they are absent."""
    raw = segment.elements[fault.element] if fault.element < len(segment.elements) else b""
    if not fault.component:
        return raw
    parts = raw.split(segment.delimiters.component)
    return parts[fault.component - 1] if fault.component <= len(parts) else b""


def _first(codes: Iterable[str]) -> list[str]:
    """Each code once, and no more than there is room for."""
    return [str(code) for code in dict.fromkeys(codes)][:_MOST_CODES]


@cache
def _numbers() -> dict[tuple[str, int, int], str]:
    """X12 data element numbers by segment id, element and component (0: the whole element).

    X12 gives a place in a segment the same number wherever the segment stands. Composites have names such as
    C023, for which IK402, a number, has no place.
    """
    found: dict[tuple[str, int, int], str] = {}
    for node in _nodes():
        for at, rule in enumerate(node.rules, start=1):
            for part, inner in enumerate((rule, *rule.parts)):
                if inner.number.isdigit():
                    found[node.id, at, part] = inner.number
    return found


@cache
def _known() -> frozenset[str]:
    """Ids of the segments of X12's 837."""
    return _OTHERS_OF_837.union(node.id for node in _nodes())


def _nodes() -> Iterator[SegmentNode]:
    waiting: list[LoopNode | SegmentNode] = list(units().values())
    while waiting:
        node = waiting.pop()
        if isinstance(node, SegmentNode):
            yield node
        else:
            waiting += [child for group in node.groups for child in group]
