"""Evaluating the claims of one input in several processes, with the results of one."""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from typing import NamedTuple

from scrubber.claim.walk import Leaf, Step, walk
from scrubber.engine.memory.evaluator import Evaluator
from scrubber.engine.result import ClaimResult
from scrubber.errors import InputChangedError
from scrubber.pipeline.evaluation import evaluate
from scrubber.pipeline.forked import Forked
from scrubber.pipeline.preflight import Preflight
from scrubber.pipeline.travel import Packed, lighten, pack, unpack
from scrubber.x12 import read_blocks
from scrubber.x12.envelope import envelope_events
from scrubber.x12.source import HashingReader

_ROUND = 800
"""Segments of a round, which one process evaluates as a whole: some thirty claims."""
_DEALT = 2
"""The rounds that each other process has at a time, so that it never waits for the next one."""
_AHEAD = 4
"""The rounds for each process that may be ahead of what the outputs have taken."""
_CHANGED = "the input changed while it was being read"
_END = -1
"""The number of no round: a process that is asked for it reads to the end, and answers with the hash."""


def rounds(steps: Iterable[Step]) -> Iterator[list[Step]]:
    """Yield the steps in rounds of about the same work, the same ones in each process."""
    gathered: list[Step] = []
    segments = 0
    for step in steps:
        gathered.append(step)
        segments += 1 + (step.count if isinstance(step, Leaf) else 0)
        if segments >= _ROUND:
            yield gathered
            gathered, segments = [], 0
    if gathered:
        yield gathered


def _claims(steps: Iterable[Step]) -> Iterator[Leaf]:
    return (step for step in steps if isinstance(step, Leaf) and step.is_claim)


class _Evaluated(NamedTuple):
    """The results of the claims of a round in their order, and what ended it early, if anything did.

    ``sha256`` is that of the input, in the last answer of a process only.
    """

    results: Sequence[Packed | ClaimResult]
    error: BaseException | None = None
    sha256: str = ""


class _Round(NamedTuple):
    """A round that is read, but not yet taken by the outputs."""

    number: int
    steps: list[Step]


class Worker:
    """The part of a process that was forked: it reads the input, too, and evaluates the rounds asked for."""

    def __init__(self, reader: HashingReader, evaluator: Evaluator, first: Preflight) -> None:
        self._reader = reader
        self._evaluator = evaluator
        self._first = first
        self._rounds = enumerate(
            rounds(walk(envelope_events(first.fixed(read_blocks(reader))), first.is_opaque))
        )

    def __call__(self, number: int) -> _Evaluated:
        """Return the results of a round; the hash of the input if the number is `_END`."""
        results: list[Packed] = []
        try:
            steps = next((steps for at, steps in self._rounds if at == number), [])
            for claim in _claims(steps):
                result = evaluate(claim, self._evaluator, self._first)
                results.append(pack(result))
        except BaseException as error:  # noqa: BLE001 - the parent raises it where one process would
            return _Evaluated(results, _portable(error))
        return _Evaluated(results, sha256=self._reader.sha256() if number == _END else "")


