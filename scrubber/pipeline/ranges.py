"""One input in ranges that other processes or machines evaluate, put together again as if one had done it.

A range begins at a claim that is a block. What is open there (the envelopes and HL levels above it) and what
preflight found out travel with it, so whoever has a range reads only its bytes. Results are put together by
walking the input once more: outputs are written by the same code, in the same order, from the same values.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from scrubber.claim.walk import Frame, Leaf, walk
from scrubber.claim.walk import Step as WalkStep
from scrubber.engine.memory.evaluator import Evaluator
from scrubber.engine.policy import Policy
from scrubber.engine.result import ClaimResult
from scrubber.errors import InputChangedError
from scrubber.pipeline.evaluation import evaluate
from scrubber.pipeline.preflight import Preflight
from scrubber.pipeline.travel import Packed, pack, unpack
from scrubber.x12 import Delimiters, read_blocks
from scrubber.x12.envelope import envelope_events
from scrubber.x12.reader import read_blocks_from
from scrubber.x12.source import HashingReader, Source

_CHUNK = 256
"""The results that are written at once: what they share is written once."""
_CHANGED = "the input changed while it was being read"


class Range(Struct, frozen=True):
    """Claims of an input: those from segment ``start`` on, up to ``end`` or the end of the input.

    ``offset`` is the byte at which its first claim begins, ``frame`` is the innermost open frame there and
    ``delimiters`` those in use; both are ``None`` if the range begins with the input. ``claims`` is how many
    claims are before it.
    """

    start: int
    end: int | None
    offset: int
    claims: int
    frame: Frame | None = None
    delimiters: Delimiters | None = None

    def has(self, number: int) -> bool:
        """Return True if a segment is in the range."""
        return number >= self.start and (self.end is None or number < self.end)


class PackedClaims(Struct, frozen=True):
    """The results of consecutive claims, each with the number of its first segment."""

    numbers: list[int]
    results: list[Packed]


def ranges_of(source: Source, first: Preflight, size: int) -> list[Range]:
    """Return the ranges of an input, of about ``size`` bytes each."""
    cuts = [Range(0, None, 0, 0)]
    claims = 0
    with source.open() as reader:
        for step in walk(envelope_events(read_blocks(reader)), first.is_opaque):
            if not (isinstance(step, Leaf) and step.is_claim):
                continue
            block = step.block
            if block is not None and block.offset - cuts[-1].offset >= size:
                cuts.append(Range(block.number, None, block.offset, claims, step.frame, block.delimiters))
            claims += 1
        if reader.sha256() != first.sha256:
            raise InputChangedError(_CHANGED)
    ends: list[int | None] = [cut.start for cut in cuts[1:]]
    return [replace(cut, end=end) for cut, end in zip(cuts, [*ends, None], strict=True)]


def facts_for(first: Preflight, part: Range) -> Preflight:
    """Return what the claims of a range need to know of preflight."""
    return Preflight(
        sha256=first.sha256,
        held=first.held,
        overlong=first.overlong,
        misread=first.misread,
        repeats={number: earlier for number, earlier in first.repeats.items() if part.has(number)},
        earlier={number: services for number, services in first.earlier.items() if part.has(number)},
        holds_all=first.holds_all,
    )


def claims_of(source: Source, first: Preflight, part: Range) -> Iterator[Leaf]:
    """Yield the claims of a range, reading nothing before it."""
    with source.open() as reader:
        for step in _steps(reader, first, part):
            if isinstance(step, Leaf) and step.is_claim:
                number = step.number
                if part.end is not None and number >= part.end:
                    return
                yield step


def _steps(reader: HashingReader, first: Preflight, part: Range) -> Iterator[WalkStep]:
    frame, delimiters = part.frame, part.delimiters
    if frame is None or delimiters is None:
        return walk(envelope_events(read_blocks(reader)), first.is_opaque)
    reader.skip(part.offset)
    pieces = read_blocks_from(reader, delimiters, part.start - 1, part.offset)
    return walk(envelope_events(pieces, frame.scope), first.is_opaque, frame)


def write_results(path: Path, source: Source, evaluator: Evaluator, first: Preflight, part: Range) -> int:
    """Evaluate the claims of a range and write their results to a file; return how many they are."""
    count = 0
    chunk = PackedClaims([], [])
    with path.open("wb") as out:
        for leaf in claims_of(source, first, part):
            chunk.numbers.append(leaf.number)
            chunk.results.append(pack(evaluate(leaf, evaluator, first)))
            count += 1
            if len(chunk.numbers) == _CHUNK:
                pickle.dump(chunk, out, pickle.HIGHEST_PROTOCOL)
                chunk = PackedClaims([], [])
        pickle.dump(chunk, out, pickle.HIGHEST_PROTOCOL)
    return count


class Parts(Struct):
    """An input that was evaluated in ranges: preflight, and the files of their results in order."""

    first: Preflight
    paths: list[Path]

    def results(
        self, steps: Iterable[WalkStep], policy: Policy
    ) -> Iterator[tuple[WalkStep, ClaimResult | None]]:
        """Yield each step of the walk, a claim with its result. Raise InputChangedError."""
        packed = self._packed()
        for step in steps:
            if not (isinstance(step, Leaf) and step.is_claim):
                yield step, None
                continue
            number, result = next(packed, (0, None))
            if result is None or number != step.number:
                raise InputChangedError(_CHANGED)
            try:
                unpacked = unpack(result, step, policy)
            except KeyError:  # a segment that is not there
                raise InputChangedError(_CHANGED) from None
            yield step, unpacked
        if next(packed, None) is not None:
            raise InputChangedError(_CHANGED)

    def _packed(self) -> Iterator[tuple[int, Packed]]:
        for path in self.paths:
            with path.open("rb") as stream:
                while True:
                    try:
                        chunk: PackedClaims = pickle.load(stream)  # noqa: S301 - of a folder of our own
                    except EOFError:
                        break
                    yield from zip(chunk.numbers, chunk.results, strict=True)
