"""A second, simple reading of 837 files, to judge outputs by: it shares no code with the program.

It knows delimiters, envelopes, hierarchical levels and where a claim begins and ends; files must be whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation


@dataclass(frozen=True, slots=True)
class Part:
    """One segment: its elements (the id first), and where its bytes begin and end in the file."""

    elements: tuple[str, ...]
    start: int
    end: int

    @property
    def id(self) -> str:
        return self.elements[0]

    def __getitem__(self, element: int) -> str:
        return self.elements[element] if element < len(self.elements) else ""


@dataclass(frozen=True, slots=True)
class Slice:
    """One claim: CLM01, CLM02, its exact bytes up to what follows it, and the envelopes it is in."""

    number: str
    total: Decimal
    raw: bytes
    interchange: str
    group: str
    transaction: str
    levels: tuple[str, ...]
    """HL03 of the levels around it, the outermost first"""


@dataclass(slots=True)
class Checked:
    """What was found in a file: its claims in order, and what is wrong with it."""

    claims: list[Slice] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    controls: list[str] = field(default_factory=list)
    """ISA13, GS06 and ST02 in the order of the file, each after its kind"""


@dataclass(slots=True)
class _Level:
    part: Part
    children: int = 0


def parts_of(raw: bytes) -> Iterator[Part]:
    """The segments of all interchanges of a file; blanks around them are skipped."""
    at = 0
    while True:
        at = raw.find(b"ISA", at)
        if at < 0:
            return
        mark, end = raw[at + 3 : at + 4], raw[at + 105 : at + 106]
        while at < len(raw):
            # Without its terminator the last segment ends with the file.
            stop = raw.find(end, at) if end in raw[at:] else len(raw)
            # A line end between segments belongs to neither, unless it is the terminator itself.
            start = at
            while start < stop and raw[start] in b" \r\n\t":
                start += 1
            body = raw[start:stop]
            at = stop + 1
            if body:
                yield Part(tuple(body.decode("latin-1").split(mark.decode("latin-1"))), start, at)
            if body.startswith(b"IEA" + mark):
                break


def check(raw: bytes) -> Checked:
    """Read a file and note everything that is not as the standard wants it."""
    result = Checked()
    parts = list(parts_of(raw))
    for interchange in _scopes(parts, "ISA", "IEA", result):
        _trailer(interchange, 13, len([part for part in interchange if part.id == "GS"]), result)
        result.controls.append(f"ISA {interchange[0][13]}")
        for group in _scopes(interchange[1:-1], "GS", "GE", result):
            _trailer(group, 6, len([part for part in group if part.id == "ST"]), result)
            result.controls.append(f"GS {group[0][6]}")
            for transaction in _scopes(group[1:-1], "ST", "SE", result):
                _trailer(transaction, 2, len(transaction), result)
                result.controls.append(f"ST {transaction[0][2]}")
                keys = (interchange[0][13], group[0][6], transaction[0][2])
                _transaction(raw, transaction, keys, result)
    return result


def _scopes(parts: Sequence[Part], header: str, trailer: str, result: Checked) -> Iterator[list[Part]]:
    """The runs from a header to its trailer; every segment must be in one, bar TA1."""
    run: list[Part] = []
    for part in parts:
        if part.id == header:
            if run:
                result.problems.append(f"{header} inside {header} at {part.start}")
            run = [part]
        elif run:
            run.append(part)
            if part.id == trailer:
                yield run
                run = []
        elif part.id != "TA1":
            result.problems.append(f"{part.id} outside {header}..{trailer} at {part.start}")
    if run:
        result.problems.append(f"{header} at {run[0].start} has no {trailer}")


def _trailer(run: Sequence[Part], control: int, count: int, result: Checked) -> None:
    header, trailer = run[0], run[-1]
    if not trailer[1].isdigit() or int(trailer[1]) != count:
        result.problems.append(f"{trailer.id}01 is {trailer[1]}, counted {count}")
    zeros = "0" * (header.id == "GS")  # GS06 is a number, the others are not
    if trailer[2].lstrip(zeros) != header[control].lstrip(zeros):
        result.problems.append(
            f"{trailer.id}02 {trailer[2]} is not {header.id}{control:02d} {header[control]}"
        )


def _transaction(raw: bytes, parts: Sequence[Part], keys: tuple[str, str, str], result: Checked) -> None:
    """Number, parent and child code of the levels, and the claims below them."""
    open_levels: list[_Level] = []
    count = 0
    claim: Part | None = None
    for part in parts:
        if part.id in ("HL", "CLM", "SE") and claim:
            levels = tuple(level.part[3] for level in open_levels)
            body = raw[claim.start : part.start]
            result.claims.append(Slice(claim[1], _total(claim, result), body, *keys, levels))
            claim = None
        if part.id == "HL":
            count += 1
            while open_levels and open_levels[-1].part[3] >= part[3]:
                _end_level(open_levels.pop(), result)
            parent = open_levels[-1].part[1] if open_levels else ""
            if part[1] != str(count):
                result.problems.append(f"HL01 is {part[1]}, counted {count}")
            if part[2] != parent:
                result.problems.append(f"HL02 of level {part[1]} is {part[2]!r}, stands below {parent!r}")
            if open_levels:
                open_levels[-1].children += 1
            open_levels.append(_Level(part))
        elif part.id == "CLM":
            claim = part
    while open_levels:
        _end_level(open_levels.pop(), result)


def _total(claim: Part, result: Checked) -> Decimal:
    try:
        return Decimal(claim[2])
    except InvalidOperation:
        result.problems.append(f"CLM02 of claim {claim[1]} is no number")
        return Decimal(0)


def _end_level(level: _Level, result: Checked) -> None:
    if level.part[4] != ("1" if level.children else "0"):
        result.problems.append(
            f"HL04 of level {level.part[1]} is {level.part[4]}, but it has {level.children} below it"
        )
