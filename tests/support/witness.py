"""pyx12's validator as a witness of what is at fault in a file, beside our own recogniser.

Both sides say of every segment (by its number in the file) whether it is at fault, and behind which segment
one is missing. Where they differ, ``guide_differences.toml`` must know why: each entry names a predicate of
`PREDICATES`, says which side sees more, and gives the reason.

    python -m tests.support.witness FILE…      differences and agreements of files
"""

from __future__ import annotations

import io
import logging
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyx12.error_handler
import pyx12.map_if
import pyx12.params
import pyx12.x12n_document

from scrubber.claim.walk import Frame, Leaf, walk
from scrubber.guide.fault import Fault, Kind
from scrubber.guide.recogniser import recogniser
from scrubber.guide.source import UNITS
from scrubber.guide.versions import recognise
from scrubber.x12 import Segment, read_pieces
from scrubber.x12.envelope import Scope, envelope_events

DIFFERENCES = Path(__file__).with_name("guide_differences.toml")
_GUIDE = b"005010X222A1"
_ALIASES = re.compile(rb"005010X222(?:A2)?(?=[^A-Z0-9])")

# ------------------------------------------------------------------------------------- pyx12's side


@dataclass(frozen=True, slots=True)
class Said:
    """One error of pyx12: ``level`` is seg, ele or reader; ``code`` its own; ``text`` its message."""

    level: str
    code: str
    text: str

    @property
    def is_missing(self) -> bool:
        """Whether it says that a segment or loop is missing, which is noticed at the segment behind the gap."""
        return self.level == "seg" and self.code == "3"

    @property
    def is_unplaced(self) -> bool:
        """Whether it says that the segment is not expected here; its elements are then not looked at."""
        return self.level == "seg" and self.code == "1" and "not found" in self.text


class _Recorder:
    """Takes the place of pyx12's error handler and remembers which segment each error is of."""

    def __init__(self) -> None:
        self.said: dict[int, list[Said]] = {}
        self._line = 0

    def _add(self, level: str, code: str, text: str, line: int | None = None) -> None:
        self.said.setdefault(line or self._line, []).append(Said(level, code, text))

    def handle_errors(self, errors: Iterable[tuple[str, str, str, Any, int | None]]) -> None:
        for kind, code, text, _value, line in errors:
            self._add("reader" if kind == "seg" else kind, code, text, line)

    def _at(self, _segment: object, source: Any) -> None:
        self._line = source.get_cur_line()

    add_isa_loop = add_gs_loop = add_st_loop = _at

    def _close(self, _node: object, _segment: object, source: Any) -> None:
        self._line = source.get_cur_line()

    close_isa_loop = close_gs_loop = close_st_loop = _close

    def add_seg(self, _node: object, _segment: object, _count: int, line: int, _ls: object) -> None:
        self._line = line

    def add_ele(self, node: object) -> None:
        """Nothing to remember: the error itself names the element."""

    def seg_error(self, code: str, text: str, _value: object = None, line: int | None = None) -> None:
        self._add("seg", code, text, line)

    def ele_error(self, code: str, text: str, _value: object, _name: object = None) -> None:
        self._add("ele", code, text)

    def get_error_count(self) -> int:
        return sum(map(len, self.said.values()))


@dataclass(frozen=True, slots=True)
class Testimony:
    """What pyx12 says by segment number, how far it read, and whether it crashed behind that."""

    said: Mapping[int, Sequence[Said]]
    read: int
    crash: str = ""


def ask_pyx12(raw: bytes) -> Testimony:
    """Let pyx12 validate a file."""
    recorder = _Recorder()
    read = 0
    crash = ""

    def count(_segment: object, source: Any, *_rest: object) -> None:
        nonlocal read
        read = source.get_cur_line()

    with ExitStack() as stack:
        stack.enter_context(patch.object(pyx12.error_handler, "err_handler", lambda: recorder))
        stack.enter_context(patch.object(pyx12.map_if, "load_map_file", _load_map))
        logging.disable(logging.CRITICAL)
        stack.callback(logging.disable, logging.NOTSET)
        text = io.StringIO(_prepare(raw).decode("latin-1"))
        try:
            pyx12.x12n_document.x12n_document(_params(), text, None, None, callback=count)
        except Exception as error:  # noqa: BLE001 - whatever it dies of is what it says
            crash = f"{type(error).__name__}: {error}"
    return Testimony(recorder.said, read, crash)


def _prepare(raw: bytes) -> bytes:
    """A copy as pyx12 will read it: no byte-order mark, no alias of the guide's version."""
    raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n\t ")
    return _ALIASES.sub(_GUIDE, raw) if _GUIDE not in raw else raw


@cache
def _params() -> Any:
    return pyx12.params.params()


_load_map_file = pyx12.map_if.load_map_file


@cache
def _load_map(name: str, _params_: object, _path: object) -> Any:
    """Loading takes a hundred times as long as a small file; the map keeps no state."""
    return _load_map_file(name, _params(), None)


# --------------------------------------------------------------------------------------- our side


