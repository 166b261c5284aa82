"""The values of an answer. Amounts are in cents; no name, address or ID of a person is kept.

What identifies a claim (its control numbers) is kept, since answers are matched by it: these values belong
in the store of the feedback and nowhere else.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from msgspec import Struct

from scrubber.x12 import Segment


class Trouble(Struct, frozen=True):
    """Something in an answer that is wrong or cannot be read, and where.

    ``segment`` is its ID, ``number`` counts the segments of the input from 1, ``byte`` is its offset. The
    message has nothing that identifies a claim.
    """

    message: str
    segment: str = ""
    number: int = 0
    byte: int = 0

    @classmethod
    def at(cls, segment: Segment, message: str) -> Trouble:
        """Return a trouble at a segment; an ID that is not one is not shown."""
        name = segment.id if segment.id.isalnum() and len(segment.id) <= 3 else "a segment"
        return cls(message, name, segment.number, segment.offset)

    def __str__(self) -> str:
        """Return the place and the message."""
        if not self.number:
            return self.message
        return f"segment {self.number} ({self.segment}, byte {self.byte}): {self.message}"


class CasAdjustment(Struct, frozen=True):
    """One adjustment of CAS: its group (CO, OA, PI, PR), CARC and cents."""

    group: str
    reason: str
    cents: int


class LinePayment(Struct, frozen=True):
    """A service line of an 835 (loop 2110).

    ``procedure`` and ``modifiers`` are those that were adjudicated (SVC01); ``submitted`` is the procedure
    as billed, if the payer changed it (SVC06). ``control_number`` is REF*6R, ``remarks`` the RARCs (LQ*HE).
    """

    procedure: str
    modifiers: tuple[str, ...]
    charge: int
    paid: int
    submitted: str = ""
    control_number: str = ""
    first: date | None = None
    last: date | None = None
    adjustments: tuple[CasAdjustment, ...] = ()
    remarks: tuple[str, ...] = ()


class Payment(Struct, frozen=True):
    """The head of an 835: payer, payee, trace number (TRN02) and amount (BPR02) with its sign and day.

    ``payer_ids`` are all numbers by which the payer names itself.
    """

    payer: str = ""
    payer_ids: tuple[str, ...] = ()
    payee: str = ""
    trace: str = ""
    paid_on: date | None = None
    amount: int | None = None


class ClaimPayment(Struct, frozen=True):
    """A claim of an 835 (loop 2100).

    ``number`` is CLP01, ``status`` CLP02 (4 denied, 22 reversal), ``patient`` the patient's responsibility,
    ``icn`` the payer's claim control number (CLP07), ``frequency`` CLP09. ``original`` is REF*F8, the
    payer's number of an earlier claim. ``first`` and ``last`` are the statement's dates, else those of the
    lines. ``segment`` is the number of its CLP.
    """

    number: str
    status: str
    charge: int
    paid: int
    patient: int
    icn: str
    frequency: str
    original: str
    first: date | None
    last: date | None
    adjustments: tuple[CasAdjustment, ...]
    remarks: tuple[str, ...]
    lines: tuple[LinePayment, ...]
    payment: Payment
    segment: int

    @property
    def is_reversal(self) -> bool:
        """Return True if it takes an earlier payment back."""
        return self.status == "22"


class ProviderAdjustment(Struct, frozen=True):
    """An adjustment of the whole payment (PLB), such as a takeback (WO); a positive amount reduces it."""

    reason: str
    cents: int


class PaymentDone(Struct, frozen=True):
    """The end of an 835: how many claims it has, and what they and the provider adjustments add up to.

    ``balances`` is true if BPR02 is the claims' payments less the provider adjustments.
    """

    payment: Payment
    claims: int
    paid: int
    adjustments: tuple[ProviderAdjustment, ...]
    balances: bool
    segment: int


class LineAcknowledgment(Struct, frozen=True):
    """A service line of a 277CA (loop 2220D): REF*FJ, procedure, and statuses as ``A7:21:PR``."""

    control_number: str
    procedure: str
    statuses: tuple[str, ...]


class ClaimAcknowledgment(Struct, frozen=True):
    """A claim of a 277CA (loop 2200D).

    ``number`` is TRN02, ``icn`` REF*1K, ``reference`` REF*D9, ``batch`` the BHT03 that is answered (TRN02 of
    the receiver). ``is_rejected`` is true if the claim does not go on to adjudication.
    """

    number: str
    is_rejected: bool
    statuses: tuple[str, ...]
    charge: int | None
    icn: str
    reference: str
    batch: str
    first: date | None
    last: date | None
    lines: tuple[LineAcknowledgment, ...]
    payer: str
    segment: int


class Receipt(Struct, frozen=True):
    """What a 999 says of a transaction set or group, a TA1 of an interchange, a 277CA of a whole batch.

    ``number`` is the control number that is answered: ST02 (with ``group``, GS06), ISA13 or BHT03; a group
    that is answered as a whole has an empty ``number``.
    """

    kind: Literal["999", "TA1", "277CA"]
    number: str
    group: str
    code: str
    is_rejected: bool
    segment: int


PayerAnswer = ClaimPayment | PaymentDone | ClaimAcknowledgment | Receipt | Trouble
