"""The implementation acknowledgement 999 (005010X231A1): the TR3 violations of a file as received.

It reports SNIP levels 1 and 2 only; docs/acknowledgements.md states what it decides and what it leaves out.
Source of segments and codes: the 999 TR3, by pyx12's map ``999.5010X231.A1.xml``.
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
"""The GS01 values that a 999 acknowledges (AK101), with the transaction set of such a group (AK201)."""

SEGMENT_CODES = frozenset({"1", "2", "3", "4", "5", "6", "7", "8", "I4", "I6", "I7", "I8", "I9"})
"""IK304."""
ELEMENT_CODES = frozenset(
    {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13",
     "I6", "I9", "I10", "I11", "I12", "I13"}
)  # fmt: skip
"""IK403."""

# Segments of X12's 837 that the 837P TR3 does not use: IDs that a receiver of a 999 knows all the same.
_UNUSED_837_SEGMENTS = frozenset(
    {"ST", "SE", "CL1", "CR4", "CR5", "CR6", "CR7", "CR8", "DN1", "DN2", "DSB", "HSD", "IMM", "LE", "LS",
     "MIA", "N2", "SV2", "SV3", "SV4", "SV6", "SV7", "TOO", "UR"}
)  # fmt: skip

_MOST_CODES = 5
_LONGEST_COPY = 99
_MOST_IN_COUNT = 999_999
_MOST_IN_POSITION = 99
_WITH_ELEMENTS = "8"
_LOOP = re.compile(r"[0-9]{4}", re.ASCII)


def write_999(groups: Iterable[GroupAck], addressee: Addressee, out: BinaryIO) -> int:
    """Write one interchange with an ST*999 for each group, and return the number of ST*999.

    ``groups``, their transactions and the segments of these are read once and in step with the output, so
    memory does not grow with them; see `Writer999` for the groups that are skipped. Raise only what ``out``
    and the iterables raise.
    """
    writer = Writer999(addressee, out)
    for group in groups:
        writer.begin(group)
        for transaction in group.transactions:
            writer.transaction(transaction)
        writer.end()
    writer.close()
    return writer.written


class Writer999:
    """Incremental writer of one interchange of ST*999.

    Groups that a 999 cannot acknowledge (a GS01 that no TR3 defines, or another acknowledgement's) are
    skipped with their content; if no group is left, nothing is written.
    """

    def __init__(self, addressee: Addressee, out: BinaryIO) -> None:
        self._interchange = AckInterchange(out, addressee)
        self._group: GroupAck | None = None
        self._faults: list[str] = []
        self._verdicts = {"A": 0, "E": 0, "R": 0}
        self.written = 0

    def begin(self, group: GroupAck) -> None:
        """Begin the ST*999 of a group; its ``transactions`` are not read."""
        interchange, gs = self._interchange, group.gs
        if gs.get(1) not in _SETS:
            return
        self._group, self._faults = group, list(group.faults)
        self._verdicts = {"A": 0, "E": 0, "R": 0}
        interchange.begin_set(gs)
        number = gs.get(6)
        if not (is_count(number) and len(number) <= 9):
            # AK102 must be a number; 0 with this code belongs to no one.
            number = "0"
            self._faults.append(GroupFault.CONTROL_NUMBER)
        version = gs.get(8)
        if not interchange.usable(version, 12):
            version = "UNKNOWN"
            self._faults.append(GroupFault.VERSION_UNSUPPORTED)
        interchange.write("AK1", gs.get(1), number, version)

    def transaction(self, ack: TransactionAck) -> None:
        """Acknowledge the next transaction of the group."""
        if self._group:
            self._verdicts[self._transaction(self._group, ack)] += 1

    def end(self) -> None:
        """End the group's ST*999 with its verdict."""
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
        self._interchange.write("AK9", verdict, *counts, *_first(self._faults))
        self._interchange.end_set()
        self._group = None
        self.written += 1

    def close(self) -> None:
        """End the interchange, if anything was written."""
        self._interchange.close()

    def _transaction(self, group: GroupAck, ack: TransactionAck) -> str:
        """Write AK2 to IK5; return IK501."""
        interchange, st = self._interchange, ack.st
        faults: list[str] = list(ack.faults)
        identifier, number, version = st.get(1), st.get(2), st.get(3)
        if identifier not in _SETS.values():
            identifier = _SETS[group.gs.get(1)]
            faults.append(SetFault.IDENTIFIER)
        if not interchange.usable(number, 9, 4):
            number = "0000"
            faults.append(SetFault.CONTROL_NUMBER)
        interchange.write("AK2", identifier, number, version if interchange.usable(version, 35) else "")
        kinds: set[SetFault] = set()
        for faulty in ack.segments:
            kinds |= self._segment(faulty)
        faults += sorted(kinds)
        if ack.held and not faults:
            faults.append(SetFault.SEGMENTS)
        verdict = "R" if ack.held else "E" if faults else "A"
        interchange.write("IK5", verdict, *_first(faults))
        return verdict

    def _segment(self, faulty: SegmentFaults) -> set[SetFault]:
        """Write the IK3 loops of a segment; return the resulting faults of the transaction."""
        kinds: set[SetFault] = set()
        for note in _notes(faulty):
            kinds |= note.kinds
            if note.id not in _segment_ids() or not 1 <= note.position <= _MOST_IN_COUNT:
                continue  # IK301 and IK302 cannot hold these; IK502 reports them
            self._interchange.write("IK3", note.id, str(note.position), _loop(note.loop), note.code)
            if self._interchange.usable(faulty.claim, 35):
                self._interchange.write("CTX", self._interchange.composite("CLM01", faulty.claim))
            for fault in note.elements:
                self._element(faulty.segment, fault)
        return kinds

    def _element(self, segment: Segment, fault: Fault) -> None:
        part = fault.component if fault.component <= _MOST_IN_POSITION else 0
        copy = copy_of(_value(segment, fault), segment.delimiters)
        self._interchange.write(
            "IK4",
            self._interchange.composite(str(fault.element), str(part) if part else ""),
            _element_numbers().get((segment.id, fault.element, fault.component), ""),
            fault.kind.element_code,
            copy if self._interchange.usable(copy, _LONGEST_COPY) else "",
        )


@dataclass(slots=True)
class _SegmentNote:
    """One IK3 loop to be written; ``kinds`` are the resulting faults of the transaction."""

    id: str
    position: int
    loop: str
    code: str
    elements: list[Fault] = field(default_factory=list)
    kinds: set[SetFault] = field(default_factory=set)


def _notes(faulty: SegmentFaults) -> Iterator[_SegmentNote]:
    """Yield one note for each IK304 code of the segment, in the order of the faults."""
    notes: dict[tuple[str, int, str, str], _SegmentNote] = {}
    for fault in faulty.faults:
        code, element_code = fault.kind.segment_code, fault.kind.element_code
        if code not in SEGMENT_CODES:
            continue
        name, position, loop = faulty.segment.id, faulty.position, fault.loop or faulty.loop
        if fault.kind is FaultKind.MISSING_SEGMENT:
            # The missing segment would follow this one, which is itself correct.
            name, position = fault.missing, position + 1
        note = notes.setdefault((name, position, loop, code), _SegmentNote(name, position, loop, code))
        of_guide = code.startswith("I") or element_code.startswith("I")
        note.kinds.add(SetFault.GUIDE_SEGMENTS if of_guide else SetFault.SEGMENTS)
        is_placed = 1 <= fault.element <= _MOST_IN_POSITION
        if code == _WITH_ELEMENTS and element_code in ELEMENT_CODES and is_placed:
            note.elements.append(fault)
    yield from notes.values()


def _loop(name: str) -> str:
    """Return IK303, which has four characters: ``2010`` for ``2010AA``, empty for a loop without a number."""
    found = _LOOP.match(name)
    return found.group() if found else ""


def _value(segment: Segment, fault: Fault) -> bytes:
    """Return the bytes that the fault is about, or none if they are absent."""
    raw = segment.elements[fault.element] if fault.element < len(segment.elements) else b""
    if not fault.component:
        return raw
    parts = raw.split(segment.delimiters.component)
    return parts[fault.component - 1] if fault.component <= len(parts) else b""


def _first(codes: Iterable[str]) -> list[str]:
    """Return the distinct codes, at most as many as fit."""
    return [str(code) for code in dict.fromkeys(codes)][:_MOST_CODES]


@cache
def _element_numbers() -> dict[tuple[str, int, int], str]:
    """Return X12 data element numbers by segment ID, element and component (0: the whole element).

    X12 numbers the elements of a segment the same wherever the segment is used. Composites have names such as
    C023, which do not fit IK402, a number.
    """
    found: dict[tuple[str, int, int], str] = {}
    for node in _nodes():
        for at, rule in enumerate(node.rules, start=1):
            for part, inner in enumerate((rule, *rule.parts)):
                if inner.number.isdigit():
                    found[node.id, at, part] = inner.number
    return found


@cache
def _segment_ids() -> frozenset[str]:
    """Return the IDs of the segments of X12's 837."""
    return _UNUSED_837_SEGMENTS.union(node.id for node in _nodes())


def _nodes() -> Iterator[SegmentNode]:
    waiting: list[LoopNode | SegmentNode] = list(units().values())
    while waiting:
        node = waiting.pop()
        if isinstance(node, SegmentNode):
            yield node
        else:
            waiting += [child for group in node.groups for child in group]
