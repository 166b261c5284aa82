"""Find services of one patient in several claims of an input: a long-acting drug, a visit of a new patient,
what follows an operation.

They are found when the envelopes are scanned, so that the findings of a claim depend only on the claim and
on this. Some forty bytes are kept of each such service, and nothing of others. What may follow an operation
is in nearly every claim: it is kept only of patients with an operation before, in the order of the file.
"""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from scrubber.x12.dates import parse_date

FamilyOf = Callable[[str], str]
"""Returns what a procedure code is compared with: a name that alike codes share, empty for most codes."""

OPERATION, FOLLOWING = "operation", "following"
"""Families that are compared with earlier operations of the same rendering provider."""
_LONGEST_PERIOD = 90
"""So many days after an operation may be paid with it."""
_MOST_OPERATIONS = 8
"""So many operations before a service are looked at: a patient may have hundreds of them."""
_PARTLY = {b"54", b"55", b"56", b"80", b"81", b"82", b"AS"}
"""Modifiers of an operation without the care that follows it."""


class EarlierService(NamedTuple):
    """A service of the same patient and billing provider in another claim of the file, on an earlier day.

    ``claim`` is the number of that claim's first segment. A visit or operation has the same rendering
    provider as what follows it.
    """

    procedure: str
    units: float
    day: date
    claim: int


class _Service(NamedTuple):
    """A service that may be an earlier one of another."""

    patient: int
    claim: int
    day: int
    family: int
    procedure: int
    units: float


class EarlierServices:
    """Collects the services of claims in their order; `found` then returns what precedes each of them."""

    def __init__(self, family_of: FamilyOf) -> None:
        self._family_of = family_of
        self._names: dict[object, int] = {}
        self._operated: set[int] = set()  # patients
        self._operations: dict[int, int] = {}  # numbers of families to those of operations before them
        self._columns: tuple[array[Any], ...] = tuple(map(array, "QQIIId"))  # of services, as `_Service`
        self._patient, self._claim, self._rendering = 0, 0, b""
        self._line: list[bytes] | None = None  # procedure, units, date, rendering provider
        self._in_lines = False

    def is_watched(self, bodies: Sequence[bytes], element: bytes, component: bytes) -> bool:
        """Return True if an SV1 among these segments has a code that is compared with others."""
        families = {
            self._family_of(_code(body.split(element, 2), component))
            for body in bodies
            if body.startswith(b"SV1")
        }
        return not families <= ({""} if self._operated else {"", FOLLOWING})

    def begin(self, parties: bytes, number: int) -> None:
        """Begin a claim of the patient who is told by these segments; ``number`` is that of its CLM."""
        self._patient = int.from_bytes(hashlib.blake2b(parties, digest_size=8).digest(), "big")
        self._claim, self._rendering, self._in_lines = number, b"", False

    def take(self, elements: Sequence[bytes], component: bytes) -> None:
        """Take the next SV1, DTP*472 or NM1*82 of the claim."""
        if elements[0] == b"SV1":
            self.end()
            self._in_lines = True
            family = self._family_of(_code(elements, component))
            if self._is_kept(family) and not _is_left_out(family, elements, component):
                units = elements[4] if len(elements) > 4 else b""
                self._line = [_code(elements, component).encode("latin-1"), units, b"", self._rendering]
        elif elements[0] == b"NM1":
            provider = elements[9] if len(elements) > 9 else b""
            if not self._in_lines:
                self._rendering = provider
            elif self._line is not None:
                self._line[3] = provider
        elif self._line is not None and len(elements) > 3:
            self._line[2] = elements[3][:8]

    def _is_kept(self, family: str) -> bool:
        """Return True for a service that is compared with others: see `FamilyOf`."""
        return bool(family) and (family != FOLLOWING or self._patient in self._operated)

    def end(self) -> None:
        """Complete the open line, if there is one."""
        if self._line is None:
            return
        procedure, units, written, rendering = (part.decode("latin-1") for part in self._line)
        self._line = None
        day = parse_date(written)
        if day is None:
            return
        family = self._family_of(procedure)
        alike = family if family == procedure else (family, rendering)
        service = _Service(
            self._patient,
            self._claim,
            day.toordinal(),
            number := self._number_of(alike),
            self._number_of(procedure),
            _number(units),
        )
        if family in (OPERATION, FOLLOWING):
            self._operations[number] = self._number_of((OPERATION, rendering))
        if family == OPERATION:
            self._operated.add(self._patient)
        for column, value in zip(self._columns, service, strict=True):
            column.append(value)

    def _number_of(self, name: object) -> int:
        return self._names.setdefault(name, len(self._names))

    def _pairs(self) -> Iterator[tuple[_Service, _Service]]:
        """Yield the services with those before them, for one patient at a time: few have several claims."""
        patients, claims, *_ = self._columns
        order = sorted(range(len(patients)), key=patients.__getitem__)
        for _, indexes in groupby(order, key=patients.__getitem__):
            own = list(indexes)
            if len({claims[index] for index in own}) > 1:
                services = [_Service(*(column[index] for column in self._columns)) for index in own]
                yield from _in_pairs(
                    [service for service in services if service.family not in self._operations]
                )
                yield from _after_operations(services, self._operations)

    def found(self) -> Mapping[int, tuple[EarlierService, ...]]:
        """Return the last service before each, by the number of the first segment of its claim."""
        self.end()
        names = {number: name for name, number in self._names.items()}
        found: dict[int, dict[_Service, None]] = {}
        for service, before in self._pairs():
            found.setdefault(service.claim, {})[before] = None
        return {
            claim: tuple([_plain(service, str(names[service.procedure])) for service in services])
            for claim, services in found.items()
        }


