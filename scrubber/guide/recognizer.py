"""Validate segments against the TR3, and find what is wrong with those that fail.

The fast path costs one lookup and one pattern match for each segment; only what fails is examined in detail.
After a fault the recognizer continues at the most likely position, so that one fault is one finding.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct, field

from scrubber.guide.explain import explain
from scrubber.guide.fault import Fault, FaultKind
from scrubber.guide.machine import Child, Detour, Machine, Move, State
from scrubber.guide.maps import PATIENT_IS_SUBSCRIBER, LoopNode, SegmentNode
from scrubber.guide.misaligned import may_be_misaligned, realignments
from scrubber.guide.pattern import compile_segment
from scrubber.x12 import Delimiters, Segment

# Short segments repeat (LX, DTP, PRV, SV1 of common services); longer ones are specific to one patient.
_REMEMBERED_LENGTH = 48
_MOST_REMEMBERED = 2048
# Compiling a pattern takes as long as examining a hundred segments in detail, so the first ones are examined.
_FIRST_EXAMINED = 16
_UNKNOWN = b"?"
"""An ID or a qualifier that the TR3 does not have, whichever it is."""
# After an NM1 that is not expected, these segments belong to it: its fault covers them.
_NM1_DETAILS = frozenset({b"N3", b"N4", b"PER", b"REF", b"DMG", b"PRV"})


@lru_cache(maxsize=8)
def recognizer(delimiters: Delimiters) -> Recognizer:
    """Return the recognizer for files with these delimiters."""
    return Recognizer(delimiters)


class Recognizer:
    """Validates units (a header, an HL level, a claim) of transaction sets with one set of delimiters."""

    def __init__(self, delimiters: Delimiters) -> None:
        self._delimiters = delimiters
        self._machine = Machine()
        self._patterns: dict[SegmentNode, re.Pattern[bytes]] = {}
        self._examined: dict[SegmentNode, int] = {}
        # The position of each segment's qualifier, by segment ID.
        self._places = {node.id.encode(): node.pick for node in self._machine.nodes() if node.pick}
        # The qualifiers that the TR3 has for each segment ID, anywhere.
        self._qualifiers: defaultdict[bytes, set[bytes]] = defaultdict(set)
        for node in self._machine.nodes():
            self._qualifiers[node.id.encode()].update(pick.encode() for pick in node.picks)

    def check(self, unit: str, segments: Sequence[Segment]) -> list[Fault]:
        """Return the faults of the segments of a unit (``HEADER``, ``2000A`` … ``2300``)."""
        state = self.start(unit, [segment.body for segment in segments] if unit == "2000B" else ())
        faults = _Faults()
        orphaned = False  # after an unexpected NM1
        last: Segment | None = None
        for at, segment in enumerate(segments):
            if orphaned and segment.elements[0] in _NM1_DETAILS:
                continue
            body = segment.body
            following = state.seen.get(body)
            if following is None:
                key = self._key(segment)
                known = state.known.get(key)
                if known is not None and known[0](body):
                    following = known[1]
                    if len(body) <= _REMEMBERED_LENGTH:
                        _remember(state, body, following)
            if following is None:
                neighbors = _Neighbors(last, segments[at + 1] if at + 1 < len(segments) else None)
                following, orphaned = self._step(state, segment, neighbors, faults)
            elif orphaned:
                orphaned = False
            state, last = following, segment
        if last is not None and not self._machine.is_end(state):
            faults.add_missing(self._machine.end(state), last)
        return _without_duplicates(faults.found) if faults.found else faults.found

    def start(self, unit: str, bodies: Sequence[bytes]) -> State:
        """Return the position before the first segment of a unit that has these segments."""
        if unit == "2000B" and self._is_patient(bodies):
            return self._machine.start(PATIENT_IS_SUBSCRIBER)
        return self._machine.start(unit)

    def _is_patient(self, bodies: Sequence[bytes]) -> bool:
        """Return True if a subscriber is the patient of some claims (SBR02 18), whether or not of all."""
        separator = self._delimiters.element
        heads = (body.split(separator) for body in bodies[:2])
        hl, sbr = next(heads, [b""]), next(heads, [b""])
        return (hl[0], sbr[0]) == (b"HL", b"SBR") and sbr[2:3] == [b"18"]

    def is_end(self, state: State) -> bool:
        """Return True if a unit may end at this position."""
        return self._machine.is_end(state)

    def follow(self, state: State, segment: Segment) -> State | None:
        """Return the position after a segment, or ``None`` if the TR3 does not allow it there as it is."""
        known = state.known.get(self._key(segment))
        if known is not None and known[0](segment.body):
            return known[1]
        if not segment.body:
            return None
        moves = self._moves(state, segment)
        move = self._valid_move(moves, segment)
        if move is None:
            return None
        self._learn(state, segment, moves, move)
        return move.state

    def _key(self, segment: Segment) -> tuple[bytes, bytes]:
        """Return the ID and the qualifier of a segment."""
        elements = segment.elements
        name = elements[0]
        place = self._places.get(name)
        if place is None or len(elements) <= place[0]:
            return name, b""
        value = elements[place[0]]
        return name, value.partition(self._delimiters.component)[0] if place[1] else value

    def _class(self, segment: Segment) -> tuple[bytes, bytes]:
        """Return what moves depend on: the ID and the qualifier; all that are not in the TR3 are the same.

        So what is remembered by it stays small, whatever a file has in these places.
        """
        name = segment.elements[0]
        qualifiers = self._qualifiers.get(name)
        if not qualifiers:
            return (_UNKNOWN if qualifiers is None else name), _UNKNOWN
        qualifier = self._key(segment)[1]
        return name, qualifier if qualifier in qualifiers else _UNKNOWN

    def _step(
        self, state: State, segment: Segment, neighbors: _Neighbors, faults: _Faults
    ) -> tuple[State, bool]:
        """Process one segment; return the state after it, and whether what follows has lost its loop."""
        if not segment.body:
            return state, False
        moves = self._moves(state, segment)
        move = self._valid_move(moves, segment)
        if move is None:
            return self._explain(state, segment, neighbors, moves, faults)
        self._learn(state, segment, moves, move)
        return move.state, False

    def _learn(self, state: State, segment: Segment, moves: tuple[Move, ...], move: Move) -> None:
        """Remember the pattern of a valid segment for others of its ID and qualifier at this position."""
        pattern = self._patterns.get(move.node)
        if pattern and len(moves) == 1 and len(state.known) < _MOST_REMEMBERED:
            state.known[self._key(segment)] = pattern.fullmatch, move.state

    def _valid_move(self, moves: tuple[Move, ...], segment: Segment) -> Move | None:
        """Return the move with which nothing is wrong and for which the segment is valid."""
        if len(moves) == 1 and moves[0].is_right and self._is_rare(moves[0].node):
            return moves[0] if next(explain(segment, moves[0].node), None) is None else None
        for move in moves:
            if move.is_right and self._pattern(move.node).fullmatch(segment.body):
                return move
        return None

    def _moves(self, state: State, segment: Segment) -> tuple[Move, ...]:
        key = name, qualifier = self._class(segment)
        moves = state.moves.get(key)
        if moves is None:
            moves = tuple(self._machine.moves(state, name.decode("latin-1"), qualifier.decode("latin-1")))
            if len(state.moves) < _MOST_REMEMBERED:
                state.moves[key] = moves
        return moves

    def _is_rare(self, node: SegmentNode) -> bool:
        """Return True for the first segments at a node, which are not worth a pattern."""
        if node in self._patterns:
            return False
        examined = self._examined[node] = self._examined.get(node, 0) + 1
        return examined <= _FIRST_EXAMINED

    def _detour(self, state: State, segment: Segment) -> Detour:
        """Return what the TR3 has for a segment that no move expects, or not here."""
        key = name, qualifier = self._class(segment)
        detour = state.detours.get(key)
        if detour is None:
            detour = self._machine.detour(state, name.decode("latin-1"), qualifier.decode("latin-1"))
            if len(state.detours) < _MOST_REMEMBERED:
                state.detours[key] = detour
        return detour

    def _pattern(self, node: SegmentNode) -> re.Pattern[bytes]:
        pattern = self._patterns.get(node)
        if pattern is None:
            pattern = self._patterns[node] = compile_segment(node, self._delimiters)
        return pattern

    def _explain(
        self,
        state: State,
        segment: Segment,
        neighbors: _Neighbors,
        moves: tuple[Move, ...],
        faults: _Faults,
    ) -> tuple[State, bool]:
        """Find what is wrong with a segment (the slow path), and continue at the most likely position."""
        move = self._best(segment, moves)
        if move and self._is_inserted(state, move, neighbors):
            move = None
        else:
            move = move or self._move_past_lost_opener(state, segment, neighbors, faults)
        if move is None:
            unexpected = self._unexpected(state, segment)
            realigned = self._realigned(state, segment, [unexpected])
            if realigned:
                move, misaligned = realigned
                faults.found += (misaligned, unexpected)
                return move.state, False
            faults.found.append(unexpected)
            return state, segment.elements[0] == b"NM1"
        faults.add_missing(move.missing, neighbors.before or segment)
        if move.too_many is not None:
            kind = (
                FaultKind.TOO_MANY_LOOPS
                if isinstance(move.too_many, LoopNode)
                else FaultKind.TOO_MANY_SEGMENTS
            )
            expected = f"at most {move.too_many.most}"
            faults.found.append(Fault(kind, segment, move.node.loop, expected=expected))
        found = list(explain(segment, move.node))
        if may_be_misaligned(found) and (realigned := self._realigned(state, segment, found)):
            move, misaligned = realigned
            faults.found.append(misaligned)
        faults.found += found
        return move.state, False

    def _realigned(self, state: State, segment: Segment, found: Sequence[Fault]) -> tuple[Move, Fault] | None:
        """Return where a segment belongs with its separators corrected, and the fault; else ``None``."""
        for other, element, what in realignments(segment, found):
            for move in self._moves(state, other):
                if move.is_right and self._pattern(move.node).fullmatch(other.body):
                    fault = Fault(FaultKind.MISALIGNED, segment, move.node.loop, element, expected=what)
                    return move, fault
        return None

    def _best(self, segment: Segment, moves: tuple[Move, ...]) -> Move | None:
        """Return the move for which the segment itself is valid, else the first one."""
        if len(moves) == 1:
            return moves[0]
        fitting = (move for move in moves if self._pattern(move.node).fullmatch(segment.body))
        return next(fitting, moves[0] if moves else None)

    def _is_inserted(self, state: State, move: Move, neighbors: _Neighbors) -> bool:
        """Return True if a segment skips what is required, and the next one ignores it."""
        following = neighbors.after
        if not move.missing or following is None or self._can_follow(move.state, following):
            return False
        skipped = {child.opener.id for child in move.missing}
        # If the next segment is what was skipped, the two have only changed places.
        return following.id not in skipped and self._can_follow(state, following)

    def _can_follow(self, state: State, segment: Segment) -> bool:
        """Return True if a segment can come next without a fault of order."""
        return any(move.is_right for move in self._moves(state, segment))

    def _move_past_lost_opener(
        self, state: State, segment: Segment, neighbors: _Neighbors, faults: _Faults
    ) -> Move | None:
        """Return the move into a loop whose first segment was lost.

        ``None`` if the segment only comes too late, or if the next one continues without it.
        """
        if neighbors.after is None or self._can_follow(state, neighbors.after):
            return None
        detour = self._detour(state, segment)
        passed = detour.passed
        if passed and (passed.usage != "R" or (passed.loop, passed.id) in faults.missed):
            return None
        return detour.without_opener

    def _unexpected(self, state: State, segment: Segment) -> Fault:
        """Return the fault of a segment that is not expected from here on."""
        innermost, detour = state.frames[-1].loop, self._detour(state, segment)
        if detour.passed:
            return Fault(FaultKind.OUT_OF_ORDER, segment, innermost.id)
        if detour.other_qualifier:
            # The TR3 has a segment with this ID here, but not with this qualifier.
            node = detour.other_qualifier
            element, component = node.pick or (0, 0)
            return Fault(FaultKind.UNEXPECTED, segment, node.loop, element, component)
        return Fault(FaultKind.UNEXPECTED, segment, innermost.id)


class _Faults(Struct):
    """The faults of a unit so far, and which segments were missing, by loop and ID."""

    found: list[Fault] = field(default_factory=list)
    missed: set[tuple[str, str]] = field(default_factory=set)

    def add_missing(self, children: Sequence[Child], last: Segment) -> None:
        """Add the faults of children that are missing after a segment."""
        for child in children:
            fault = _missing(child, last)
            self.found.append(fault)
            self.missed.add((fault.loop, fault.missing))


class _Neighbors(Struct, frozen=True):
    """The segments before and after a segment."""

    before: Segment | None
    after: Segment | None


def _remember(state: State, body: bytes, following: State) -> None:
    """Remember the state after a whole segment, so that its next occurrence costs one lookup."""
    if len(state.seen) >= _MOST_REMEMBERED:
        state.seen.clear()
    state.seen[body] = following


def _missing(child: Child, last: Segment) -> Fault:
    node = child.opener
    # The qualifiers that it may have, where they are few enough to list.
    picks = " or ".join(sorted(node.picks)) if len(node.picks) <= 4 else ""
    return Fault(FaultKind.MISSING_SEGMENT, last, node.loop, expected=picks, missing=node.id)


def _without_duplicates(faults: list[Fault]) -> list[Fault]:
    """Drop faults that another fault already covers.

    A segment that comes too late was first reported missing; so was one with a garbled ID where it is, and
    one with a garbled qualifier from there on.
    """
    late = {(fault.loop, fault.segment.id) for fault in faults if fault.kind is FaultKind.OUT_OF_ORDER}
    places: set[int] = set()
    strays: defaultdict[str, deque[int]] = defaultdict(deque)  # the numbers of those with an ID, in order
    for fault in faults:
        if fault.kind is FaultKind.UNEXPECTED:
            places.add(fault.segment.number)
            strays[fault.segment.id].append(fault.segment.number)
    kept = []
    for fault in faults:
        if fault.kind is FaultKind.MISSING_SEGMENT:
            if (fault.loop, fault.missing) in late or fault.segment.number in places:
                continue
            # An unexpected segment before it may be the missing one, with another qualifier.
            garbled = strays.get(fault.missing)
            if garbled and garbled[0] <= fault.segment.number:
                garbled.popleft()  # it accounts for one missing segment only
                continue
        kept.append(fault)
    return kept
