"""Proving segments right by the guide, and saying what is wrong with the others.

The happy path costs one look-up and one pattern a segment. Only what fails is taken apart. After a fault the
recogniser goes on from the likeliest place, so that one fault is one finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from scrubber.guide.explain import explain
from scrubber.guide.fault import Fault, FaultKind
from scrubber.guide.machine import Child, Machine, Move, State, matches
from scrubber.guide.maps import LoopNode, SegmentNode
from scrubber.guide.pattern import compile_segment
from scrubber.x12 import Delimiters, Segment

# Short segments repeat (LX, DTP, PRV, SV1 of common services); longer ones are about one patient.
_REMEMBERED_LENGTH = 48
_MOST_REMEMBERED = 2048
# Behind an NM1 that nothing is known of, these belong to it: its fault speaks for them.
_FOLLOWERS = frozenset({b"N3", b"N4", b"PER", b"REF", b"DMG", b"PRV"})


@lru_cache(maxsize=8)
def recognizer(delimiters: Delimiters) -> Recognizer:
    """The recogniser for files with these delimiters."""
    return Recognizer(delimiters)


class Recognizer:
    """Checks units (a header, a level, a claim) of transactions with one set of delimiters."""

    def __init__(self, delimiters: Delimiters) -> None:
        self._delimiters = delimiters
        self._machine = Machine()
        self._patterns: dict[SegmentNode, re.Pattern[bytes]] = {}
        # Where each segment has its qualifier, told by every place that it has in the guide.
        self._places = {node.id.encode(): node.pick for node in self._machine.nodes() if node.pick}

    def check(self, unit: str, segments: Sequence[Segment]) -> list[Fault]:
        """What is wrong with the segments of a unit (``HEADER``, ``2000A`` … ``2300``); mostly nothing."""
        state = self._machine.start(unit)
        faults: list[Fault] = []
        orphaned = False  # behind an unexpected NM1
        last: Segment | None = None
        for at, segment in enumerate(segments):
            if orphaned and segment.elements[0] in _FOLLOWERS:
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
                around = _Around(last, segments[at + 1] if at + 1 < len(segments) else None)
                following, orphaned = self._step(state, segment, around, faults)
            elif orphaned:
                orphaned = False
            state, last = following, segment
        if last is not None and not self._machine.is_end(state):
            faults += [_missing(child, last) for child in self._machine.end(state)]
        return _without_echoes(faults) if faults else faults

    def _key(self, segment: Segment) -> tuple[bytes, bytes]:
        """Id and qualifier of a segment."""
        elements = segment.elements
        name = elements[0]
        place = self._places.get(name)
        if place is None or len(elements) <= place[0]:
            return name, b""
        value = elements[place[0]]
        return name, value.partition(self._delimiters.component)[0] if place[1] else value

    def _step(
        self, state: State, segment: Segment, around: _Around, faults: list[Fault]
    ) -> tuple[State, bool]:
        """Take one segment: the state behind it, and whether its followers have lost their loop."""
        if not segment.body:
            return state, False
        moves = self._moves(state, segment)
        for move in moves:
            matches_all = self._pattern(move.node).fullmatch
            if move.is_right and matches_all(segment.body):
                if len(moves) == 1 and len(state.known) < _MOST_REMEMBERED:
                    state.known[self._key(segment)] = matches_all, move.state
                return move.state, False
        return self._explain(state, segment, around, moves, faults)

    def _moves(self, state: State, segment: Segment) -> tuple[Move, ...]:
        key = name, qualifier = self._key(segment)
        moves = state.moves.get(key)
        if moves is None:
            moves = tuple(self._machine.moves(state, name.decode("latin-1"), qualifier.decode("latin-1")))
            if len(state.moves) < _MOST_REMEMBERED:
                state.moves[key] = moves
        return moves

    def _pattern(self, node: SegmentNode) -> re.Pattern[bytes]:
        pattern = self._patterns.get(node)
        if pattern is None:
            pattern = self._patterns[node] = compile_segment(node, self._delimiters)
        return pattern

    def _explain(
        self,
        state: State,
        segment: Segment,
        around: _Around,
        moves: tuple[Move, ...],
        faults: list[Fault],
    ) -> tuple[State, bool]:
        """The slow path: say what is wrong with this segment, and go on from the likeliest place."""
        move = self._best(segment, moves)
        if move and self._is_stray(state, move, around):
            move = None
        else:
            move = move or self._lost_opener(state, segment, around, faults)
        if move is None:
            faults.append(self._unplaced(state, segment))
            return state, segment.elements[0] == b"NM1"
        faults += [_missing(child, around.before or segment) for child in move.missing]
        if move.too_many is not None:
            kind = (
                FaultKind.TOO_MANY_LOOPS
                if isinstance(move.too_many, LoopNode)
                else FaultKind.TOO_MANY_SEGMENTS
            )
            faults.append(Fault(kind, segment, move.node.loop, expected=f"at most {move.too_many.most}"))
        faults += explain(segment, move.node)
        return move.state, False

    def _best(self, segment: Segment, moves: tuple[Move, ...]) -> Move | None:
        """Of several places the one where the segment is right by itself, else the first."""
        fitting = (move for move in moves if self._pattern(move.node).fullmatch(segment.body))
        return next(fitting, moves[0] if moves else None)

    def _is_stray(self, state: State, move: Move, around: _Around) -> bool:
        """Whether a segment would skip what must come, while what follows goes on as if it were not there."""
        behind = around.behind
        if not move.missing or behind is None or self._goes_on(move.state, behind):
            return False
        skipped = {child.opener.id for child in move.missing}
        # What follows is what was skipped: the two have only changed places.
        return behind.id not in skipped and self._goes_on(state, behind)

    def _goes_on(self, state: State, segment: Segment) -> bool:
        """Whether a segment can come next without any fault of order."""
        return any(move.is_right for move in self._moves(state, segment))

    def _lost_opener(
        self, state: State, segment: Segment, around: _Around, faults: list[Fault]
    ) -> Move | None:
        """The place of a segment whose loop lacks its first segment.

        None where the segment just comes too late, or where it is a stray: what follows goes on without it.
        """
        if around.behind is None or self._goes_on(state, around.behind):
            return None
        behind = self._known_behind(state, segment)
        missed = {(fault.loop, fault.missing) for fault in faults}
        if behind and (behind.usage != "R" or (behind.loop, behind.id) in missed):
            return None
        qualifier = self._key(segment)[1].decode("latin-1")
        return self._machine.enter_without_opener(state, segment.id, qualifier)

    def _known_behind(self, state: State, segment: Segment) -> SegmentNode | None:
        """The place of the segment in an open loop that lies before the one that has been reached."""
        qualifier = self._key(segment)[1].decode("latin-1")
        return next((node for node in _passed(state) if matches(node, segment.id, qualifier)), None)

    def _unplaced(self, state: State, segment: Segment) -> Fault:
        """The fault of a segment that has no place from here on."""
        innermost = state.frames[-1].loop
        if self._known_behind(state, segment):
            return Fault(FaultKind.OUT_OF_ORDER, segment, innermost.id)
        for node in _namesakes(state, segment):
            # The guide has such a segment here, only not with this qualifier.
            element, component = node.pick or (0, 0)
            return Fault(FaultKind.UNEXPECTED, segment, node.loop, element, component)
        return Fault(FaultKind.UNEXPECTED, segment, innermost.id)


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands before and behind a segment."""

    before: Segment | None
    behind: Segment | None


