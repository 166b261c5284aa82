"""Proving segments right by the guide, and saying what is wrong with the others.

The happy path costs one look-up and one pattern a segment. Only what fails is taken apart. After a fault the
recogniser goes on from the likeliest place, so that one fault is one finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from scrubber.guide.explain import explain
from scrubber.guide.fault import Fault, Kind
from scrubber.guide.machine import Child, Machine, Move, State, matches
from scrubber.guide.pattern import compile_segment
from scrubber.guide.source import LoopNode, SegmentNode
from scrubber.x12 import Delimiters, Segment

# Short segments repeat (LX, DTP, PRV, SV1 of common services); longer ones are about one patient.
_REMEMBERED_LENGTH = 32
_MOST_REMEMBERED = 4096
# Behind an NM1 that nothing is known of, these belong to it: its fault speaks for them.
_FOLLOWERS = frozenset({b"N3", b"N4", b"PER", b"REF", b"DMG", b"PRV"})


@lru_cache(maxsize=8)
def recogniser(delimiters: Delimiters) -> Recogniser:
    """The recogniser for files with these delimiters."""
    return Recogniser(delimiters)


class Recogniser:
    """Checks units (a header, a level, a claim) of transactions with one set of delimiters."""

    def __init__(self, delimiters: Delimiters) -> None:
        self._delimiters = delimiters
        self._machine = Machine()
        self._patterns: dict[SegmentNode, re.Pattern[bytes]] = {}

    def check(self, unit: str, segments: Sequence[Segment]) -> list[Fault]:
        """What is wrong with the segments of a unit (``HEADER``, ``2000A`` … ``2300``); mostly nothing."""
        state = self._machine.start(unit)
        faults: list[Fault] = []
        orphaned = False  # behind an unexpected NM1
        last: Segment | None = None
        for segment in segments:
            body = segment.body
            following = state.seen.get(body)
            if following is None:
                following, orphaned = self._step(state, segment, last, faults, orphaned=orphaned)
            else:
                orphaned = False
            state, last = following, segment
        if last is not None:
            faults += [_missing(child, last) for child in self._machine.end(state)]
        return _without_echoes(faults)

    def _step(
        self, state: State, segment: Segment, last: Segment | None, faults: list[Fault], *, orphaned: bool
    ) -> tuple[State, bool]:
        """Take one segment: the state behind it, and whether its followers have lost their loop."""
        if not segment.body:
            return state, orphaned
        moves = self._moves(state, segment)
        for move in moves:
            if move.is_right and self._pattern(move.node).fullmatch(segment.body):
                if len(segment.body) <= _REMEMBERED_LENGTH:
                    if len(state.seen) >= _MOST_REMEMBERED:
                        state.seen.clear()
                    state.seen[segment.body] = move.state
                return move.state, False
        return self._explain(state, segment, last, moves, faults, orphaned=orphaned)

    def _moves(self, state: State, segment: Segment) -> tuple[Move, ...]:
        name, qualifier, qualifiers = _key(segment)
        moves = state.next.get((name, qualifier))
        if moves is None:
            moves = tuple(self._machine.moves(state, name.decode("latin-1"), qualifiers))
            if len(state.next) < _MOST_REMEMBERED:
                state.next[name, qualifier] = moves
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
        last: Segment | None,
        moves: tuple[Move, ...],
        faults: list[Fault],
        *,
        orphaned: bool,
    ) -> tuple[State, bool]:
        """The slow path: say what is wrong with this segment, and go on from the likeliest place."""
        move = self._best(segment, moves) or self._lost_opener(state, segment, faults)
        if move is None:
            if orphaned and segment.elements[0] in _FOLLOWERS:
                return state, True
            faults.append(_unplaced(state, segment))
            return state, segment.elements[0] == b"NM1"
        faults += [_missing(child, last or segment) for child in move.missing]
        if move.too_many is not None:
            kind = Kind.TOO_MANY_LOOPS if isinstance(move.too_many, LoopNode) else Kind.TOO_MANY_SEGMENTS
            faults.append(Fault(kind, segment, move.node.loop, expected=f"at most {move.too_many.most}"))
        faults += explain(segment, move.node)
        return move.state, False

    def _best(self, segment: Segment, moves: tuple[Move, ...]) -> Move | None:
        """Of several places the one where the segment is right by itself, else the first."""
        fitting = (move for move in moves if self._pattern(move.node).fullmatch(segment.body))
        return next(fitting, moves[0] if moves else None)

    def _lost_opener(self, state: State, segment: Segment, faults: list[Fault]) -> Move | None:
        """The place of a segment whose loop lacks its first segment, unless it just comes too late."""
        behind = _known_behind(state, segment)
        missed = {(fault.loop, fault.missing) for fault in faults}
        if behind and (behind.usage != "R" or (behind.loop, behind.id) in missed):
            return None
        _, _, qualifiers = _key(segment)
        return self._machine.enter_without_opener(state, segment.id, qualifiers)


def _key(segment: Segment) -> tuple[bytes, bytes, dict[tuple[int, int], str]]:
    """Id and qualifier of a segment, the qualifier also at the places where the guide looks for it."""
    elements = segment.elements
    name = elements[0]
    if name == b"HL":
        value = elements[3] if len(elements) > 3 else b""
        return name, value, {(3, 0): value.decode("latin-1")}
    value = elements[1] if len(elements) > 1 else b""
    part = value.partition(segment.delimiters.component)[0]
    texts = {(1, 0): value.decode("latin-1"), (1, 1): part.decode("latin-1")}
    return name, (value if name in _QUALIFIED else part if name in _QUALIFIED_PARTS else b""), texts


_QUALIFIED = frozenset(
    {b"NM1", b"REF", b"DTP", b"AMT", b"NTE", b"PRV", b"PER", b"CRC", b"PWK", b"QTY", b"CUR", b"BHT", b"SBR",
     b"PAT", b"DMG", b"CAS", b"LQ", b"MEA", b"CN1", b"HCP", b"CR1", b"CR2", b"CR3", b"SV5", b"LIN", b"OI"}
)  # fmt: skip
_QUALIFIED_PARTS = frozenset({b"HI", b"SV1", b"SVD"})


def _missing(child: Child, last: Segment) -> Fault:
    node = child if isinstance(child, SegmentNode) else child.opener
    loop = child.loop if isinstance(child, SegmentNode) else child.id
    return Fault(
        Kind.MISSING_SEGMENT, last, loop, missing=node.id, expected=", ".join(sorted(node.picks)[:6])
    )


def _unplaced(state: State, segment: Segment) -> Fault:
    innermost = state.frames[-1].loop
    if _known_behind(state, segment):
        return Fault(Kind.OUT_OF_ORDER, segment, innermost.id)
    for node in _namesakes(state, segment):
        # The guide has such a segment here, only not with this qualifier.
        element, component = node.pick or (0, 0)
        return Fault(Kind.UNEXPECTED, segment, node.loop, element, component)
    return Fault(Kind.UNEXPECTED, segment, innermost.id)


def _namesakes(state: State, segment: Segment) -> Iterator[SegmentNode]:
    """Segments of this id that may still come in the open loops, whatever their qualifier."""
    for frame in reversed(state.frames):
        for group in frame.loop.groups[frame.group :]:
            for child in group:
                if isinstance(child, SegmentNode) and child.id == segment.id:
                    yield child


def _known_behind(state: State, segment: Segment) -> SegmentNode | None:
    """The place of the segment in an open loop that lies before the one that has been reached, if any."""
    _, _, qualifiers = _key(segment)
    return next((node for node in _passed(state) if matches(node, segment.id, qualifiers)), None)


def _passed(state: State) -> Iterator[SegmentNode]:
    for frame in reversed(state.frames):
        for group in frame.loop.groups[: frame.group]:
            for child in group:
                yield child if isinstance(child, SegmentNode) else child.opener


def _without_echoes(faults: list[Fault]) -> list[Fault]:
    """Leave out what another fault says already.

    A segment that came too late was first missed, and one whose id is garbled is missed where it stands.
    """
    late = {(fault.loop, fault.segment.id) for fault in faults if fault.kind is Kind.OUT_OF_ORDER}
    garbled = {fault.segment.number for fault in faults if fault.kind is Kind.UNEXPECTED}
    return [
        fault
        for fault in faults
        if fault.kind is not Kind.MISSING_SEGMENT
        or ((fault.loop, fault.missing) not in late and fault.segment.number not in garbled)
    ]
