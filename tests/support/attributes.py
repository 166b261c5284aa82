"""All attributes of the claim model as paths, found by walking claims, and what is read along a path."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial
from typing import Any

from scrubber.claim import Claim
from scrubber.claim.field import Field
from scrubber.claim.lazy import LazyPart
from scrubber.claim.line import ServiceLine
from scrubber.claim.parts import Period
from scrubber.engine import Context
from scrubber.x12 import Segment

Path = tuple[str, ...]
_READ_WITH_SEGMENT = (1, 7)
"""The elements whose fields are asked for the rest of their segment; all would be hundreds more."""
_DAY = date(2026, 5, 14)


def paths_of(roots: Iterable[Any]) -> list[Path]:
    """Return the paths to all values of parts of a claim; reading the whole of a part is several paths."""
    found: dict[Path, None] = {}
    for part in roots:
        for path in _paths(part, ()):
            found[path] = None
    return list(found)


def _paths(value: Any, path: Path) -> Iterator[Path]:
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        yield (*path, "count")
        for item in value:
            yield from _paths(item, path)
        return
    names = _attributes(value)
    if not names or isinstance(value, Field):
        yield path
    for name in names:
        if name == "line":
            yield (*path, "line", "index")
        else:
            yield from _paths(getattr(value, name), (*path, name))


def _attributes(value: Any) -> Iterable[str]:
    if isinstance(value, Field):
        return ("segment",) if value.segment and value.element in _READ_WITH_SEGMENT else ()
    if isinstance(value, Segment):
        return ("body",)
    if not (isinstance(value, LazyPart | Period) or hasattr(value, "_fields")):
        return ()
    kind = type(value)
    own = (
        [name for name in vars(value) if name in ("index", "segment", "line")]
        if hasattr(value, "__dict__")
        else []
    )
    names = (name for name in dir(kind) if not name.startswith("_") and not callable(getattr(kind, name)))
    return dict.fromkeys([*names, *own])


def read(part: Any, path: Path) -> object:
    """Return what is at the end of a path, as plain values; of several parts a tuple of what each has."""
    if path == ("count",):
        return len(part or ())
    if isinstance(part, tuple) and not hasattr(part, "_fields"):
        return tuple([read(item, path) for item in part])
    if path:
        return read(getattr(part, path[0]), path[1:]) if part is not None else None
    return _plain(part)


def _plain(value: Any) -> object:
    if isinstance(value, frozenset):
        return tuple(sorted(str(item) for item in value))
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, LazyPart):
        return value.loop
    return str(value) if isinstance(value, Field | date) else value


Reader = Callable[[Any, Context], object]


def line_readers(paths: Iterable[Path]) -> dict[str, Reader]:
    """Return what reads a line, along paths and by its methods, by names."""
    return {".".join(("line", *path)): partial(_read, path=path) for path in paths} | {
        "line.has_modifier": lambda line, _: line.has_modifier("59", "JZ"),
        "line.start > day": lambda line, _: _start(line) and _start(line) > _DAY,
        "line.start <= day": lambda line, _: _start(line) and _start(line) <= _DAY,
        "line.start == day": lambda line, _: _start(line) == _DAY,
        "line.start != day": lambda line, _: _start(line) and _start(line) != _DAY,
        "line.start.year": lambda line, _: _start(line) and _start(line).year,
        "line.start.month": lambda line, _: _start(line) and _start(line).month,
        "line.start - day": lambda line, _: _start(line) and (_DAY - _start(line)).days > 1,
        "line.place": lambda line, context: context.claim.place_of(line),
        "line.rendering": lambda line, context: getattr(context.claim.rendering_of(line), "id", None),
        "line.state": lambda line, context: context.claim.state_of(line),
        "line.diagnoses": lambda line, context: read(context.claim.diagnoses_of(line), ("code",)),
        "line.diagnoses.segment": lambda line, context: [
            diagnosis.code.segment.body
            for diagnosis in context.claim.diagnoses_of(line)
            if diagnosis.code.segment
        ],
        "line.is_linked": lambda line, context: context.claim.is_linked(line),
        "line is the first": lambda line, context: line is context.claim.lines[0],
        "line is the last": lambda line, context: line.index == len(context.claim.lines),
        "line is of the first day": lambda line, context: _start(line) == context.claim.first_service,
        "other charges": lambda line, context: [
            str(it.charge) for it in context.claim.lines if it is not line
        ],
        "other procedures": lambda line, context: [
            str(it.hcpcs) for it in context.claim.lines if it is not line
        ],
        "same day as others": lambda line, context: [
            bool(line.service and it.service and line.service.overlaps(it.service))
            for it in context.claim.lines
        ],
        "lines of the same procedure": lambda line, context: [
            (it is line, str(it.units)) for it in context.claim.same_procedure(line)
        ],
        "shares diagnosis with others": lambda line, context: [
            context.claim.shares_diagnosis(line, it) for it in context.claim.lines
        ],
    }


def claim_readers(paths: Iterable[Path]) -> dict[str, Reader]:
    """Return what reads a claim, along paths and by its methods, by names."""
    return {".".join(("claim", *path)): partial(_read, path=path) for path in paths} | {
        "claim.lines.count": lambda claim, _: len(claim.lines),
        "claim.segment.get": lambda claim, _: claim.segment.get(2),
        "claim.has_code": lambda claim, _: claim.has_code("E538"),
        "claim.has_diagnosis": lambda claim, _: claim.has_diagnosis("2"),
        "claim.diagnosis": lambda claim, _: claim.diagnosis("2") and str(claim.diagnosis("2").code),
        "claim.reference": lambda claim, _: claim.reference("F8", "G1"),
        "claim.billing_provider.reference": lambda claim, _: claim.billing_provider.reference("EI"),
        "claim.first_service > day": lambda claim, _: claim.first_service and claim.first_service > _DAY,
        "claim.single_day < day": lambda claim, _: claim.single_day and claim.single_day < _DAY,
        "claim.lines.start > day": lambda claim, _: [_start(it) and _start(it) > _DAY for it in claim.lines],
        "claim.lines.year": lambda claim, _: [_start(it) and _start(it).year for it in claim.lines],
        "claim.last line.charge": lambda claim, _: claim.lines[-1].charge,
        "claim.last line.notes": lambda claim, _: read(claim.lines[-1].notes, ("text",)),
        "claim.line of procedure": lambda claim, _: [
            it.index for it in claim.lines if it.procedure == "J3420"
        ],
        "claim.places": lambda claim, _: [str(claim.place_of(it)) for it in claim.lines],
        "claim.states": lambda claim, _: [claim.state_of(it) for it in claim.lines],
        "claim.pointed": lambda claim, _: [read(claim.diagnoses_of(it), ("position",)) for it in claim.lines],
        "claim.linked": lambda claim, _: [claim.is_linked(it) for it in claim.lines],
        "claim.same_procedure": lambda claim, _: [
            [it.index for it in claim.same_procedure(line)] for line in claim.lines
        ],
        "claim.shared": lambda claim, _: [claim.shares_diagnosis(claim.lines[0], it) for it in claim.lines],
        "administrations": lambda _, context: [
            (entry.line.index, [drug.index for drug in entry.drugs], [it.index for it in entry.wastage])
            for entry in context.administrations
        ],
        "administrations.diagnoses": lambda _, context: [
            read(entry.diagnoses, ("code",)) for entry in context.administrations
        ],
    }


def _read(part: Claim | ServiceLine, _context: Context, path: Path) -> object:
    return read(part, path)


def _start(line: ServiceLine) -> Any:
    return line.service.start if line.service else None
