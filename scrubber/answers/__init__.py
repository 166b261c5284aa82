"""What payers and clearinghouses answer: 835, 277CA, 999 and TA1, read as a stream of plain values."""

from scrubber.answers.model import (
    Adjustment,
    Answer,
    ClaimPayment,
    ClaimStatus,
    LinePayment,
    LineStatus,
    Payment,
    PaymentDone,
    ProviderAdjustment,
    Receipt,
    Trouble,
)
from scrubber.answers.reader import read_answers

__all__ = [
    "Adjustment",
    "Answer",
    "ClaimPayment",
    "ClaimStatus",
    "LinePayment",
    "LineStatus",
    "Payment",
    "PaymentDone",
    "ProviderAdjustment",
    "Receipt",
    "Trouble",
    "read_answers",
]
