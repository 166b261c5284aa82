"""The TR3 as a state machine that is built as files need it.

A state is the position in the nested loops, and how often each child at that position has occurred. The next
state depends on the state, the segment ID and its qualifier, so it is computed once and then looked up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from scrubber.guide.maps import LoopNode, SegmentNode, units

Child = SegmentNode | LoopNode
Proof = Callable[[bytes], object]
"""Tells whether the bytes of a segment are valid: the ``fullmatch`` of a pattern."""


@dataclass(frozen=True, slots=True)
class LoopFrame:
    """An open loop: the group of children that has been reached, and how often each of them occurred."""

    loop: LoopNode
    group: int
    counts: tuple[int, ...]


@dataclass(slots=True, eq=False)
class State:
    """A position in the TR3: the open loops, the outermost first.

    Four caches: ``moves`` has the moves that a segment ID and qualifier allow, ``detours`` what there is for
    those that no move expects, ``known`` the check that proves such a segment valid with the state after it,
    ``seen`` the state after a whole valid segment.
    """

    frames: tuple[LoopFrame, ...]
    moves: dict[tuple[bytes, bytes], tuple[Move, ...]] = field(default_factory=dict)
    detours: dict[tuple[bytes, bytes], Detour] = field(default_factory=dict)
    known: dict[tuple[bytes, bytes], tuple[Proof, State]] = field(default_factory=dict)
    seen: dict[bytes, State] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Move:
    """Where a segment leads: its node, the state after it, and what is wrong with going there.

    ``missing`` has the required children that were skipped, ``too_many`` the child that exceeds its maximum
    use.
    """

    node: SegmentNode
    state: State
    missing: tuple[Child, ...] = ()
    too_many: Child | None = None

    @property
    def is_right(self) -> bool:
        """Whether nothing is wrong with this move."""
        return not self.missing and self.too_many is None


@dataclass(frozen=True, slots=True)
class Detour:
    """What the TR3 has for a segment that is unexpected in a state.

    ``passed`` is its node at a position in the open loops that has been passed, ``without_opener`` the move
    if the segment that opens its loop was lost, ``other_qualifier`` a node that may still come and has its
    ID, but another qualifier.
    """

    passed: SegmentNode | None
    without_opener: Move | None
    other_qualifier: SegmentNode | None


class Machine:
    """The states of the TR3; one instance serves all transaction sets."""

    def __init__(self) -> None:
        self._states: dict[tuple[LoopFrame, ...], State] = {}
        self._ends: dict[State, bool] = {}
        self._starts = {
            name: self.state((LoopFrame(unit, 0, (0,) * len(unit.groups[0])),))
            for name, unit in units().items()
        }

    def start(self, unit: str) -> State:
        """Return the state before the first segment of a unit."""
        return self._starts[unit]

    def state(self, frames: tuple[LoopFrame, ...]) -> State:
        """Return the state with these frames, always the same object for the same frames."""
        found = self._states.get(frames)
        if found is None:
            found = self._states[frames] = State(frames)
        return found

    def moves(self, state: State, segment_id: str, qualifier: str) -> list[Move]:
        """Return where a segment may lead, in the innermost loop that expects it; empty if none does."""
        found: list[Move] = []
        for depth in range(len(state.frames) - 1, -1, -1):
            for child, group in _reachable(state.frames[depth]):
                node = child.opener
                if matches(node, segment_id, qualifier):
                    found.append(self._move(state, depth, group, child))
            if found:
                break
        return found

    def end(self, state: State) -> tuple[Child, ...]:
        """Return what is missing if the unit ends here."""
        return tuple(_missing_on_exit(state.frames, 0))

    def is_end(self, state: State) -> bool:
        """Return True if nothing is missing when the unit ends here."""
        if state not in self._ends:
            self._ends[state] = not self.end(state)
        return self._ends[state]

    def nodes(self) -> Iterator[SegmentNode]:
        """Yield every segment of the TR3 at every position that it has."""
        for unit in units().values():
            yield from _nodes(unit)

    def detour(self, state: State, segment_id: str, qualifier: str) -> Detour:
        """Return what the TR3 has for a segment that is unexpected in a state."""
        passed = (node for node in _passed(state) if matches(node, segment_id, qualifier))
        return Detour(
            passed=next(passed, None),
            without_opener=self.enter_without_opener(state, segment_id, qualifier),
            other_qualifier=next(_nodes_with_id(state, segment_id), None),
        )

    def enter_without_opener(self, state: State, segment_id: str, qualifier: str) -> Move | None:
        """Return where a segment leads if the segment that opens its loop was lost, or ``None``.

        A loop that may still occur is preferred to one that has reached its maximum use.
        """
        found = [
            move
            for depth in range(len(state.frames) - 1, -1, -1)
            for child, group in _reachable(state.frames[depth])
            if isinstance(child, LoopNode)
            and (move := self._move_inside(state, depth, group, child, segment_id, qualifier))
        ]
        return next((move for move in found if move.too_many is None), found[0] if found else None)

    def _move_inside(
        self,
        state: State,
        depth: int,
        group: int,
        loop: LoopNode,
        segment_id: str,
        qualifier: str,
    ) -> Move | None:
        entered = self._move(state, depth, group, loop)
        for move in self.moves(entered.state, segment_id, qualifier):
            # Only children of the loop itself: its opener is what is missing.
            if (
                len(move.state.frames) >= len(entered.state.frames)
                and move.state.frames[depth + 1].loop is loop
            ):
                return Move(
                    move.node, move.state, (*entered.missing, loop.opener, *move.missing), entered.too_many
                )
        return None

    def _move(self, state: State, depth: int, group: int, child: Child) -> Move:
        frame = state.frames[depth]
        missing = list(_missing_on_exit(state.frames, depth + 1))
        missing += _missing_between(frame, frame.group, group)
        children = frame.loop.groups[group]
        counts = frame.counts if group == frame.group else (0,) * len(children)
        at = next(i for i, other in enumerate(children) if other is child)
        too_many = child if counts[at] >= child.most else None
        # Count no further than it matters, to keep the number of states small.
        most = child.most if child.most <= _COUNT_LIMIT else 1
        counted = (*counts[:at], min(counts[at] + 1, most), *counts[at + 1 :])
        frames = (*state.frames[:depth], LoopFrame(frame.loop, group, counted))
        if isinstance(child, LoopNode):
            opener = tuple(int(other is child.opener) for other in child.groups[0])
            frames = (*frames, LoopFrame(child, 0, opener))
        node = child.opener
        return Move(node, self.state(frames), tuple(missing), too_many)


# No claim reaches a maximum use above this.
_COUNT_LIMIT = 1000


def matches(node: SegmentNode, segment_id: str, qualifier: str) -> bool:
    """Return True if ID and, where the node has a distinguishing qualifier, qualifier match the node."""
    if node.id != segment_id:
        return False
    return node.pick is None or qualifier in node.picks


def _nodes(loop: LoopNode) -> Iterator[SegmentNode]:
    for group in loop.groups:
        for child in group:
            if isinstance(child, SegmentNode):
                yield child
            else:
                yield from _nodes(child)


def _reachable(frame: LoopFrame) -> Iterator[tuple[Child, int]]:
    """Yield the children that may come next in a loop; a second opener is not one, as it opens a new loop."""
    for group in range(frame.group, len(frame.loop.groups)):
        for at, child in enumerate(frame.loop.groups[group]):
            if group or at or not frame.counts[0]:
                yield child, group


def _passed(state: State) -> Iterator[SegmentNode]:
    """Yield the nodes at positions in the open loops that have been passed."""
    for frame in reversed(state.frames):
        for group in frame.loop.groups[: frame.group]:
            for child in group:
                yield child.opener


def _nodes_with_id(state: State, segment_id: str) -> Iterator[SegmentNode]:
    """Yield the nodes with this segment ID that may still come in the open loops, whatever the qualifier."""
    for frame in reversed(state.frames):
        for group in frame.loop.groups[frame.group :]:
            for child in group:
                if isinstance(child, SegmentNode) and child.id == segment_id:
                    yield child


def _missing_between(frame: LoopFrame, start: int, stop: int) -> Iterator[Child]:
    """Yield the required children of the groups from ``start`` up to ``stop`` that have not occurred."""
    for group in range(start, stop):
        for at, child in enumerate(frame.loop.groups[group]):
            occurred = frame.counts[at] if group == frame.group else 0
            if child.usage == "R" and not occurred:
                yield child


def _missing_on_exit(frames: tuple[LoopFrame, ...], depth: int) -> Iterator[Child]:
    """Yield what is missing in the loops from this depth inward when they end, the innermost first."""
    for frame in reversed(frames[depth:]):
        yield from _missing_between(frame, frame.group, len(frame.loop.groups))
