"""Reading a 277CA as its receiver does: transactions, providers, claims and lines as plain values."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from scrubber.x12 import Segment, read_pieces

_LEVELS = {"20": "source", "21": "receiver", "19": "provider", "PT": "patient"}
_PARENTS = {"20": "", "21": "20", "19": "21", "PT": "19"}
_TOTALS = {"90": "accepted", "QA": "accepted", "AA": "rejected", "QC": "rejected"}


@dataclass
class Line:
    """Loop 2220D: SVC01, the statuses, REF*FJ and the day."""

    service: str
    statuses: list[str]
    number: str = ""
    day: str = ""


@dataclass
class Claim:
    """Loop 2200D. ``statuses`` are of all its STC; ``patient`` is NM103 of its HL*PT."""

    number: str
    patient: str
    member: str
    statuses: list[str] = field(default_factory=list)
    actions: set[str] = field(default_factory=set)
    charge: Decimal = Decimal(0)
    intermediary: str = ""
    days: str = ""
    lines: list[Line] = field(default_factory=list)


@dataclass
class Level:
    """The counts and amounts that a level tells."""

    id: str = ""
    name: str = ""
    counts: dict[str, int] = field(default_factory=lambda: {"accepted": 0, "rejected": 0})
    amounts: dict[str, Decimal] = field(default_factory=lambda: {"YU": Decimal(0), "YY": Decimal(0)})
    total: Decimal = Decimal(0)
    claims: list[Claim] = field(default_factory=list)


@dataclass
class Transaction:
    """One ST*277: who answers whom about which batch."""

    source: str = ""
    receiver: str = ""
    batch: str = ""
    totals: Level = field(default_factory=Level)
    providers: list[Level] = field(default_factory=list)

    @property
    def claims(self) -> list[Claim]:
        return [claim for provider in self.providers for claim in provider.claims]


def read277(raw: bytes) -> list[Transaction]:
    """All transactions, in their order; numbers and parents of HL are asserted to be right."""
    found: list[Transaction] = []
    segments: list[Segment] = []
    for piece in read_pieces(io.BytesIO(raw)):
        assert isinstance(piece, Segment)
        segments = [] if piece.id == "ST" else [*segments, piece]
        if piece.id == "SE":
            found.append(_transaction(segments))
    return found


def _transaction(segments: list[Segment]) -> Transaction:
    found = Transaction()
    numbers: dict[str, str] = {}
    level, patient = "", ("", "")
    for segment in segments:
        if segment.id == "HL":
            code = segment.get(3)
            numbers[code] = str(int(numbers.get("last", "0")) + 1)
            numbers["last"] = numbers[code]
            assert (segment.get(1), segment.get(2)) == (numbers[code], numbers.get(_PARENTS[code], ""))
            level = _LEVELS[code]
            found.providers += [Level()] if level == "provider" else []
        elif segment.id == "NM1" and level == "patient":
            patient = segment.get(3), segment.get(9)
        elif segment.id == "TRN" and level == "patient":
            found.providers[-1].claims.append(Claim(segment.get(2), *patient))
        elif level == "patient":
            _of_claim(found.providers[-1].claims[-1], segment)
        else:
            _above(found, level, segment)
    return found


def _above(found: Transaction, level: str, segment: Segment) -> None:
    """A segment of the source, the receiver or a provider."""
    if segment.id == "NM1" and level == "source":
        found.source = segment.get(3)
    elif segment.id == "NM1" and level == "receiver":
        found.receiver = segment.get(9)
    elif segment.id == "NM1":
        found.providers[-1].name, found.providers[-1].id = segment.get(3), segment.get(9)
    elif segment.id == "TRN" and level == "receiver":
        found.batch = segment.get(2)
    elif level in ("receiver", "provider"):
        _total(found.totals if level == "receiver" else found.providers[-1], segment)


def _total(level: Level, segment: Segment) -> None:
    if segment.id == "QTY":
        level.counts[_TOTALS[segment.get(1)]] = int(segment.get(2))
    elif segment.id == "AMT":
        level.amounts[segment.get(1)] = Decimal(segment.get(2))
    elif segment.id == "STC":
        level.total = Decimal(segment.get(4))


def _of_claim(claim: Claim, segment: Segment) -> None:
    if segment.id == "SVC":
        claim.lines.append(Line(segment.get(1), []))
    elif segment.id == "STC":
        target = claim.lines[-1].statuses if claim.lines else claim.statuses
        target += _statuses(segment)
        if not claim.lines:
            claim.actions.add(segment.get(3))
            claim.charge = Decimal(segment.get(4))
    elif segment.id == "DTP" and claim.lines:
        claim.lines[-1].day = segment.get(3)
    elif segment.id == "DTP":
        claim.days = segment.get(3)
    elif segment.id == "REF" and segment.get(1) == "FJ":
        claim.lines[-1].number = segment.get(2)
    elif segment.id == "REF" and segment.get(1) == "D9":
        claim.intermediary = segment.get(2)


def _statuses(segment: Segment) -> Iterator[str]:
    component = segment.delimiters.component.decode("ascii")
    for at in (1, 10, 11):
        if segment.get(at):
            yield segment.get(at).replace(component, ":")
