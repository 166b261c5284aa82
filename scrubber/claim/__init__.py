"""One claim as immutable values, and which drugs and diagnoses belong to each administration."""

from scrubber.claim.build import build_claim
from scrubber.claim.field import Field
from scrubber.claim.model import (
    Adjudication,
    Adjustment,
    Amount,
    Claim,
    Diagnosis,
    DrugIdentification,
    Note,
    OtherPayer,
    Party,
    Period,
    Reference,
    ServiceLine,
    Subscriber,
)
from scrubber.claim.pairing import Administration, pair
from scrubber.claim.procedures import ProcedureSets

__all__ = [
    "Adjudication",
    "Adjustment",
    "Administration",
    "Amount",
    "Claim",
    "Diagnosis",
    "DrugIdentification",
    "Field",
    "Note",
    "OtherPayer",
    "Party",
    "Period",
    "ProcedureSets",
    "Reference",
    "ServiceLine",
    "Subscriber",
    "build_claim",
    "pair",
]