def _remember(state: State, body: bytes, following: State) -> None:
    """Short segments repeat: next time this one costs a look-up."""
    if len(state.seen) >= _MOST_REMEMBERED:
        state.seen.clear()
    state.seen[body] = following


def _missing(child: Child, last: Segment) -> Fault:
    node = child.opener
    # The qualifiers that it may have, where they are few enough to say.
    picks = " or ".join(sorted(node.picks)) if len(node.picks) <= 4 else ""
    return Fault(FaultKind.MISSING_SEGMENT, last, node.loop, expected=picks, missing=node.id)


def _namesakes(state: State, segment: Segment) -> Iterator[SegmentNode]:
    """Segments of this id that may still come in the open loops, whatever their qualifier."""
    for frame in reversed(state.frames):
        for group in frame.loop.groups[frame.group :]:
            for child in group:
                if isinstance(child, SegmentNode) and child.id == segment.id:
                    yield child


def _passed(state: State) -> Iterator[SegmentNode]:
    for frame in reversed(state.frames):
        for group in frame.loop.groups[: frame.group]:
            for child in group:
                yield child.opener


def _without_echoes(faults: list[Fault]) -> list[Fault]:
    """Leave out what another fault says already.

    A segment that came too late was first missed; one whose id is garbled is missed where it stands, and one
    whose qualifier is garbled is missed from there on.
    """
    late = {(fault.loop, fault.segment.id) for fault in faults if fault.kind is FaultKind.OUT_OF_ORDER}
    strays = [fault.segment for fault in faults if fault.kind is FaultKind.UNEXPECTED]
    places = {segment.number for segment in strays}
    kept = []
    for fault in faults:
        if fault.kind is FaultKind.MISSING_SEGMENT:
            if (fault.loop, fault.missing) in late or fault.segment.number in places:
                continue
            stray = next((other for other in strays if _is_garbled(other, fault)), None)
            if stray:
                strays.remove(stray)  # it can be the garbled form of one missing segment only
                continue
        kept.append(fault)
    return kept


def _is_garbled(stray: Segment, fault: Fault) -> bool:
    """Whether an unexpected segment may be the missing one with another qualifier."""
    return stray.id == fault.missing and stray.number <= fault.segment.number