def _portable(error: BaseException) -> BaseException:
    """Return an error that can be sent to another process."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - just made
    except Exception:  # noqa: BLE001 - whatever a user's error class raises
        return RuntimeError(f"{type(error).__name__} in a worker process")
    return error


@dataclass(slots=True)
class _Helper:
    """Another process, and the rounds that it was asked for."""

    process: Forked
    asked: deque[int] = field(default_factory=deque)


class Team:
    """Several processes that evaluate the claims of one input: this one, and ``jobs - 1`` forked from it.

    All read the input. Rounds are dealt to whoever is free, this process included, and taken in order. What
    is ahead of the outputs is limited, so memory stays flat.
    """

    def __init__(self, reader: HashingReader, evaluator: Evaluator, first: Preflight, jobs: int) -> None:
        self._reader = reader
        self._evaluator = evaluator
        self._first = first
        self._jobs = jobs
        self._helpers: list[_Helper] = []
        self._next = 0  # the first round that nobody has
        self._read: deque[_Round] = deque()
        self._done: dict[int, _Evaluated] = {}
        self._rounds: Iterator[tuple[int, list[Step]]] = iter(())
        self._at_end = False

    def results(self, steps: Iterable[Step]) -> Iterator[tuple[Step, ClaimResult | None]]:
        """Yield each step, a claim with its result."""
        self._rounds = enumerate(rounds(steps))
        try:
            # What this process learns from the first round, the others need not learn again.
            self._evaluate_next()
            if self._read_to(1):
                self._start()
            while self._read_to(0):
                self._deal()
                self._collect()
                head = self._read[0]
                done = self._done.pop(head.number, None)
                if done is not None:
                    self._read.popleft()
                    yield from self._taken(head, done)
                elif not self._evaluate_next():
                    wait([helper.process.connection for helper in self._helpers if helper.asked])
            self._finish()
        finally:
            for helper in self._helpers:
                helper.process.close()

    def _start(self) -> None:
        for _ in range(self._jobs - 1):
            worker = Worker(self._reader.twin(), self._evaluator, self._first)
            others = [helper.process for helper in self._helpers]
            self._helpers.append(_Helper(Forked(worker, others)))

    def _read_to(self, place: int) -> bool:
        """Read so many rounds beyond the first one that is not taken; return False at the end."""
        while len(self._read) <= place:
            found = next(self._rounds, None)
            if found is None:
                self._at_end = True
                return False
            self._read.append(_Round(*found))
        return True

    def _deal(self) -> None:
        """Ask the others for further rounds. That one may not exist does no harm."""
        limit = self._read[0].number + _AHEAD * self._jobs
        for helper in self._helpers:
            while len(helper.asked) < _DEALT and self._next < limit and not self._at_end:
                helper.process.ask(self._next)
                helper.asked.append(self._next)
                self._next += 1

    def _collect(self) -> None:
        """Take what the others have answered."""
        for helper in self._helpers:
            while helper.asked and helper.process.connection.poll():
                self._done[helper.asked.popleft()] = helper.process.answer()

    def _evaluate_next(self) -> bool:
        """Evaluate the next round here; return False if there is none, or it is too far ahead."""
        place = self._next - self._read[0].number if self._read else 0
        if place >= _AHEAD * self._jobs or not self._read_to(place):
            return False
        self._next += 1
        policy = self._evaluator.policy
        results: list[ClaimResult] = []
        error = None
        number, steps = self._read[place]
        try:
            for claim in _claims(steps):
                result = evaluate(claim, self._evaluator, self._first)
                lighten(result, claim, policy)
                results.append(result)
        except Exception as raised:  # noqa: BLE001 - raised again in its place
            error = raised
        self._done[number] = _Evaluated(results, error)
        return True

    def _taken(self, head: _Round, done: _Evaluated) -> Iterator[tuple[Step, ClaimResult | None]]:
        """Yield the steps of a round with their results."""
        results = iter(done.results)
        for step in head.steps:
            if not (isinstance(step, Leaf) and step.is_claim):
                yield step, None
                continue
            result = next(results, None)
            if result is None:
                raise done.error or InputChangedError(_CHANGED)
            yield step, self._unpacked(result, step) if isinstance(result, Packed) else result
        if done.error:
            raise done.error

    def _unpacked(self, packed: Packed, leaf: Leaf) -> ClaimResult:
        try:
            return unpack(packed, leaf, self._evaluator.policy)
        except KeyError:  # a segment that this process did not read
            raise InputChangedError(_CHANGED) from None

    def _finish(self) -> None:
        """Make sure that all read the same."""
        for helper in self._helpers:
            helper.process.ask(_END)
        for helper in self._helpers:
            for _ in range(len(helper.asked) + 1):
                last: _Evaluated = helper.process.answer()
            if last.error:
                raise last.error
            if last.sha256 != self._first.sha256:
                raise InputChangedError(_CHANGED)