def _in_pairs(services: list[_Service]) -> Iterator[tuple[_Service, _Service]]:
    """Yield each service of a patient with the last one of its family before it in another claim."""
    services.sort(key=lambda service: (service.family, service.day, service.claim))
    for _, alike in groupby(services, key=lambda service: service.family):
        before: list[_Service] = []  # of the last day before, one of each of two claims at most
        for _, of_day in groupby(alike, key=lambda service: service.day):
            today: list[_Service] = []
            for service in of_day:
                earlier = next((each for each in before if each.claim != service.claim), None)
                if earlier is not None:
                    yield service, earlier
                if len(today) < 2 and all(each.claim != service.claim for each in today):
                    today.append(service)
            kept = [each for each in before if all(each.claim != other.claim for other in today)]
            before = [*today, *kept][:2]


def _after_operations(
    services: list[_Service], operations: Mapping[int, int]
) -> Iterator[tuple[_Service, _Service]]:
    """Yield what follows operations of a patient with the last ones before it in other claims."""
    by_family: dict[int, list[_Service]] = {}
    for service in sorted(services, key=attrgetter("day")):
        if operations.get(service.family) == service.family:
            by_family.setdefault(service.family, []).append(service)
    for service in services if by_family else ():
        before = by_family.get(operations.get(service.family, -1), [])
        days_before = bisect_left(before, service.day, key=attrgetter("day"))
        for index in range(days_before - 1, max(days_before - _MOST_OPERATIONS, 0) - 1, -1):
            earlier = before[index]
            if earlier.claim != service.claim and service.day - earlier.day <= _LONGEST_PERIOD:
                yield service, earlier


def _plain(service: _Service, procedure: str) -> EarlierService:
    return EarlierService(procedure, service.units, date.fromordinal(service.day), service.claim)


def _code(elements: Sequence[bytes], component: bytes) -> str:
    """Return the procedure code of an SV1 in uppercase; empty if there is none."""
    parts = elements[1].split(component, 2) if len(elements) > 1 else []
    return parts[1].decode("latin-1").strip().upper() if len(parts) > 1 else ""


def _is_left_out(family: str, elements: Sequence[bytes], component: bytes) -> bool:
    """Return True for wasted drug, and for an operation without the care that follows it."""
    modifiers = elements[1].split(component)[2:6]
    return b"JW" in modifiers or (family == OPERATION and not _PARTLY.isdisjoint(modifiers))


def _number(units: str) -> float:
    try:
        return float(units)
    except ValueError:
        return 0.0