@dataclass(slots=True)
class Unit:
    """A header, level or claim, with what we find in it. ``above`` are the units that it stands in."""

    name: str
    segments: Sequence[Segment]
    transaction: int
    above: tuple[Unit, ...] = ()
    faults: Sequence[Fault] = ()

    @property
    def first(self) -> int:
        return self.segments[0].number

    @property
    def last(self) -> int:
        return self.segments[-1].number


def our_units(raw: bytes) -> list[Unit]:
    """The units of a file's transactions in the order of the file, checked by us."""
    made: dict[int, Unit] = {}
    units: list[Unit] = []
    for step in walk(envelope_events(read_pieces(io.BytesIO(raw))), _is_opaque):
        if not isinstance(step, Leaf) or step.frame is None:
            continue
        above: tuple[Unit, ...] = ()
        for frame in step.chain():
            if id(frame) not in made and frame.kind not in ("interchange", "group"):
                unit = _unit_of_frame(frame, above)
                if unit:
                    made[id(frame)] = unit
                    _keep.append(frame)
                    units.append(unit)
            if id(frame) in made:
                above = (*above, made[id(frame)])
        if step.is_claim:
            transaction = above[0].transaction if above else 0
            units.append(_check(Unit("2300", step.segments, transaction, above)))
    _keep.clear()
    return sorted(units, key=lambda unit: unit.first)


_keep: list[Frame] = []  # so that no frame's id is given to another while they are told apart by it


def _is_opaque(scope: Scope) -> bool:
    return not recognise(scope.parent.header if scope.parent else None, scope.header).supported


def _unit_of_frame(frame: Frame, above: tuple[Unit, ...]) -> Unit | None:
    name = "HEADER" if frame.kind == "transaction" else frame.kind
    segments = frame.segments
    transaction = above[0].transaction if above else segments[0].number if segments else 0
    if name == "HEADER" and segments and segments[0].id == "ST":
        segments = segments[1:]
    return _check(Unit(name, segments, transaction, above)) if segments else None


def _check(unit: Unit) -> Unit:
    if unit.name in UNITS:
        unit.faults = recogniser(unit.segments[0].delimiters).check(unit.name, unit.segments)
    return unit


# ------------------------------------------------------------------------------------- comparison


@dataclass(frozen=True, slots=True)
class Difference:
    """A segment (or the gap behind it) that only one side finds at fault.

    ``theirs`` and ``ours`` are what was found there; one of them is empty. ``unit`` is the claim or level that
    it stands in, ``testimony`` all that pyx12 says.
    """

    number: int
    is_gap: bool
    segment: Segment
    unit: Unit
    units: Sequence[Unit] = field(repr=False)
    testimony: Testimony = field(repr=False)
    theirs: tuple[Said, ...] = ()
    ours: tuple[Fault, ...] = ()

    @property
    def side(self) -> str:
        """Who sees more: ``pyx12`` or ``ours``."""
        return "pyx12" if self.theirs else "ours"

    def before(self) -> Iterator[Fault]:
        """Our faults of structure before this place in its unit, or anywhere in the units above it."""
        for unit in (*self.unit.above, self.unit):
            for fault in unit.faults:
                if fault.kind in STRUCTURAL and (unit is not self.unit or fault.segment.number <= self.number):
                    yield fault

    def said_before(self) -> Iterator[Said]:
        """What pyx12 says of structure at or before this place in the unit, or in those above."""
        for unit in (*self.unit.above, self.unit):
            last = min(unit.last, self.number)
            for number in range(unit.first, last + 1):
                for said in self.testimony.said.get(number, ()):
                    if said.level == "seg" and said.code != "8":
                        yield said

    def describe(self) -> str:
        """One line for a failing test."""
        place = "gap behind" if self.is_gap else "segment"
        theirs = "; ".join(f"{said.level}:{said.code} {said.text}" for said in self.theirs)
        ours = "; ".join(f"{fault.kind.name} {fault.loop} {fault.segment.id}{fault.element:02d}"
                         f" {fault.missing}" for fault in self.ours)  # fmt: skip
        body = self.segment.body.decode("latin-1")
        return f"{self.unit.name} {place} {self.number} {body!r}: pyx12 [{theirs}] ours [{ours}]"


STRUCTURAL = frozenset(
    {Kind.UNEXPECTED, Kind.OUT_OF_ORDER, Kind.MISSING_SEGMENT, Kind.TOO_MANY_SEGMENTS, Kind.TOO_MANY_LOOPS}
)


@dataclass(slots=True)
class Comparison:
    """What came of a file: units and segments on which both agree, and the differences by name."""

    agreed_units: int = 0
    agreed_faulty_units: int = 0
    agreed_segments: int = 0
    agreed_faulty_segments: int = 0
    listed: Counter[str] = field(default_factory=Counter)
    unlisted: list[Difference] = field(default_factory=list)

    def add(self, other: Comparison) -> None:
        """Take another one's counts into this one."""
        self.agreed_units += other.agreed_units
        self.agreed_faulty_units += other.agreed_faulty_units
        self.agreed_segments += other.agreed_segments
        self.agreed_faulty_segments += other.agreed_faulty_segments
        self.listed.update(other.listed)
        self.unlisted += other.unlisted

    def summary(self) -> str:
        """The counts, a line each."""
        lines = [
            f"units agreed {self.agreed_units}, of these at fault {self.agreed_faulty_units}",
            f"segments agreed {self.agreed_segments}, of these at fault {self.agreed_faulty_segments}",
            *(f"  {count:7} {name}" for name, count in sorted(self.listed.items())),
        ]
        return "\n".join([*lines, *(f"UNLISTED {one.describe()}" for one in self.unlisted)])


