"""Read a 277CA (005010X214): which claims of a batch go on to adjudication, and why others do not."""

from __future__ import annotations

from datetime import date

from msgspec import Struct, field

from scrubber.answers.fields import MOST, days_in, procedure_of
from scrubber.answers.model import ClaimAcknowledgment, LineAcknowledgment, PayerAnswer, Receipt
from scrubber.answers.money import cents_of
from scrubber.x12 import Segment

_SOURCE, _RECEIVER, _PROVIDER, _PATIENT = "20", "21", "19", "PT"
_STATUSES = (1, 10, 11)
_REJECTED = "U"
"""STC03: the claim, or the whole batch, is rejected."""


class _Line(Struct):
    """A line that is being read."""

    procedure: str
    control_number: str = ""
    statuses: list[str] = field(default_factory=list)


class _Claim(Struct):
    """A claim that is being read; ``number`` of its TRN segment."""

    number: str
    segment: int
    is_rejected: bool = False
    statuses: list[str] = field(default_factory=list)
    charge: int | None = None
    icn: str = ""
    reference: str = ""
    days: tuple[date | None, date | None] = (None, None)
    lines: list[_Line] = field(default_factory=list)


class Set277CA:
    """The reader of one 277CA, ST to SE."""

    def __init__(self) -> None:
        self.out: list[PayerAnswer] = []
        self._level = ""
        self._payer = ""
        self._batch = ""
        self._claim: _Claim | None = None

    def take(self, segment: Segment) -> None:
        """Take the next segment; a claim is complete where the next one begins."""
        name = segment.id
        if name == "HL":
            self._close()
            self._level = segment.get(3)
        elif name == "TRN":
            self._close()
            if self._level == _PATIENT:
                self._claim = _Claim(segment.get(2), segment.number)
            elif self._level == _RECEIVER:
                self._batch = segment.get(2)
        elif name == "NM1" and self._level == _SOURCE:
            self._payer = segment.get(3)
        elif name == "STC" and self._level == _RECEIVER:
            rejected = segment.get(3) == _REJECTED
            self.out.append(
                Receipt("277CA", self._batch, "", segment.component(1, 1), rejected, segment.number)
            )
        elif self._claim:
            self._detail(segment, self._claim)

    def end(self, last: Segment) -> None:  # noqa: ARG002 - as all readers do
        """Complete the last claim."""
        self._close()

    def _detail(self, segment: Segment, claim: _Claim) -> None:
        """Take a segment of a claim, or of its last line."""
        name, line = segment.id, claim.lines[-1] if claim.lines else None
        if name == "SVC" and len(claim.lines) < MOST:
            claim.lines.append(_Line(procedure_of(segment, 1)[0]))
        elif name == "STC":
            part = line or claim
            if len(part.statuses) < MOST:
                part.statuses += filter(None, (_status(segment, element) for element in _STATUSES))
            if line is None:
                claim.is_rejected |= segment.get(3) == _REJECTED
                claim.charge = cents_of(segment.get(4)) if claim.charge is None else claim.charge
        elif name == "REF":
            _refer(segment, line or claim)
        elif name == "DTP" and not line and segment.get(1) == "472":
            claim.days = days_in(segment)

    def _close(self) -> None:
        claim, self._claim = self._claim, None
        if claim:
            lines = (
                LineAcknowledgment(line.control_number, line.procedure, tuple(line.statuses))
                for line in claim.lines
            )
            self.out.append(
                ClaimAcknowledgment(
                    number=claim.number,
                    is_rejected=claim.is_rejected,
                    statuses=tuple(claim.statuses),
                    charge=claim.charge,
                    icn=claim.icn,
                    reference=claim.reference,
                    batch=self._batch,
                    first=claim.days[0],
                    last=claim.days[1],
                    lines=tuple(lines),
                    payer=self._payer,
                    segment=claim.segment,
                )
            )


def _refer(segment: Segment, part: _Claim | _Line) -> None:
    """Take a REF: of a line its own number, of a claim the payer's and the clearinghouse's."""
    qualifier, value = segment.get(1), segment.get(2)
    if isinstance(part, _Line):
        if qualifier == "FJ":
            part.control_number = value
    elif qualifier == "1K":
        part.icn = value
    elif qualifier == "D9":
        part.reference = value


def _status(segment: Segment, element: int) -> str:
    """Return category, status and entity as an edit has them: ``A7:562:85``."""
    parts = [segment.component(element, part) for part in (1, 2, 3)]
    return ":".join(parts).rstrip(":")
