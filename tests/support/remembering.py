"""All outputs of an input as bytes, with what an evaluator remembers or without; and edits that pry."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, BinaryIO, NamedTuple

from msgspec import structs

from scrubber.api import make_policy
from scrubber.claim import Claim
from scrubber.claim.model import build_claim
from scrubber.claim.walk import Leaf, walk
from scrubber.engine import CheckResult, Context, Edit, Hit, Unchecked
from scrubber.engine.edit import Subject
from scrubber.engine.memory.claim_parts import ClaimParts
from scrubber.engine.memory.evaluator import Evaluator
from scrubber.engine.memory.memory import Experience, Memory
from scrubber.engine.policy import Policy
from scrubber.engine.rulebook import Rulebook
from scrubber.engine.steps import ClaimDone, FileDone
from scrubber.guide.loops import Loop, parse_loops
from scrubber.pipeline.scrub import scrub_source
from scrubber.pipeline.to_folder import Wanted, _Outputs
from scrubber.report.build import claim_report
from scrubber.report.formats import Style
from scrubber.x12 import read_blocks
from scrubber.x12.envelope import envelope_events
from scrubber.x12.source import source_of_bytes
from tests.support.running import AS_OF

Outputs = dict[str, bytes]


class _Kept(io.BytesIO):
    """A stream whose content is still there after it was closed."""

    content = b""

    def close(self) -> None:
        """Keep the content."""
        self.content = self.content if self.closed else self.getvalue()
        super().close()


class _InMemory:
    """What `OutputFolder` is to the outputs of a file, without a folder."""

    def __init__(self) -> None:
        self.streams: dict[str, _Kept] = {}

    def create(self, name: str) -> BinaryIO:
        """Return a new stream."""
        stream = self.streams[name] = _Kept()
        return stream

    def discard(self, stream: BinaryIO) -> None:
        """Forget a stream."""
        self.streams = {name: kept for name, kept in self.streams.items() if kept is not stream}


def outputs(
    raw: bytes, policy: Policy, evaluator: Evaluator, formats: Sequence[str] = ("json", "text")
) -> Outputs:
    """Return all outputs by their names: 837 files, acknowledgments, reports, and the diff."""
    source, folder = source_of_bytes(raw), _InMemory()
    wanted = Wanted(tuple(formats), Style(policy.rulebook.edits, diff=True))
    job = _Outputs(folder, source, policy, wanted)  # type: ignore[arg-type] # a folder in memory
    for step in scrub_source(source, policy, evaluator=evaluator):
        if isinstance(step, FileDone):
            job.close(step)
        else:
            for sink in job.sinks:
                step.to(sink)
    for stream in folder.streams.values():
        stream.close()
    return {name: stream.content for name, stream in folder.streams.items()}


def claim_results(raw: bytes, policy: Policy, evaluator: Evaluator) -> list[tuple[object, ...]]:
    """Return everything that is decided about the claims of an input, one by one."""
    return [
        (
            step.held,
            claim_report(step.result, held=step.held),
            step.result.facts,
            step.result.tables,
            step.result.failures,
            step.result.omitted,
            step.result.suppressed,
        )
        for step in scrub_source(source_of_bytes(raw), policy, evaluator=evaluator)
        if isinstance(step, ClaimDone)
    ]


def different_claims(raw: bytes, policy: Policy, *evaluators: Evaluator) -> list[tuple[int, object, object]]:
    """Return the claims that come out another way with memory: number, and both results, without and with.

    Each evaluator sees the input twice.
    """
    plain = claim_results(raw, policy, Evaluator(policy, 0))
    found: list[tuple[int, object, object]] = []
    for evaluator in evaluators or (Evaluator(policy),):
        for _ in range(2):
            for number, (one, other) in enumerate(
                zip(plain, claim_results(raw, policy, evaluator), strict=True), start=1
            ):
                if one != other:
                    found.append((number, one, other))
    return found


def without_memory(raw: bytes, policy: Policy) -> Outputs:
    """Return all outputs when nothing is remembered."""
    return outputs(raw, policy, Evaluator(policy, 0))


def differences(
    raw: bytes, policy: Policy, *, warm: Evaluator | None = None, small: bool = True
) -> list[str]:
    """Return what differs from the outputs without memory: in which output, remembering how much.

    ``warm`` is an evaluator that has seen other files; it sees this one twice. ``small`` tries a memory that
    forgets after every few claims, too.
    """
    plain = without_memory(raw, policy)
    fresh = Evaluator(policy)
    tried = {"cold": fresh, "warm": fresh}
    if small:
        tried["small"] = Evaluator(policy, 50)
    if warm is not None:
        tried |= {"after other files": warm, "after them and itself": warm}
    found = []
    for name, evaluator in tried.items():
        remembered = outputs(raw, policy, evaluator)
        found += [
            f"{output}, {name}: {first_difference(plain.get(output), remembered.get(output))}"
            for output in sorted(plain.keys() | remembered.keys())
            if plain.get(output) != remembered.get(output)
        ]
    return found


def first_difference(one: bytes | None, other: bytes | None) -> str:
    """Return the first line that differs in two outputs."""
    if one is None or other is None:
        return "only with memory" if one is None else "only without memory"
    lines, others = one.split(b"\n"), other.split(b"\n")
    for line, another in zip(lines, others, strict=False):
        if line != another:
            at = next(
                (at for at, pair in enumerate(zip(line, another, strict=False)) if pair[0] != pair[1]), 0
            )
            start = max(0, at - 120)
            return f"{line[start : at + 120]!r} became {another[start : at + 120]!r}"
    return f"{len(lines)} lines became {len(others)}"


Pry = Callable[[Any, Context], object]
"""Reads something of a subject; what it returns is reported."""


def prying(*pries: tuple[Subject, Pry], shipped: bool = False) -> Policy:
    """Return a policy of edits that report what they read; with ``shipped`` the shipped edits, too."""
    policy = _shipped()
    book = policy.rulebook
    edits = {edit.id: edit for edit in map(_prying_edit, range(1, len(pries) + 1), pries)}
    packs = book.packs
    if not shipped:
        packs = {name: structs.replace(pack, rules=()) for name, pack in packs.items()}
    own = Rulebook(
        {**book.edits, **edits} if shipped else edits, packs, book.sources, book.codes, book.codes_vintage
    )
    return replace(policy, rulebook=own)


@cache
def _shipped() -> Policy:
    return make_policy(as_of=AS_OF)


def _prying_edit(number: int, pry: tuple[Subject, Pry]) -> Edit:
    subject, read = pry
    edit = Edit(f"PRY-{number:02d}", "Pried into", 7, "warn", "Leave this claim as it is.", path=__file__)

    def check(it: Any, context: Context) -> Iterator[CheckResult]:
        # Nothing of the place is looked at here: so only what is read decides what is remembered.
        for value in _values(read(it, context)):
            if isinstance(value, Hit):
                yield structs.replace(value, message=str(value.message))
            elif isinstance(value, Unchecked):
                yield value
            elif value is not None:
                yield Hit(at=None, message=f"{value}")

    edit.checks[subject] = check
    return edit


def _values(read: object) -> Iterable[object]:
    return read if isinstance(read, list) else [read]


def leaves_of(raw: bytes) -> list[Leaf]:
    """Return the claims of an input with what is above them."""
    with source_of_bytes(raw).open() as reader:
        return [
            step
            for step in walk(envelope_events(read_blocks(reader)), lambda _: False)
            if isinstance(step, Leaf) and step.is_claim
        ]


class Taken(NamedTuple):
    """A claim taken apart: its plain model, its parts by name, and its plain loops."""

    claim: Claim
    parts: ClaimParts
    loops: Mapping[str, Loop]


def taken_apart(raw: bytes, policy: Policy | None = None) -> list[Taken]:
    """Return all claims of an input that the memory can take apart, with the tokens of one memory."""
    found, memory = [], None
    for leaf in leaves_of(raw):
        bodies, delimiters = leaf.bodies(), leaf.delimiters
        if bodies is None or delimiters is None or leaf.frame is None:
            continue
        memory = memory or Memory(policy or _shipped(), delimiters, defaultdict(Experience))
        levels = memory.levels.read(leaf.frame)
        segments = memory.reader.read("2300", bodies)
        if levels is None or segments is None:
            continue
        loops = {name: level.loop for name, level in leaf.levels().items()}
        found.append(
            Taken(
                build_claim(leaf.levels(), leaf.segments),
                ClaimParts(levels, segments, memory.reader),
                {**loops, "2300": parse_loops("2300", leaf.segments)},
            )
        )
    return found


def claims_of(raw: bytes) -> list[Claim]:
    """Return the plain models of the claims of an input."""
    return [build_claim(leaf.levels(), leaf.segments) for leaf in leaves_of(raw)]