def compare(raw: bytes) -> Comparison:
    """Check a file on both sides and sort the differences into listed and unlisted ones."""
    testimony = ask_pyx12(raw)
    units = our_units(raw)
    result = Comparison()
    for unit in units:
        _compare_unit(unit, units, testimony, result)
    return result


def _compare_unit(unit: Unit, units: Sequence[Unit], testimony: Testimony, result: Comparison) -> None:
    if unit.last > testimony.read:
        if testimony.read + 1 >= unit.first and testimony.crash:
            result.listed["pyx12 crashes"] += 1
        else:
            result.listed["pyx12 does not read so far"] += 1
        return
    theirs, their_gaps = _by_place(unit, testimony)
    ours: dict[int, list[Fault]] = {}
    our_gaps: dict[int, list[Fault]] = {}
    for fault in unit.faults:
        place = our_gaps if fault.kind is Kind.MISSING_SEGMENT else ours
        place.setdefault(fault.segment.number, []).append(fault)
    _settle_gaps(theirs, their_gaps, ours, our_gaps)
    bodies = {segment.number: segment for segment in unit.segments}
    differ = False
    at_fault = False
    for number, segment in bodies.items():
        for is_gap, mine, other in (
            (False, ours.get(number, []), theirs.get(number, [])),
            (True, our_gaps.get(number, []), their_gaps.get(number, [])),
        ):
            if bool(mine) == bool(other):
                at_fault |= bool(mine)
                result.agreed_segments += not is_gap
                result.agreed_faulty_segments += bool(mine)
                continue
            difference = Difference(
                number, is_gap, segment, unit, units, testimony, tuple(other), tuple(mine)
            )
            differ = True
            name = listed_as(difference)
            if name:
                result.listed[name] += 1
            else:
                result.unlisted.append(difference)
    ours_faulty = bool(unit.faults)
    theirs_faulty = bool(theirs or their_gaps) or at_fault
    if ours_faulty == theirs_faulty:
        result.agreed_units += 1
        result.agreed_faulty_units += ours_faulty
    elif not differ:
        raise AssertionError(f"units differ without a segment that does: {unit.name} {unit.first}")


def _by_place(unit: Unit, testimony: Testimony) -> tuple[dict[int, list[Said]], dict[int, list[Said]]]:
    """What pyx12 says of the unit's segments, and of the gaps behind them."""
    theirs: dict[int, list[Said]] = {}
    gaps: dict[int, list[Said]] = {}
    for number in range(unit.first, unit.last + 2):
        for said in testimony.said.get(number, ()):
            if said.is_missing and number > unit.first:
                gaps.setdefault(number - 1, []).append(said)
            elif not said.is_missing and number <= unit.last:
                theirs.setdefault(number, []).append(said)
    return theirs, gaps


def _settle_gaps(
    theirs: dict[int, list[Said]],
    their_gaps: dict[int, list[Said]],
    ours: dict[int, list[Fault]],
    our_gaps: dict[int, list[Fault]],
) -> None:
    """Where both say of neighbouring places that something is amiss, it is the same thing.

    A gap may be told as a missing segment or by the segment behind it, that nobody expected there.
    """
    for number in list(our_gaps):
        if number not in their_gaps and number + 1 in theirs and number + 1 not in ours:
            ours[number + 1] = our_gaps.pop(number)
    for number in list(their_gaps):
        if number not in our_gaps and number + 1 in ours and number + 1 not in theirs:
            theirs[number + 1] = their_gaps.pop(number)


# ------------------------------------------------------------------------------- listed differences

Predicate = Callable[[Difference], bool]
PREDICATES: dict[str, Predicate] = {}


def predicate(function: Predicate) -> Predicate:
    """Make a predicate known by its name."""
    PREDICATES[function.__name__] = function
    return function


@cache
def differences() -> tuple[dict[str, str], ...]:
    """The entries of ``guide_differences.toml``."""
    return tuple(tomllib.loads(DIFFERENCES.read_text(encoding="utf-8"))["difference"])


def listed_as(difference: Difference) -> str:
    """The name of the first entry that explains a difference, or an empty string."""
    for entry in differences():
        if entry["sees_more"] == difference.side and PREDICATES[entry["predicate"]](difference):
            return entry["name"]
    return ""


def main(paths: Sequence[str]) -> int:
    """Compare files and print the counts."""
    total = Comparison()
    for path in paths:
        one = compare(Path(path).read_bytes())
        for difference in one.unlisted:
            sys.stdout.write(f"{path}: {difference.describe()}\n")
        total.add(one)
    sys.stdout.write(total.summary() + "\n")
    return 1 if total.unlisted else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
