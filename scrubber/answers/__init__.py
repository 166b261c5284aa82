"""What payers and clearinghouses answer: 835, 277CA, 999 and TA1, read as a stream of plain values."""

from scrubber.answers.model import (
    CasAdjustment,
    ClaimAcknowledgment,
    ClaimPayment,
    LineAcknowledgment,
    LinePayment,
    PayerAnswer,
    Payment,
    PaymentDone,
    ProviderAdjustment,
    Receipt,
    Trouble,
)
from scrubber.answers.reader import read_answers

__all__ = [
    "CasAdjustment",
    "ClaimAcknowledgment",
    "ClaimPayment",
    "LineAcknowledgment",
    "LinePayment",
    "PayerAnswer",
    "Payment",
    "PaymentDone",
    "ProviderAdjustment",
    "Receipt",
    "Trouble",
    "read_answers",
]
